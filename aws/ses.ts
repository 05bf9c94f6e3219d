import {
  GetAccountCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandOutput,
} from '@aws-sdk/client-sesv2';
import type { Mail } from '../domain/mail.ts';
import type { SendQuota } from '../domain/rate.ts';
import type { SendAnswer } from '../domain/send-answer.ts';
import { htmlContent, MailProtocol } from './mail-protocol.ts';
import { quiet } from './quiet-client.ts';

/**
 * A client that sends each request once: the pipeline, not the SDK, decides what is tried again, since SES has no
 * idempotency token and a hidden retry can be a second mail.
 */
const client = quiet(
  new SESv2Client({
    protocol: MailProtocol,
    maxAttempts: 1,
    // Without the last of these the SDK only warns when SES does not answer, and waits on.
    requestHandler: { requestTimeout: 15_000, connectionTimeout: 5_000, throwOnRequestTimeout: true },
  }),
);

/** Questions may be asked again: the SDK's own retries bridge a hiccup. */
const questions = new SESv2Client({});

function namesAndValues(record: Readonly<Record<string, string>>) {
  return Object.entries(record).map(([Name, Value]) => ({ Name, Value }));
}

/** Sends one mail. Faults that say nothing of acceptance, such as missing permissions, are thrown: SES refused to look. */
export function sendMail(mail: Mail, configurationSetName: string): Promise<SendAnswer> {
  return answerTo(client.send(commandOf(mail, configurationSetName)));
}

async function answerTo(sending: Promise<SendEmailCommandOutput>): Promise<SendAnswer> {
  try {
    const { MessageId } = await sending;
    return MessageId === undefined
      ? { outcome: 'ambiguous', code: 'NoMessageId' }
      : { outcome: 'accepted', sesMessageId: MessageId };
  } catch (error) {
    const answer = answerOf(error);
    if (answer === undefined) {
      throw error;
    }
    return answer;
  }
}

function commandOf(mail: Mail, configurationSetName: string): SendEmailCommand {
  return new SendEmailCommand({
    FromEmailAddress: mail.fromHeader,
    Destination: { ToAddresses: [mail.toHeader] },
    ...(mail.replyTo === undefined ? {} : { ReplyToAddresses: [mail.replyTo] }),
    ConfigurationSetName: configurationSetName,
    ...(mail.tracked === undefined ? {} : { ConfigurationOverrides: { Tracking: tracking(mail.tracked) } }),
    EmailTags: namesAndValues(mail.tags),
    Content: {
      Simple: {
        Subject: { Data: mail.subject, Charset: 'UTF-8' },
        Body: {
          Html: htmlContent(mail.html),
          Text: { Data: mail.text, Charset: 'UTF-8' },
        },
        Headers: namesAndValues(mail.headers),
        ...(mail.attachments.length === 0 ? {} : { Attachments: mail.attachments.map(sesAttachment) }),
      },
    },
  });
}

/** The configuration set has SES report both; a mail has what it asks for. */
function tracking(tracked: NonNullable<Mail['tracked']>) {
  return {
    OpenTrackingEnabled: tracked.includes('opens') ? 'ENABLED' : 'DISABLED',
    ClickTrackingEnabled: tracked.includes('clicks') ? 'ENABLED' : 'DISABLED',
  } as const;
}

function sesAttachment({ fileName, contentType, content }: Mail['attachments'][number]) {
  return {
    FileName: fileName,
    ContentType: contentType,
    ContentDisposition: 'ATTACHMENT' as const,
    ContentTransferEncoding: 'BASE64' as const,
    RawContent: content,
  };
}

/** SESv2 exceptions by what they mean for the mail; names and codes of the API model and of real logs. */
const outcomeByName: Readonly<Record<string, 'throttled' | 'quotaExceeded' | 'paused' | 'rejected'>> = {
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  LimitExceededException: 'quotaExceeded',
  AccountSuspendedException: 'paused',
  SendingPausedException: 'paused',
  MailFromDomainNotVerifiedException: 'paused',
  NotFoundException: 'paused',
  MessageRejected: 'rejected',
  BadRequestException: 'rejected',
};

/** The connection was never made, so nothing was sent. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const connectionLost = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

/**
 * Translates what the SDK threw; the one place that knows SES's exceptions.
 *
 * @returns undefined for faults that are no answer to the mail: access denied, a wrong region, a bug of ours.
 */
export function answerOf(error: unknown): SendAnswer | undefined {
  const {
    name = '',
    message = '',
    code = '',
    $metadata,
  } = error as {
    name?: string;
    message?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (neverConnected.has(code)) {
    return { outcome: 'throttled' };
  }
  // DG and SDK disagree on the exception of the daily quota: the message decides.
  if (/daily (?:message )?quota exceeded/i.test(message)) {
    return { outcome: 'quotaExceeded' };
  }
  const outcome = outcomeByName[name];
  if (outcome === 'throttled' || outcome === 'quotaExceeded') {
    return { outcome };
  }
  if (outcome !== undefined) {
    return { outcome, code: name };
  }
  const lost = name === 'TimeoutError' || name === 'AbortError' || connectionLost.has(code);
  const status = $metadata?.httpStatusCode ?? 0;
  // A 2xx that cannot be read may well have been an acceptance.
  return lost || status >= 500 || (status >= 200 && status < 300)
    ? { outcome: 'ambiguous', code: code || name }
    : undefined;
}

/** Reads the account's quota. Allowed once a second for the whole account: see the lease in `send-rate.ts`. */
export async function getSendQuota(): Promise<SendQuota> {
  const { SendQuota: quota } = await questions.send(new GetAccountCommand({}));
  if (!quota?.MaxSendRate || quota.Max24HourSend === undefined || quota.SentLast24Hours === undefined) {
    throw new Error('sesv2:GetAccount answered without SendQuota');
  }
  return {
    maxSendRate: quota.MaxSendRate,
    max24HourSend: quota.Max24HourSend,
    sentLast24Hours: quota.SentLast24Hours,
  };
}
