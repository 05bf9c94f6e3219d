import type { ApiResponse } from '../api.ts';

/** HTTP status of each exception, as in the SES v2 service model. */
const STATUS = {
  AccountSuspendedException: 400,
  AlreadyExistsException: 400,
  BadRequestException: 400,
  InternalServiceErrorException: 500,
  InvalidNextTokenException: 400,
  LimitExceededException: 400,
  MessageRejected: 400,
  NotFoundException: 404,
  SendingPausedException: 400,
  SerializationException: 400,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
} as const;

/** Exception names of the SES v2 service model, and the two of the protocol itself. */
export type SesErrorCode = keyof typeof STATUS;

/**
 * What SES itself answers when it refuses a request. The messages are SES's own where they are
 * known, so they may contain an address; they go to the caller and are never logged.
 */
export class SesError extends Error {
  override readonly name = 'SesError';
  readonly code: SesErrorCode;

  constructor(code: SesErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The REST-JSON form of an error that every AWS SDK reads. */
export function sesErrorResponse(error: SesError): ApiResponse {
  return {
    status: STATUS[error.code],
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ message: error.message }),
  };
}
