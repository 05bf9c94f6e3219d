import { formatTimestamp } from '../timestamp.ts';
import type { AuthenticationState, MailRecords } from './authentication.ts';
import type { KnownMail } from './known-mail.ts';
import type { Others } from './others.ts';
import type { Verdict } from './verdict.ts';

/** What a postmaster needs to find a mail in a log, by the names under which forms ask for it. */
export type PostmasterEvidence = Readonly<Record<string, string | number>>;

/** What is known of the sending side. */
export interface SendingSide {
  /** Domain of the From header. */
  readonly mailDomain: string;
  readonly region: string;
  readonly authentication: AuthenticationState | undefined;
}

/**
 * The facts of one mail, ready to be pasted into the form of a mailbox provider. The recipient's own address is among them, since its
 * postmaster asks for it; of others there are counts only.
 */
export function postmasterEvidence(
  { address, record, place, deliveryId }: KnownMail,
  verdict: Verdict,
  others: Others | undefined,
  { mailDomain, region, authentication }: SendingSide,
): PostmasterEvidence {
  const { bounce, delivery, deliveryDelay } = record?.evidence ?? {};
  const answer = bounce ?? delivery ?? deliveryDelay;
  const sesMessageId = record?.sesMessageId ?? answer?.sesMessageId;
  const facts = {
    'Header From domain': mailDomain,
    'Envelope sender (Return-Path)': sesMessageId && returnPath(sesMessageId, region, authentication),
    'DKIM-Signature d=': authentication?.dkim === 'SUCCESS' ? `${mailDomain}, amazonses.com` : undefined,
    'Envelope recipient': address,
    'Message-ID': sesMessageId && messageIdHeader(sesMessageId, region),
    'SES message id': sesMessageId,
    'Our reference': deliveryId,
    Template: record?.template ?? place?.campaign.template,
    'Accepted for sending (UTC)': record?.acceptedAtMs && formatTimestamp(record.acceptedAtMs),
    'Answered (UTC)': answer && formatTimestamp(answer.atMs),
    'SMTP reply': answer?.diagnosticCode,
    'Enhanced status code': answer?.enhancedStatusCode,
    'Receiving host (IP)': answer?.remoteMtaIp,
    'Sending host': answer?.reportingMta && sendingHost(answer.reportingMta),
    'Reporting host': answer?.reportingMta,
    'Last deferral (UTC)': deliveryDelay && formatTimestamp(deliveryDelay.atMs),
    'Last deferral': deliveryDelay?.diagnosticCode,
    'Our reading': [verdict.code, verdict.reason].filter(Boolean).join(': '),
    ...(others === undefined
      ? {}
      : {
          'Others refused in the same hour': `${others.isLeast ? 'at least ' : ''}${others.failures}`,
          'Their reasons': Object.entries(others.byReason)
            .map(([reason, count]) => `${reason} ${count}`)
            .join(', '),
          'Counts of the whole campaign at this provider': Object.entries(others.campaign ?? {})
            .map(([measure, count]) => `${measure} ${count}`)
            .join(', '),
        }),
    'Authentication when it was sent': authentication && authenticationLine(authentication),
  };
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** SES sends under an address of its own for each mail, at our MAIL FROM domain once that is verified. */
function returnPath(sesMessageId: string, region: string, authentication?: AuthenticationState): string {
  const own = authentication?.mailFrom === 'SUCCESS' ? authentication.mailFromDomain : undefined;
  return `<${sesMessageId}@${own ?? (region === 'us-east-1' ? 'amazonses.com' : `${region}.amazonses.com`)}>`;
}

/** Of SES, from which a postmaster finds the address; a host of the receiver reports what came later. */
function sendingHost(reportingMta: string): string | undefined {
  return /[\w.-]+\.smtp-out\.(?:[\w-]+\.)?amazonses\.com/.exec(reportingMta)?.[0];
}

/** SES writes this header itself; in us-east-1 under another host. */
function messageIdHeader(sesMessageId: string, region: string): string {
  return `<${sesMessageId}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`;
}

export function authenticationLine(state: AuthenticationState): string {
  const { verified, dkim, mailFromDomain, mailFrom, records } = state;
  return [
    verified ? 'identity verified' : 'identity NOT verified',
    `DKIM ${dkim}`,
    mailFromDomain === undefined ? 'no custom MAIL FROM' : `MAIL FROM ${mailFromDomain} ${mailFrom}`,
    ...(records === undefined ? [] : recordTexts(records)),
  ].join(', ');
}

function recordTexts({ spf, dmarc, mailFromSpf }: MailRecords): string[] {
  const shown = (name: string, text: string) => (text === '' ? `no ${name} record` : `${name} "${text}"`);
  return [
    shown('DMARC', dmarc),
    shown('SPF', spf),
    ...(mailFromSpf === undefined ? [] : [shown('SPF of MAIL FROM', mailFromSpf)]),
  ];
}
