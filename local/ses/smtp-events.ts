import type { Place } from '../api.ts';
import type { MailEvent } from './events.ts';
import { bounceOf, deliveryEvent, isoTime, reportingMta } from './events.ts';
import type { AcceptedMail } from './mail.ts';
import type { LateBounce, SmtpAnswer } from './transport.ts';

/** How SES files an answer: type and subtype of the bounce. */
interface BounceClass {
  readonly bounceType: 'Permanent' | 'Transient';
  readonly bounceSubType: 'General' | 'MailboxFull' | 'MessageTooLarge' | 'ContentRejected';
}

/** Minutes for which SES tries. */
const RETRY_MINUTES = 840;

/** A server took the mail. */
export function acceptedEvent(
  mail: AcceptedMail,
  answers: readonly SmtpAnswer[],
  atMs: number,
  place: Place,
): MailEvent {
  const acceptance = { smtpResponse: answers[0]?.reply ?? '', ...remoteMta(answers) };
  return deliveryEvent(mail, recipientsOf(answers), acceptance, atMs, place);
}

/** A server put the mail off, and SES will try again. */
export function deferredEvent(answers: readonly SmtpAnswer[], atMs: number, place: Place): MailEvent {
  const recipients = recipientsOf(answers);
  return {
    type: 'DELIVERY_DELAY',
    atMs,
    recipients,
    detail: `smtp; ${answers[0]?.reply ?? ''}`,
    payload: {
      timestamp: isoTime(atMs),
      delayType: delayTypeOf(answers[0]?.reply ?? ''),
      expirationTime: isoTime(atMs + RETRY_MINUTES * 60_000),
      delayedRecipients: answers.map(({ recipient, reply }) => ({
        emailAddress: recipient,
        status: statusOf(reply),
        diagnosticCode: `smtp; ${reply}`,
      })),
      reportingMTA: reportingMta(place),
    },
  };
}

/** A server refused the mail for good. */
export function refusedEvent(
  answers: readonly SmtpAnswer[],
  feedbackId: string,
  atMs: number,
  place: Place,
): MailEvent {
  return bounceOf(
    answers.map(({ recipient, reply }) => ({
      recipient,
      status: statusOf(reply),
      diagnosticCode: `smtp; ${reply}`,
    })),
    classOf(answers[0]?.reply ?? ''),
    atMs,
    {
      feedbackId,
      ...remoteMta(answers),
      reportingMTA: `dns; ${answers[0]?.remoteMtaIp === undefined ? 'amazonses.com' : reportingMta(place)}`,
    },
  );
}

/** SES gave up: the last answer is inside its own. */
export function expiredEvent(
  answers: readonly SmtpAnswer[],
  feedbackId: string,
  atMs: number,
  place: Place,
): MailEvent {
  return bounceOf(
    answers.map(({ recipient, reply }) => ({
      recipient,
      status: '4.4.7',
      diagnosticCode: `smtp; 554 4.4.7 Message expired: unable to deliver in ${RETRY_MINUTES} minutes.<${reply}>`,
    })),
    {
      bounceType: 'Transient',
      bounceSubType: classOf(answers[0]?.reply ?? '').bounceSubType,
    },
    atMs,
    { feedbackId, ...remoteMta(answers), reportingMTA: `dns; ${reportingMta(place)}` },
  );
}

/** A notification came back after a server had taken the mail. */
export function lateBounceEvent(late: LateBounce, feedbackId: string, atMs: number): MailEvent {
  const { recipient, status, diagnosticCode, reportingMta: mta } = late;
  return bounceOf(
    [{ recipient, status, diagnosticCode }],
    classOf(diagnosticCode.replace(/^smtp;\s*/, '')),
    atMs,
    { feedbackId, reportingMTA: mta },
  );
}

/** Whether SES would put the address on the suppression list of the account. */
export function isHardBounce({ payload }: MailEvent): boolean {
  return payload.bounceType === 'Permanent';
}

/** Published records of SES: an unknown address is `Permanent`, every other refusal `Transient`, whatever its code. */
function classOf(reply: string): BounceClass {
  const code = statusOf(reply);
  if (
    /^5\.1\.(?:1|2|3|6|10)$|^5\.2\.1$/.test(code) ||
    /unknown user|user unknown|this user doesn't have a|550 5\.5\.0 .*mailbox unavailable|mailbox is disabled/i.test(
      reply,
    )
  ) {
    return { bounceType: 'Permanent', bounceSubType: 'General' };
  }
  if (/^[45]\.2\.2$/.test(code) || /mailbox (?:is )?full|too much mail data|over ?quota/i.test(reply)) {
    return { bounceType: 'Transient', bounceSubType: 'MailboxFull' };
  }
  if (/^5\.3\.4$/.test(code) || /size (?:exceeds|limit)/i.test(reply)) {
    return { bounceType: 'Transient', bounceSubType: 'MessageTooLarge' };
  }
  if (/\bspam\b|content rejected/i.test(reply)) {
    return { bounceType: 'Transient', bounceSubType: 'ContentRejected' };
  }
  return { bounceType: 'Transient', bounceSubType: 'General' };
}

function delayTypeOf(reply: string): string {
  const code = statusOf(reply);
  if (code === '4.2.2') return 'MailboxFull';
  if (code.startsWith('4.4.')) return 'TransientCommunicationFailure';
  if (code === '4.7.28') return 'SpamDetected';
  if (/\bTSS?\d\d\b|\bIP address\b/i.test(reply)) return 'IPFailure';
  if (/^45[01]/.test(reply)) return 'RecipientServerError';
  return 'General';
}

/** The enhanced code in the answer; `5.0.0` or `4.0.0` where there is none. */
function statusOf(reply: string): string {
  return /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/.exec(reply)?.[0] ?? `${reply.charAt(0)}.0.0`;
}

function recipientsOf(answers: readonly SmtpAnswer[]): string[] {
  return answers.map(({ recipient }) => recipient);
}

function remoteMta(answers: readonly SmtpAnswer[]) {
  const [first] = answers;
  return first?.remoteMtaIp === undefined ? {} : { remoteMtaIp: first.remoteMtaIp };
}
