import { catalogue, type ReasonCode } from '../../../domain/bounce/catalogue.ts';
import type { Evidence } from '../../../domain/feedback/feedback-end.ts';
import { emptyRecord, type SuppressionRecord } from '../../../domain/suppression/suppression-record.ts';
import type { VerdictCode } from '../../../domain/verdict/finding.ts';
import type { KnownMail } from '../../../domain/verdict/known-mail.ts';
import { verdictOf } from '../../../domain/verdict/verdict.ts';
import { bounce, campaign, event, notification, nowMs, planned, record, reported } from './some-mails.ts';

/** What the receiver, or SES for it, says, and how we call that. */
const bounces: readonly (readonly [ReasonCode, string, Partial<Evidence>?])[] = [
  ['suppressed_account', '', { bounceSubType: 'OnAccountSuppressionList' }],
  ['suppressed_global', '', { bounceSubType: 'Suppressed' }],
  ['suppressed_validation', '', { bounceSubType: 'EmailValidationSuppressed' }],
  ['unsubscribed', '', { bounceSubType: 'UnsubscribedRecipient' }],
  ['user_unknown', '550 5.1.1 user unknown'],
  ['domain_unknown', '550 5.1.2 host unknown'],
  ['null_mx', '556 5.1.10 recipient address has null MX'],
  ['account_disabled', '550 5.2.1 mailbox disabled'],
  ['address_moved', '551 5.1.6 mailbox has moved'],
  ['address_rfc_violation', 'Local address contains dot-dot'],
  ['address_syntax', '553 5.1.3 bad address syntax'],
  ['mailbox_full', '552 5.2.2 mailbox full'],
  ['mailbox_size_limit', '552 5.2.3 message length exceeds administrative limit'],
  ['recipient_rate', '450 4.2.1 the user is receiving mail too quickly'],
  ['recipient_filter', '550 5.7.1 blocked by recipient'],
  ['sender_rejected', '553 5.1.8 domain of sender address does not exist'],
  ['spf_fail', '550 5.7.23 SPF validation failed'],
  ['dkim_fail', '550 5.7.20 no passing DKIM signature found'],
  ['dmarc_reject', '550 5.7.1 rejected by DMARC policy'],
  ['dmarc_missing', '550 5.7.40 the domain has no DMARC record - gsmtp'],
  ['alignment', "421 4.7.32 the From: header isn't aligned - gsmtp"],
  ['unauthenticated', '550 5.7.26 this mail is unauthenticated'],
  ['bulk_auth_level', '550 5.7.515 access denied, required authentication level'],
  ['ptr_missing', '550 5.7.25 no PTR record'],
  ['tls_required', '530 5.7.0 must issue a STARTTLS command first'],
  ['ip_blocked', '550 5.7.1 part of their network is on our block list (S3150)'],
  ['dnsbl', '554 5.7.1 blocked using zen.spamhaus.org'],
  ['ip_reputation', '554 bad reputation'],
  ['domain_reputation', '550 5.7.1 low reputation of the sending domain - gsmtp'],
  ['url_reputation', '554 5.7.1 listed in multi.surbl.org'],
  ['throttled_ip', '421 4.7.28 unusual rate of mail originating from your IP address - gsmtp'],
  ['throttled_domain', '421 4.7.28 originating from your DKIM domain - gsmtp'],
  ['throttled_url', '421 4.7.28 containing one of your URL domains - gsmtp'],
  ['duplicate_message_id', '421 4.7.28 the same Message-ID - gsmtp'],
  ['greylisted', '451 4.7.1 greylisted'],
  ['too_many_connections', '421 4.7.0 too many connections'],
  ['too_many_recipients', '452 4.5.3 too many recipients'],
  ['spam_content', '554 5.7.1 rejected as spam'],
  ['malware', '554 5.7.1 virus found'],
  ['attachment_blocked', '552 5.7.0 attachment type .exe is not allowed'],
  ['too_large', '552 5.3.4 message too big'],
  ['not_rfc', '550 5.7.1 not RFC 5322 compliant'],
  ['line_too_long', '500 line too long'],
  ['bad_header', '554 header too big', { recipient: 'taro@yahoo.com' }],
  ['content_error', '554 5.6.0 bad MIME'],
  ['policy', '550 5.7.1 local policy'],
  ['access_denied', '550 5.7.1 access denied'],
  ['relay_denied', '550 5.7.1 relaying denied'],
  ['auth_required', '530 5.7.0 authentication required'],
  ['protocol_error', '500 5.5.1 command unrecognized'],
  ['receiver_error', '451 4.3.0 internal error'],
  ['receiver_full', '452 4.3.1 insufficient system storage'],
  ['mailer_error', '554 5.3.0 unknown mailer error 1'],
  ['receiver_down', '421 4.4.1 connection timed out'],
  ['network_error', '421 4.4.2 connection dropped'],
  ['dns_temp', '451 4.4.3 name server timeout'],
  ['routing_loop', '554 5.4.6 too many hops'],
  ['expired', '554 4.4.7 message expired'],
  ['unknown', '550 no'],
];

const unsubscribed: SuppressionRecord = {
  ...emptyRecord,
  suppressions: { all: { reason: 'unsubscribe', source: 'mail', atMs: nowMs - 1 } },
};
const delivery = event(5, { diagnosticCode: '250 ok' });
const waits = (reason: string) => notification(record('waiting', { reason, waitingUntilMs: nowMs + 1 }));
const refused = (reason: string) =>
  notification(record('rejected', { reason, detail: 'SES refused the mail' }));

/** What no receiver says: names of the requirement, and the verdict, with its reason, under which they are told. */
const verdicts: readonly (readonly [
  string,
  VerdictCode,
  string | undefined,
  KnownMail,
  SuppressionRecord?,
])[] = [
  [
    'unsubscribed_by_header',
    'never_sent_unsubscribed',
    'unsubscribe',
    notification(record('suppressed', { reason: 'unsubscribe', detail: 'suppressed for all' })),
    unsubscribed,
  ],
  [
    'suppressed_local',
    'never_sent_suppressed',
    'manual',
    notification(record('suppressed', { reason: 'manual', detail: 'suppressed for all' })),
  ],
  ['render_failure', 'refused_by_ses', 'render_failure', reported({ renderingFailure: event(5) })],
  [
    'guardrail_stop',
    'never_sent_stopped',
    'halted',
    planned({ campaign: campaign({ state: 'halted', halt: { code: 'complaints', atMs: nowMs } }) }),
  ],
  // An account in the sandbox, or an identity that is not verified, is refused mail by mail.
  ['ses_sandbox, identity_unverified', 'never_sent_refused', 'MessageRejected', refused('MessageRejected')],
  ['ses_quota', 'waiting_for', 'quota', waits('quota')],
  ['ses_throttled', 'waiting_for', 'throttled', waits('throttled')],
  // `MailFromDomainNotVerifiedException` holds up all mail, as `SendingPausedException` does.
  ['ses_paused, mail_from_unverified', 'waiting_for', 'sending-paused', waits('sending-paused')],
  ['ses_virus', 'refused_by_ses', 'malware', reported({ reject: event(5) })],
  ['complaint', 'complained', 'complaint', reported({ delivery, complaint: event(1) })],
  [
    'late_bounce',
    'rejected_mailbox',
    'mailbox_full',
    reported({ delivery, ...bounce('552 5.2.2 mailbox full') }),
  ],
  ['accepted_unseen', 'accepted_unseen', undefined, reported({ delivery }, { address: 'taro@docomo.ne.jp' })],
];

const judge = (mail: KnownMail, suppressions = emptyRecord) => verdictOf(mail, { suppressions, nowMs });
const spoken = {
  ja: expect.stringMatching(/[ぁ-ん]/),
  en: expect.stringMatching(/^[A-Z][^ぁ-ん]+$/),
};

describe('why a mail did not arrive', () => {
  it.each(bounces.map(([code, text, more]) => ({ code, text, ...more })))(
    '$code is what "$text" is told as',
    ({ code, text, ...said }) => {
      const mail = reported(bounce(text, said));
      expect(judge(mail)).toMatchObject({ reason: code, title: spoken, next: spoken });
    },
  );

  it('has an answer here for every reason of the catalogue', () => {
    expect(bounces.map(([code]) => code).sort()).toEqual(Object.keys(catalogue).sort());
  });

  it.each(
    verdicts.map(([name, code, reason, mail, suppressions]) => ({ name, code, reason, mail, suppressions })),
  )('$name is told as $code', ({ code, reason, mail, suppressions }) => {
    const { reason: told, ...verdict } = judge(mail, suppressions);
    expect(verdict).toMatchObject({ code, title: spoken, next: spoken });
    expect(told).toBe(reason);
  });
});
