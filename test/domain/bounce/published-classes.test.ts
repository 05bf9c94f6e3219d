import { explainBounce } from '../../../domain/bounce/explain.ts';

/** "SMTP error codes" of senders.yahooinc.com/smtp-error-codes, as of 2026-02-15: class, an answer of it, and the reason that we give. */
const yahoo: readonly (readonly [title: string, text: string, code: string])[] = [
  ['4xx', '421 Service not available, closing transmission channel', 'receiver_error'],
  ['RFC compliance', '554 5.6.0 Message not RFC compliant: duplicate headers', 'not_rfc'],
  ['RFC compliance', '554 Message not allowed - Headers are not RFC compliant[291]', 'not_rfc'],
  ['RFC compliance', '554 Incorrectly formatted header', 'not_rfc'],
  ['RFC compliance', '554 Incorrect MIME type', 'not_rfc'],
  [
    'Unresolvable domain',
    '451 Message temporarily deferred due to unresolvable RFC.5321 from domain',
    'sender_rejected',
  ],
  ['Unresolvable domain', '554 5.1.8 Unresolvable RFC.5322 from domain', 'sender_rejected'],
  [
    'User complaints',
    '421 4.7.0 Messages from 192.0.2.1 temporarily deferred due to user complaints',
    'ip_reputation',
  ],
  ['Unsolicited messages', '421 Excessive unsolicited messages', 'throttled_ip'],
  ['Unsolicited messages', '421 Excessively high volume of emails', 'throttled_ip'],
  ['Unknown recipients', '451 VS1-MF Excessive unknown recipients - possible Open Relay', 'ip_blocked'],
  [
    'Authentication',
    "554 5.7.9 Message not accepted for policy reasons: domain's DMARC policy",
    'dmarc_reject',
  ],
  ['Authentication', '554 5.7.5 Message rejected: DKIM verification failed', 'dkim_fail'],
  [
    'Authentication',
    '550 5.7.9 This mail has been blocked because the sender is unauthenticated',
    'unauthenticated',
  ],
  [
    'Content (PH*)',
    '554 Message not allowed - [PH01] Email not accepted for policy reasons. [120]',
    'spam_content',
  ],
  ['Content (PH*)', '554 [PH99] refused', 'spam_content'],
  ['Spamhaus (BL*)', '553 5.7.1 [BL23] Connections not accepted from IP addresses on Spamhaus XBL', 'dnsbl'],
  [
    'No such recipient',
    "554 delivery error: dd This user doesn't have a yahoo.com account (taro@yahoo.com) [-5] - mta123.mail.example.com",
    'user_unknown',
  ],
  ['Deferred (TS*)', '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred', 'ip_reputation'],
  ['Deferred (TS*)', '421 4.7.0 [TS02] Messages from 192.0.2.1 deferred', 'ip_reputation'],
  ['Resources', '451 Resources temporarily unavailable. Please try again later [#4.16.1].', 'receiver_error'],
  ['Other policy', '554 5.7.9 Message not accepted for policy reasons', 'policy'],
  ['Other policy', '550 From domain has a null MX record', 'sender_rejected'],
  ['Other policy', '554 Header too big (Subject)', 'bad_header'],
  ['Other policy', '554 Date outside of range', 'bad_header'],
  ['Other policy', '554 Header value cannot be decoded', 'bad_header'],
  ['Other policy', '554 An email address contains forbidden characters', 'bad_header'],
];

it.each(yahoo)('Yahoo, %s: %s', (_, diagnosticCode, code) => {
  expect(explainBounce({ destination: 'yahoo.com', diagnosticCode }).code).toBe(code);
});

/**
 * Codes of Outlook.com: its postmaster page (sendersupport.olc.protection.outlook.com/pm/troubleshooting, as of 2026-06-15), the announcement
 * of 2025-05-05, and S3140 and S3150, which are not documented.
 */
const microsoft: readonly (readonly [text: string, code: string])[] = [
  [
    '421 RP-001 The mail server IP connecting to Outlook.com server has exceeded the rate limit allowed.',
    'throttled_ip',
  ],
  ['421 RP-002 … has exceeded the rate limit allowed on this connection.', 'throttled_ip'],
  ['421 RP-003 … has exceeded the connection limit allowed.', 'throttled_ip'],
  ['550 SC-001 Mail rejected by Outlook.com for policy reasons.', 'ip_blocked'],
  [
    '550 SC-002 The mail server IP connecting to Outlook.com has exhibited namespace mining behavior.',
    'ip_blocked',
  ],
  ['550 SC-003 Your IP address appears to be an open proxy/relay.', 'ip_blocked'],
  ['550 SC-004 A block has been placed against your IP address.', 'ip_blocked'],
  ['550 DY-001 We do not accept email from dynamic IP addresses.', 'ip_blocked'],
  ['550 DY-002 The likely cause is a compromised or virus infected server/personal computer.', 'ip_blocked'],
  ['550 OU-001 Mail rejected by Outlook.com for policy reasons. … on the Spamhaus list', 'ip_blocked'],
  ['550 OU-002 Mail rejected by Outlook.com for policy reasons.', 'ip_blocked'],
  ['550 5.7.1 … part of their network is on our block list (S3140).', 'ip_blocked'],
  ['550 5.7.1 … part of their network is on our block list (S3150).', 'ip_blocked'],
  [
    '550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication level.',
    'bulk_auth_level',
  ],
  ['550 command rejected due to Sender ID validation failure.', 'spf_fail'],
];

it.each(microsoft)('Microsoft: %s', (diagnosticCode, code) => {
  expect(explainBounce({ destination: 'outlook.com', diagnosticCode }).code).toBe(code);
});
