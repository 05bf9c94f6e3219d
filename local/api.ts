/** One HTTP request to an AWS API, read whole. Header names are in lower case. */
export interface ApiRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Who signed a request. Keys that belong to no function are the operator's and may do everything. */
export interface Caller {
  readonly accessKeyId: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<function>`, or the operator's user ARN. */
  readonly arn: string;
  /** Logical id of the Lambda function; absent for the operator. */
  readonly functionId?: string;
}

/** Answers every action of one AWS service. */
export type ServiceHandler = (request: ApiRequest, caller: Caller) => Promise<ApiResponse>;

/** What one request asks for, in the words of IAM. */
export interface ApiCall {
  /** IAM action: `sqs:SendMessage`, `s3:GetObject`, `ses:SendEmail`. */
  readonly action: string;
  /** ARNs that the action touches; `*` for actions without resource-level permission. */
  readonly resources: readonly string[];
  /** IAM condition keys of the request: `aws:SecureTransport`, `ses:FromAddress`… */
  readonly context: Readonly<Record<string, string>>;
}

/** Where everything local pretends to be. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}
