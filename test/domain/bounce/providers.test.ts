import type { BounceEvidence } from '../../../domain/bounce/evidence.ts';
import { explainBounce } from '../../../domain/bounce/explain.ts';
import { googleSmtpErrors } from './google-smtp-errors.ts';

it.each(googleSmtpErrors)('Gmail: %s %s %s', (replyCode, status, text, code) => {
  const diagnosticCode = `smtp; ${replyCode} ${status} ${text} a1si123456pll.31 - gsmtp`;
  // The same with and without the fields that a bounce may lack.
  expect(explainBounce({ destination: 'gmail.com', replyCode, status, diagnosticCode }).code).toBe(code);
  expect(explainBounce({ destination: 'example.com', diagnosticCode }).code).toBe(code);
});

const at = (day: string) => Date.parse(`${day}T00:00:00Z`);

interface Case extends Partial<BounceEvidence> {
  readonly is: string;
  readonly action?: string;
}

function check({ is, action, ...evidence }: Case, destination: string): void {
  const reason = explainBounce({ destination, ...evidence });
  expect({ code: reason.code, action: reason.action }).toEqual({ code: is, action: action ?? reason.action });
}

describe('Yahoo, the classes of its error page', () => {
  it.each<Case>([
    {
      is: 'ip_reputation',
      diagnosticCode:
        '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes',
      action: 'slow',
    },
    {
      is: 'ip_reputation',
      diagnosticCode: '421 4.7.0 [TS01] Messages from 192.0.2.1 temporarily deferred due to user complaints',
    },
    {
      is: 'ip_blocked',
      diagnosticCode: '421 4.7.1 Messages from 192.0.2.1 permanently deferred; Retrying will NOT succeed.',
    },
    {
      is: 'ip_blocked',
      diagnosticCode:
        '421 4.7.1 [TS03] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.',
    },
    { is: 'spam_content', diagnosticCode: '554 5.7.9 [PH01] Email not accepted for policy reasons.' },
    {
      is: 'dnsbl',
      diagnosticCode:
        '553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus list',
    },
    {
      is: 'dmarc_reject',
      diagnosticCode: "554 5.7.9 Message not accepted for policy reasons: domain's DMARC policy",
    },
    { is: 'dkim_fail', diagnosticCode: '554 5.7.5 Message rejected: DKIM verification failed' },
    {
      is: 'unauthenticated',
      diagnosticCode: '550 5.7.9 This mail has been blocked because it is not authenticated',
    },
    { is: 'ip_blocked', diagnosticCode: '451 VS1-MF Excessive unknown recipients - possible Open Relay' },
    {
      is: 'throttled_ip',
      diagnosticCode: '421 Max message per connection reached, closing transmission channel',
    },
    {
      is: 'user_unknown',
      diagnosticCode:
        "554 delivery error: dd This user doesn't have a yahoo.com account (taro@yahoo.com) [-5] - mta123.mail.example.com",
      action: 'suppress',
    },
    { is: 'recipient_rate', diagnosticCode: '450 User is receiving mail too quickly' },
    { is: 'sender_rejected', diagnosticCode: '554 5.1.8 Unresolvable RFC.5322 from domain' },
    { is: 'not_rfc', diagnosticCode: '554 5.6.0 Message not RFC 5322 compliant: duplicate header' },
    { is: 'bad_header', diagnosticCode: '554 Header too big' },
    {
      is: 'policy',
      diagnosticCode:
        '554 5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes',
    },
    {
      is: 'receiver_error',
      diagnosticCode: '451 4.3.2 Resources temporarily unavailable. Please try again later [#4.16.1].',
    },
  ])('$is: $diagnosticCode', (row) => check(row, 'yahoo.com'));

  it.each<Case>([
    { is: 'ip_reputation', diagnosticCode: '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred' },
    { is: 'dnsbl', diagnosticCode: '553 5.7.1 [BL21] Connections will not be accepted' },
    { is: 'spam_content', diagnosticCode: '554 5.7.9 [PH01] Message not accepted' },
  ])('is known by its marks for a domain of its customers: $is', (row) => check(row, 'example.com'));
});

describe('Microsoft', () => {
  const level =
    '550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication level.';

  it.each<Case>([
    { is: 'bulk_auth_level', diagnosticCode: level, action: 'stop_provider' },
    { is: 'bulk_auth_level', diagnosticCode: level, atMs: at('2025-05-05') },
    { is: 'unauthenticated', diagnosticCode: level, atMs: at('2025-05-05') - 1 },
    {
      is: 'ip_blocked',
      diagnosticCode:
        "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
      action: 'stop_provider',
    },
    { is: 'ip_blocked', diagnosticCode: '550 5.7.1 Service unavailable (S3140)' },
    { is: 'ip_blocked', diagnosticCode: '550 5.7.606 Access denied, banned sending IP [192.0.2.1]' },
    { is: 'ip_blocked', diagnosticCode: '550 5.7.511 Access denied, banned sender[192.0.2.1]' },
    { is: 'ip_blocked', diagnosticCode: '550 SC-001 (BAY004-MC4F49) Mail rejected for policy reasons.' },
    {
      is: 'throttled_ip',
      diagnosticCode: '451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (AS843)',
    },
    {
      is: 'throttled_ip',
      diagnosticCode: '421 RP-001 The mail server IP connecting has exceeded the rate limit allowed.',
    },
    {
      is: 'dmarc_reject',
      diagnosticCode:
        '550 5.7.509 Access denied, sending domain [EXAMPLE.COM] does not pass DMARC verification and has a DMARC policy of reject.',
    },
    {
      is: 'user_unknown',
      diagnosticCode:
        '550 5.4.1 Recipient address rejected: Access denied. [VE1EUR01FT061.eop-EUR01.prod.protection.outlook.com]',
      action: 'suppress',
    },
    {
      is: 'user_unknown',
      diagnosticCode: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    },
    { is: 'user_unknown', diagnosticCode: '550 5.5.0 Requested action not taken: mailbox unavailable' },
    {
      is: 'auth_required',
      diagnosticCode: '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required',
    },
    { is: 'recipient_rate', diagnosticCode: '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded' },
  ])('$is: $diagnosticCode', (row) => check(row, 'outlook.com'));

  it.each<Case>([
    { is: 'bulk_auth_level', diagnosticCode: level },
    { is: 'bulk_auth_level', diagnosticCode: 'Access denied', status: '5.7.515' },
    { is: 'ip_blocked', diagnosticCode: '550 5.7.1 part of their network is on our block list (S3140)' },
    { is: 'throttled_ip', diagnosticCode: '451 4.7.500 Server busy. Please try again later.' },
    { is: 'ip_blocked', diagnosticCode: "550 SC-001 Unfortunately, messages from 192.0.2.1 weren't sent." },
    { is: 'recipient_rate', diagnosticCode: '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded' },
  ])('is known by codes that nobody else has: $is: $diagnosticCode', (row) => check(row, 'example.com'));

  it('is known by its host and its marks where the recipient has a domain of their own', () => {
    const diagnosticCode =
      '550 5.4.1 Recipient address rejected: Access denied. [DB5EUR01FT061.eop-EUR01.prod.protection.outlook.com]';
    check({ is: 'user_unknown', diagnosticCode }, 'example.com');
    check(
      {
        is: 'ip_blocked',
        diagnosticCode: '550 5.7.511 Go away',
        remoteMta: 'example-com.mail.protection.outlook.com',
      },
      'example.com',
    );
  });
});

it('goes by the domain of a provider, whoever passed its answer on', () => {
  const diagnosticCode = '550 <taro@ezweb.ne.jp>: User unknown';
  const remoteMta = 'sonic311.consmr.mail.sg3.yahoo.com';
  expect(explainBounce({ destination: 'ezweb.ne.jp', remoteMta, diagnosticCode }).ruleId).toBe(
    'kddi/unknown-user',
  );
});

describe('Japanese carriers', () => {
  const unknown = '550 Unknown user taro@docomo.ne.jp';

  it.each<Case & { readonly to: string }>([
    {
      to: 'docomo.ne.jp',
      is: 'user_unknown',
      diagnosticCode: unknown,
      atMs: at('2025-03-13'),
      action: 'suppress',
    },
    {
      to: 'docomo.ne.jp',
      is: 'recipient_filter',
      diagnosticCode: unknown,
      atMs: at('2025-03-13') - 1,
      action: 'ask_user',
    },
    { to: 'docomo.ne.jp', is: 'recipient_filter', diagnosticCode: unknown, action: 'ask_user' },
    {
      to: 'docomo.ne.jp',
      is: 'user_unknown',
      diagnosticCode: `host mfsmax.docomo.ne.jp[192.0.2.1] said: ${unknown} (in reply to RCPT TO command)`,
      action: 'suppress',
    },
    { to: 'docomo.ne.jp', is: 'mailbox_full', diagnosticCode: '552 Too much mail data taro@docomo.ne.jp' },
    { to: 'docomo.ne.jp', is: 'line_too_long', diagnosticCode: '500 Line Too Long' },
    { to: 'docomo.ne.jp', is: 'too_many_recipients', diagnosticCode: '552 Too many recipients' },
    {
      to: 'ezweb.ne.jp',
      is: 'user_unknown',
      diagnosticCode: '550 <taro@ezweb.ne.jp>: User unknown',
      action: 'suppress',
    },
    { to: 'au.com', is: 'recipient_filter', diagnosticCode: '550 : User unknown', action: 'ask_user' },
    { to: 'au.com', is: 'address_syntax', diagnosticCode: '554 <taro!@au.com>: Relay access denied' },
    {
      to: 'i.softbank.jp',
      is: 'user_unknown',
      diagnosticCode: '550 Invalid recipient: <taro@i.softbank.jp>',
      action: 'suppress',
    },
    { to: 'softbank.ne.jp', is: 'sender_rejected', diagnosticCode: '553 bounce.example.com does not exist' },
  ])('$to, $is: $diagnosticCode', ({ to, ...row }) => check(row, to));
});

describe('iCloud', () => {
  it.each<Case>([
    {
      is: 'dmarc_reject',
      diagnosticCode: "554 5.7.1 Your message was rejected due to example.com's DMARC policy.",
    },
    { is: 'spam_content', diagnosticCode: '550 5.7.1 [CS01] Message rejected due to local policy.' },
    {
      is: 'user_unknown',
      diagnosticCode: '550 5.1.1 <taro@icloud.com>: user does not exist',
      action: 'suppress',
    },
    {
      is: 'account_disabled',
      diagnosticCode: '550 5.1.1 <taro@icloud.com>: inactive email address',
      action: 'ask_user',
    },
    { is: 'mailbox_full', diagnosticCode: '552 5.2.2 <taro@icloud.com>: user is over quota' },
    {
      is: 'throttled_ip',
      diagnosticCode: '421 4.7.1 Messages to taro@icloud.com deferred due to excessive volume.',
    },
  ])('$is: $diagnosticCode', (row) => check(row, 'icloud.com'));
});
