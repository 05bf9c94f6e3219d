import type { ReasonCode } from '../../../domain/bounce/catalogue.ts';
import { explainBounce } from '../../../domain/bounce/explain.ts';
import { personas } from '../../../local/lab/lab.ts';
import type { ReceiverSettings } from '../../../local/lab/receiver.ts';
import type { IdentityState } from '../../../local/ses/identities.ts';
import { type Arrival, type ArrivalEvent, type Content, startArrival } from './arrival.ts';

let arrival: Arrival;

beforeAll(async () => {
  arrival = await startArrival();
});
afterEach(() => arrival.reset());
afterAll(() => arrival.close());

const unsubscribe = {
  'List-Unsubscribe': '<https://unsubscribe.example.com/token>',
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
};

it('puts a mail that is in order into every inbox, with everything passing and aligned', async () => {
  const { lab } = arrival;
  await Promise.all(
    personas.map(async ({ name, domains }) => {
      lab.receiver(name).change({ greylistMs: 0 });
      const recipient = `hanako@${domains[0]}`;
      const events = await arrival.send(recipient, { headers: unsubscribe });
      expect(events.map(({ eventType }) => eventType)).toEqual(['Send', 'Delivery']);
      const [mail] = lab.mailsTo(recipient);
      expect(mail).toMatchObject({
        folder: 'inbox',
        examined: {
          spf: { result: 'pass', aligned: true },
          dmarc: { result: 'pass', policy: 'reject' },
          client: { encrypted: true, hostName: 'a8-25.smtp-out.amazonses.com' },
        },
      });
      expect(mail?.examined.dkim).toMatchObject([
        { domain: 'example.com', result: 'pass', aligned: true },
        { domain: 'amazonses.com', result: 'pass', aligned: false },
      ]);
      for (const field of ['from', 'date', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post']) {
        expect(mail?.examined.dkim[0]?.fields).toContain(field);
      }
      const source = mail?.source.toString() ?? '';
      expect(source).toMatch(/^Return-Path: <[\w-]+@bounce\.example\.com>\r\n/);
      expect(source).toMatch(/^Authentication-Results: \S+;\r\n dkim=pass header\.i=@example\.com/m);
      expect(source).toMatch(/^Feedback-ID: ::1\.us-east-1\.\S+:AmazonSES\r$/m);
    }),
  );
});

/** Where the mail lies in the end; or how the last answer begins, and what the classifier makes of it. */
type End = 'inbox' | 'spam' | readonly [says: string, reason: ReasonCode];

interface Condition {
  readonly when: string;
  readonly zone?: Readonly<Record<string, string[] | null>>;
  readonly identity?: Partial<IdentityState>;
  /** Of every receiver. */
  readonly settings?: Partial<ReceiverSettings>;
  /** Local part of the recipient. */
  readonly to?: string;
  readonly content?: Content;
  readonly ends: Readonly<Record<string, End>>;
}

const noSpf = { 'TXT bounce.example.com': null };
const noDkim = { 'CNAME token1._domainkey.example.com': null };
/** Neither the signature nor MAIL FROM is of the domain in the From field. */
const unaligned = { signingEnabled: false, mailFromDomain: '' };
const expired = (answer: string) => `554 4.4.7 Message expired: unable to deliver in 840 minutes.<${answer}`;

/** RFC 5322 with one thing changed. */
function rawMail(change: Readonly<Record<string, string>>, body = 'Hello'): Content {
  const fields = {
    From: 'Todoke <news@example.com>',
    To: 'taro@example.org',
    Subject: 'Hello',
    'MIME-Version': '1.0',
    ...change,
  };
  return {
    raw: [...Object.entries(fields).map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n'),
  };
}

const conditions: readonly Condition[] = [
  {
    when: 'SPF of the MAIL FROM domain is missing',
    zone: noSpf,
    ends: {
      gmail: ['550-5.7.27', 'spf_fail'],
      outlook: ['550 5.7.515', 'bulk_auth_level'],
      yahoo: 'spam',
      docomo: 'inbox',
      au: 'inbox',
      icloud: ['550 5.7.1 Message rejected: SPF', 'spf_fail'],
      company: 'inbox',
      ordinary: 'inbox',
    },
  },
  {
    when: 'SPF of the MAIL FROM domain forbids SES',
    zone: { 'TXT bounce.example.com': ['v=spf1 -all'] },
    ends: {
      gmail: ['550-5.7.27', 'spf_fail'],
      outlook: ['550 5.7.515', 'bulk_auth_level'],
      yahoo: 'spam',
      docomo: 'inbox',
      au: 'inbox',
      icloud: ['550 5.7.1 Message rejected: SPF', 'spf_fail'],
      company: 'inbox',
      ordinary: 'inbox',
    },
  },
  {
    when: 'the DKIM key is missing',
    zone: noDkim,
    ends: {
      gmail: ['550-5.7.30', 'dkim_fail'],
      outlook: ['550 5.7.515', 'bulk_auth_level'],
      yahoo: 'spam',
      docomo: 'inbox',
      au: 'spam',
      icloud: ['550 5.7.1 Message rejected: DKIM', 'dkim_fail'],
      company: 'inbox',
      ordinary: 'inbox',
    },
  },
  {
    when: 'the DKIM key was revoked',
    zone: { 'TXT token1.dkim.amazonses.com': ['v=DKIM1; p='] },
    ends: {
      gmail: ['550-5.7.30', 'dkim_fail'],
      outlook: ['550 5.7.515', 'bulk_auth_level'],
      yahoo: 'spam',
      docomo: 'inbox',
      au: 'spam',
      icloud: ['550 5.7.1 Message rejected: DKIM', 'dkim_fail'],
      company: 'inbox',
      ordinary: 'inbox',
    },
  },
  {
    when: 'there is no DMARC record',
    zone: { 'TXT _dmarc.example.com': null },
    ends: {
      gmail: ['550-5.7.40', 'dmarc_missing'],
      outlook: ['550 5.7.515', 'bulk_auth_level'],
      yahoo: 'spam',
      docomo: 'spam',
      au: 'spam',
      icloud: ['550 5.7.1 Message rejected: example.com has no DMARC', 'dmarc_reject'],
      company: ['550 5.7.1 Email rejected: example.com has no DMARC', 'dmarc_missing'],
      ordinary: 'inbox',
    },
  },
  {
    when: 'nothing is aligned, and the policy is reject',
    identity: unaligned,
    ends: {
      gmail: ['550-5.7.26 Unauthenticated email from example.com', 'dmarc_reject'],
      outlook: ['550 5.7.509', 'dmarc_reject'],
      yahoo: ['554 5.7.9', 'dmarc_reject'],
      docomo: 'spam',
      au: 'spam',
      icloud: ['554 5.7.1', 'dmarc_reject'],
      company: ['550 5.7.1 Email rejected per DMARC policy', 'dmarc_reject'],
      ordinary: ['550 5.7.1 Rejected by the DMARC policy', 'dmarc_reject'],
    },
  },
  {
    when: 'nothing is aligned, and the policy is none',
    zone: { 'TXT _dmarc.example.com': ['v=DMARC1; p=none'] },
    identity: unaligned,
    ends: {
      gmail: ['550-5.7.32', 'alignment'],
      outlook: ['550 5.7.515', 'bulk_auth_level'],
      yahoo: 'spam',
      docomo: 'spam',
      au: 'spam',
      icloud: ['550 5.7.1 Message rejected: DKIM', 'dkim_fail'],
      company: 'spam',
      ordinary: 'inbox',
    },
  },
  {
    when: 'nothing passes',
    zone: { ...noSpf, ...noDkim, 'TXT ses._domainkey.amazonses.com': null },
    ends: {
      gmail: ['550-5.7.26 Your email has been blocked', 'unauthenticated'],
      outlook: ['550 5.7.509', 'dmarc_reject'],
      yahoo: ['550 5.7.9', 'unauthenticated'],
      docomo: 'spam',
      au: 'spam',
      icloud: ['554 5.7.1', 'dmarc_reject'],
      company: ['550 5.7.1 Email rejected per DMARC policy', 'dmarc_reject'],
      ordinary: ['550 5.7.1 Rejected by the DMARC policy', 'dmarc_reject'],
    },
  },
  {
    when: 'the From domain has no SPF record of its own',
    zone: { 'TXT example.com': null },
    ends: {
      gmail: 'inbox',
      outlook: 'inbox',
      yahoo: 'inbox',
      docomo: 'spam',
      au: 'inbox',
      icloud: 'inbox',
      company: 'inbox',
      ordinary: 'inbox',
    },
  },
  {
    when: 'the From domain has neither MX nor A nor SOA',
    zone: { 'MX example.com': null, 'SOA example.com': null },
    ends: {
      gmail: 'inbox',
      outlook: 'inbox',
      yahoo: [expired('451 Message temporarily deferred due to unresolvable'), 'sender_rejected'],
      docomo: 'spam',
      au: 'inbox',
      icloud: 'inbox',
      company: 'inbox',
      ordinary: ['550 5.4.4 Invalid domain', 'domain_unknown'],
    },
  },
  {
    when: 'the sending host has no PTR record',
    zone: { 'PTR 25.2.0.192.in-addr.arpa': null },
    ends: {
      gmail: ['550-5.7.25', 'ptr_missing'],
      outlook: ['550 5.7.25', 'ptr_missing'],
      yahoo: ['554 5.7.1 No reverse DNS', 'ptr_missing'],
      docomo: 'inbox',
      au: 'inbox',
      icloud: ['550 5.7.1 Message rejected: no reverse DNS', 'ptr_missing'],
      company: [expired('450 4.7.25'), 'ptr_missing'],
      ordinary: 'inbox',
    },
  },
  {
    when: 'the name of the sending host leads elsewhere',
    zone: { 'A a8-25.smtp-out.amazonses.com': ['192.0.2.99'] },
    ends: {
      gmail: ['550-5.7.25', 'ptr_missing'],
      outlook: ['550 5.7.25', 'ptr_missing'],
      yahoo: ['554 5.7.1 No reverse DNS', 'ptr_missing'],
      docomo: 'inbox',
      au: 'inbox',
      icloud: ['550 5.7.1 Message rejected: no reverse DNS', 'ptr_missing'],
      company: [expired('450 4.7.25'), 'ptr_missing'],
      ordinary: 'inbox',
    },
  },
  {
    when: 'TLS is not offered',
    settings: { offersTls: false },
    ends: {
      gmail: ['550-5.7.29', 'tls_required'],
      outlook: 'inbox',
      yahoo: 'inbox',
      docomo: 'inbox',
      au: 'inbox',
      icloud: 'inbox',
      company: ['530 5.7.0', 'tls_required'],
      ordinary: 'inbox',
    },
  },
  {
    when: 'the sending host is on the block list',
    settings: { blockedAddresses: ['192.0.2.25'] },
    ends: {
      gmail: ['550-5.7.28', 'ip_blocked'],
      outlook: ['550 5.7.1 Unfortunately, messages from [192.0.2.25]', 'ip_blocked'],
      yahoo: ['553 5.7.1 [BL21]', 'dnsbl'],
      docomo: [expired('421'), 'ip_blocked'],
      au: [expired('421'), 'ip_blocked'],
      icloud: ['550 5.7.0 Blocked', 'dnsbl'],
      company: ['554 5.7.1', 'ip_blocked'],
      ordinary: ['554 5.7.1', 'ip_blocked'],
    },
  },
  {
    when: 'too much comes in a minute',
    settings: { mailsPerMinute: 0 },
    ends: {
      gmail: [expired('421-4.7.28'), 'throttled_ip'],
      outlook: [expired('451 4.7.500'), 'throttled_ip'],
      yahoo: [expired('421 4.7.0 [TSS04]'), 'ip_reputation'],
      docomo: [expired('421'), 'ip_blocked'],
      au: [expired('421'), 'ip_blocked'],
      icloud: [expired('421 4.7.1'), 'throttled_ip'],
      company: [expired('450 4.7.1'), 'throttled_ip'],
      ordinary: [expired('451 4.7.1'), 'throttled_ip'],
    },
  },
  {
    when: 'a greylist outlasts the attempts',
    settings: { greylistMs: 60_000 },
    ends: {
      gmail: 'inbox',
      outlook: 'inbox',
      yahoo: 'inbox',
      docomo: 'inbox',
      au: 'inbox',
      icloud: 'inbox',
      company: [expired('451 4.7.1 Greylisting'), 'greylisted'],
      ordinary: 'inbox',
    },
  },
  {
    when: 'two addresses are in From',
    content: rawMail({ From: 'news@example.com, other@example.com' }),
    ends: {
      gmail: ['550-5.7.1 Messages with multiple addresses', 'not_rfc'],
      outlook: ['550 5.6.211', 'not_rfc'],
      yahoo: ['554 5.6.0', 'not_rfc'],
      docomo: 'inbox',
      au: 'inbox',
      icloud: ['550 5.7.1 Message is not RFC 5322', 'not_rfc'],
      company: ['550 5.6.0', 'not_rfc'],
      ordinary: 'inbox',
    },
  },
  {
    when: 'a line has 1,001 octets',
    content: rawMail({}, 'x'.repeat(1_001)),
    ends: {
      gmail: 'inbox',
      outlook: 'inbox',
      yahoo: 'inbox',
      docomo: ['500 Line Too Long', 'line_too_long'],
      au: 'inbox',
      icloud: 'inbox',
      company: 'inbox',
      ordinary: 'inbox',
    },
  },
  {
    when: 'the recipient is unknown',
    to: 'unknown',
    ends: {
      gmail: ['550-5.1.1', 'user_unknown'],
      outlook: ['550 5.5.0', 'user_unknown'],
      yahoo: ['554 delivery error: dd', 'user_unknown'],
      docomo: ['550 Unknown user', 'user_unknown'],
      au: ['550 <unknown@au.com>: User unknown', 'user_unknown'],
      icloud: ['550 5.1.1', 'user_unknown'],
      company: ['550 5.1.1', 'user_unknown'],
      ordinary: ['550 5.1.1', 'user_unknown'],
    },
  },
  {
    when: 'the mailbox is full',
    to: 'full',
    ends: {
      gmail: [expired('452-4.2.2'), 'mailbox_full'],
      outlook: [expired('452 4.2.2'), 'mailbox_full'],
      yahoo: [expired('452 4.2.2'), 'mailbox_full'],
      docomo: ['552 Too much mail data', 'mailbox_full'],
      au: ['552 5.2.2', 'mailbox_full'],
      icloud: ['552 5.2.2', 'mailbox_full'],
      company: [expired('452 4.2.2'), 'mailbox_full'],
      ordinary: [expired('452 4.2.2'), 'mailbox_full'],
    },
  },
  {
    when: 'the account is closed',
    to: 'disabled',
    ends: {
      gmail: ['550-5.2.1', 'account_disabled'],
      outlook: ['550 5.2.1', 'account_disabled'],
      yahoo: ['554 30 Sorry', 'account_disabled'],
      docomo: ['550 Unknown user', 'user_unknown'],
      au: ['550 5.1.1', 'user_unknown'],
      icloud: ['550 5.1.6', 'account_disabled'],
      company: ['550 5.2.1', 'account_disabled'],
      ordinary: ['550 5.2.1', 'account_disabled'],
    },
  },
  {
    when: 'the recipient gets too much',
    to: 'busy',
    ends: {
      gmail: [expired('450-4.2.1'), 'recipient_rate'],
      outlook: [expired('432 4.3.2'), 'recipient_rate'],
      yahoo: [expired('450 User is receiving'), 'recipient_rate'],
      docomo: [expired('451'), 'receiver_error'],
      au: [expired('451'), 'receiver_error'],
      icloud: [expired('450 4.2.0'), 'receiver_error'],
      company: [expired('451 4.3.0'), 'receiver_error'],
      ordinary: [expired('451 4.3.0'), 'receiver_error'],
    },
  },
];

it.each(conditions)('$when', async ({ zone, identity, settings, to = 'taro', content, ends }) => {
  const { lab, ses } = arrival;
  lab.zone.change(zone ?? {});
  ses.setIdentity('example.com', identity ?? {});
  for (const receiver of lab.receivers) receiver.change({ greylistMs: 0, ...settings });
  const found = await Promise.all(
    lab.receivers.map(async ({ persona: { name, domains } }) => {
      const recipient = `${to}@${domains[0]}`;
      const before = lab.mailsTo(recipient).length;
      const events = await arrival.send(recipient, content);
      const filed = lab.mailsTo(recipient).slice(before);
      return [name, filed[0]?.folder ?? refusal(recipient, ends[name], events.at(-1))] as const;
    }),
  );
  expect(Object.fromEntries(found)).toEqual(ends);
});

/** Cut to what is expected, so that a difference shows the whole. */
function refusal(destination: string, end: End | undefined, last: ArrivalEvent | undefined): End | undefined {
  const [bounced] = last?.bounce?.bouncedRecipients ?? [];
  if (bounced === undefined) return undefined;
  const { bounceType = '', bounceSubType = '' } = last?.bounce ?? {};
  const { code, action } = explainBounce({
    destination,
    ...bounced,
    bounceType,
    bounceSubType,
    atMs: Date.now(),
  });
  expect({ code, suppresses: action === 'suppress' }).toEqual({
    code,
    // Whatever is our fault costs no recipient.
    suppresses: bounceType === 'Permanent' && code === 'user_unknown',
  });
  const said = bounced.diagnosticCode.replace(/^smtp; /, '');
  const says = Array.isArray(end) ? String(end[0]) : said;
  return [said.startsWith(says) ? says : said, code];
}
