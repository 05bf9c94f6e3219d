import type { Resolve } from '../../../domain/doctor/dns.ts';
import { known } from '../../../domain/doctor/fact.ts';
import type {
  AudienceFacts,
  Facts,
  FeedbackFacts,
  History,
  MailSample,
  Monitoring,
  Streams,
  UnsubscribeAnswers,
} from '../../../domain/doctor/facts.ts';
import { policyForSes, policyForTopic } from '../../../domain/doctor/resource-policy.ts';
import type {
  AccountAnswer,
  AccountRates,
  ConfigurationSetAnswer,
  IdentityAnswer,
  Reputation,
} from '../../../domain/doctor/ses-answers.ts';

/** A set-up that can be broken: everything a doctor sees, to be changed in place. */
export interface World {
  domain: string;
  /** Record sets by `TYPE name`. Every other name below `example.com` does not exist. */
  zone: Record<string, string[]>;
  /** Names whose servers fail. */
  servfail: string[];
  account: Writable<AccountAnswer>;
  identity: Writable<IdentityAnswer> | undefined;
  sets: Writable<ConfigurationSetAnswer>[];
  dedicatedIps: string[];
  rates: Writable<AccountRates>;
  reputation: Writable<Reputation>;
  streams: Writable<Streams>;
  plan: { volume: number; tracks: boolean };
  mails: Writable<MailSample>[];
  audience: Writable<AudienceFacts>;
  history: Writable<History>;
  unsubscribe: Writable<UnsubscribeAnswers>;
  feedback: Writable<FeedbackFacts>;
  monitoring: Writable<Monitoring>;
  seedMail: string;
  /** Asked for with `--blocklists`, never by a file of answers. */
  blocklists: string[];
}

type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

/** Public keys of pairs that nobody kept. */
export const publicKeys = {
  512: 'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAM5Hv7vJEOoWn35ob7vjpKRL7Bu2G5UpgVq88ULQ2NGdX+6b9R0nAzRVj/P9gRClJ9zsjhqR15Eqr/+lfeYSuVcCAwEAAQ==',
  1024: 'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDImfFtPEE/up6IMY/bSeIO6EjPkKr3zmnU4dGrxMShVRvOzrCUpmD4bszRqSZ+8d+fSRvhHw1XUjIiUvYoEg2mPWYW37oGWd0pitHP+Ue+Fxj5ow5YIOF762kUJ4JO8dAhQYzMtbMhhCC9F3fsnB3CcL5qioXUySE/dDCqsjnbAwIDAQAB',
  2048: 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtUEjGfVjH8Y6EoYlEbVZaQx3ktAj1TYBjbsl4jr48P7lA4++5pqVtuXNPc2fG3T0TzTXG06M/852qAjS9pgEPX3/xsNq+y/8y/6UHpfOl4QlG3NY6mukGMEekVEtvmgi9KVaJPJp5qgRVtleF71IJ40Kfao8WXCYtnhf4d10adiATSNg6j24Vyz5OaFqd2ugYQT9VUGN4JujEGiYm8vtDxobLf3OxF/LTqg62nrC0kUYqFyiU/OO0zNpvDjhYJRKdaeu0edKDJwqRBrGGyTUpaqhiv3kVN6iFfD4N3Lw+9K/PFtj+3V4FsO3JMzUv5jMaSG6WRkVp9bpLqllRoj5wQIDAQAB',
};

const topicArn = 'arn:aws:sns:ap-northeast-1:123456789012:feedback';
const queueArn = 'arn:aws:sqs:ap-northeast-1:123456789012:feedback';
const failures = ['BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY', 'REJECT', 'RENDERING_FAILURE'];

export function healthy(): World {
  return {
    domain: 'mail.example.com',
    zone: {
      'SOA example.com': ['ns1.example.com hostmaster.example.com 1 7200 900 1209600 300'],
      'MX example.com': ['10 mx.example.com'],
      'A mx.example.com': ['192.0.2.25'],
      'A www.example.com': ['192.0.2.80'],
      'MX mail.example.com': ['10 mx.example.com'],
      'TXT mail.example.com': ['site-verification=1', 'v=spf1 include:amazonses.com ~all'],
      'TXT _dmarc.example.com': ['v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com'],
      'MX bounce.mail.example.com': ['10 feedback-smtp.ap-northeast-1.amazonses.com'],
      'TXT bounce.mail.example.com': ['v=spf1 include:amazonses.com ~all'],
      ...Object.fromEntries(
        tokens.flatMap((token) => [
          [`CNAME ${token}._domainkey.mail.example.com`, [`${token}.dkim.amazonses.com`]],
          [`TXT ${token}.dkim.amazonses.com`, [`p=${publicKeys[2048]}`]],
        ]),
      ),
      'TXT amazonses.com': ['v=spf1 ip4:199.255.192.0/22 ip4:54.240.0.0/18 -all'],
      'PTR 10.2.0.192.in-addr.arpa': ['a2-10.smtp-out.amazonses.com'],
      'A a2-10.smtp-out.amazonses.com': ['192.0.2.10'],
      'TXT default._bimi.example.com': [
        'v=BIMI1; l=https://www.example.com/bimi.svg; a=https://www.example.com/vmc.pem',
      ],
      'TXT _mta-sts.example.com': ['v=STSv1; id=20260101000000'],
      'A mta-sts.example.com': ['192.0.2.81'],
      'CNAME links.mail.example.com': ['d111111abcdef8.cloudfront.net'],
      'A d111111abcdef8.cloudfront.net': ['192.0.2.82'],
      'TXT _smtp._tls.example.com': ['v=TLSRPTv1; rua=mailto:tls@example.com'],
    },
    servfail: [],
    account: {
      ProductionAccessEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendingEnabled: true,
      SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 1_000 },
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      PricingAttributes: { CurrentPlan: 'NONE' },
    },
    identity: {
      EmailIdentity: 'mail.example.com',
      VerifiedForSendingStatus: true,
      DkimAttributes: {
        SigningEnabled: true,
        Status: 'SUCCESS',
        Tokens: [...tokens],
        SigningAttributesOrigin: 'AWS_SES',
        CurrentSigningKeyLength: 'RSA_2048_BIT',
      },
      MailFromAttributes: {
        MailFromDomain: 'bounce.mail.example.com',
        MailFromDomainStatus: 'SUCCESS',
        BehaviorOnMxFailure: 'REJECT_MESSAGE',
      },
    },
    sets: [
      set('notifications', ['SEND', 'DELIVERY', ...failures]),
      set('campaigns', failures),
      {
        ...set('tracked-campaigns', [...failures, 'OPEN', 'CLICK']),
        TrackingOptions: { CustomRedirectDomain: 'links.mail.example.com', HttpsPolicy: 'REQUIRE' },
      },
    ],
    dedicatedIps: ['192.0.2.10'],
    rates: { sent: 90_000, bounced: 900, complained: 20 },
    reputation: { bounceRate: 0.0105, complaintRate: 0.0002 },
    streams: {
      transactional: { configurationSet: 'notifications', domain: 'mail.example.com' },
      marketing: {
        configurationSets: ['campaigns', 'tracked-campaigns'],
        engagementSets: ['tracked-campaigns'],
        domain: 'mail.example.com',
      },
      topicArn,
    },
    plan: { volume: 10_000, tracks: true },
    mails: [newsletter(), password()],
    audience: {
      rows: 10_000,
      providers: { google: 4_000, docomo: 1_500, other: 4_500 },
      invalid: 10,
      duplicates: 5,
      role: 40,
      disposable: 3,
      typo: 2,
      noMx: 4,
      rfcViolating: 1,
      missingData: 0,
      suppressed: { asked: 1_000, stopped: 20 },
      neverMailed: { asked: 200, never: 10, campaigns: 12 },
      consent: 9_990,
      oldConsent: 100,
    },
    history: {
      busiestDay: { google: 6_000, docomo: 1_200 },
      googleToday: 0,
      accepted: 40_000,
      bounced: 400,
      complained: 8,
    },
    unsubscribe: {
      url: 'https://unsubscribe.example.com/u/k1.c2VhbGVk',
      get: { status: 200, setsCookie: false },
      getUnsubscribed: false,
      post: { status: 200, setsCookie: false },
      postUnsubscribed: true,
      again: { status: 200, setsCookie: false },
      tokenShowsAddress: false,
    },
    feedback: {
      deadLetters: 0,
      queue: { arn: queueArn, policy: policyForTopic(undefined, queueArn, topicArn) },
      topic: {
        policy: policyForSes(undefined, topicArn, ['notifications', 'campaigns', 'tracked-campaigns']),
        subscriptions: [{ arn: `${topicArn}:1`, endpoint: queueArn }],
      },
      probe: (['bounce', 'complaint', 'success'] as const).map((mailbox) => ({
        mailbox,
        reached: 'ok' as const,
        seconds: 2,
      })),
    },
    monitoring: {
      googleSpamRate: 0.0004,
      googleCompliant: true,
      yahooFeedbackLoop: true,
      microsoftSnds: true,
    },
    seedMail: arrived(),
    blocklists: ['dbl.spamhaus.org', 'multi.surbl.org'],
  };
}

const tokens = ['aaaa', 'bbbb', 'cccc'];

function set(ConfigurationSetName: string, MatchingEventTypes: string[]): World['sets'][number] {
  return {
    ConfigurationSetName,
    DeliveryOptions: { TlsPolicy: 'REQUIRE' },
    SendingOptions: { SendingEnabled: true },
    SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    EventDestinations: [
      { Name: 'feedback', Enabled: true, MatchingEventTypes, SnsDestination: { TopicArn: topicArn } },
    ],
  };
}

function newsletter(): World['mails'][number] {
  const url = 'https://unsubscribe.example.com/u/k1.c2VhbGVk';
  return {
    template: 'newsletter',
    category: 'marketing',
    locale: 'ja',
    fromHeader: '"Example" <news@mail.example.com>',
    subject: '12月のお知らせ',
    html: `<p>こんにちは</p><a href="https://www.example.com/news">続き</a><a href="${url}">配信停止</a>`,
    text: `こんにちは\nhttps://www.example.com/news\n〒100-0001 東京都千代田区千代田1-1\n${url}`,
    headers: { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    attachmentBytes: 0,
  };
}

function password(): World['mails'][number] {
  return {
    template: 'one-time-password',
    category: 'transactional',
    locale: 'en',
    fromHeader: 'no-reply@mail.example.com',
    subject: 'Your code',
    html: '<p>482913</p>',
    text: '482913',
    headers: { 'Feedback-ID': 'otp:login:todoke:example' },
    attachmentBytes: 0,
  };
}

/** A mail of ours as a receiver keeps it. */
export function arrived(): string {
  return [
    'Authentication-Results: mx.receiver.example; spf=pass smtp.mailfrom=bounce.mail.example.com;',
    ' dkim=pass header.d=mail.example.com; dmarc=pass header.from=mail.example.com',
    'Received: from a2-10.smtp-out.amazonses.com (a2-10.smtp-out.amazonses.com. [192.0.2.10])',
    ' by mx.receiver.example; Tue, 24 Nov 2026 04:00:03 +0000',
    'X-Spam-Status: No, score=-0.1 required=5.0 tests=DKIM_VALID',
    'DKIM-Signature: v=1; a=rsa-sha256; d=mail.example.com; s=aaaa;',
    ' h=From:To:Subject:Date:Message-ID:List-Unsubscribe:List-Unsubscribe-Post; bh=x; b=y',
    'From: news@mail.example.com',
    'To: seed@example.com',
    'Subject: test',
    'Date: Tue, 24 Nov 2026 04:00:00 +0000',
    'Message-ID: <0100@ap-northeast-1.amazonses.com>',
    'List-Unsubscribe: <https://unsubscribe.example.com/u/k1.c2VhbGVk>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    '',
    'Hello',
  ].join('\r\n');
}

export function factsOf(world: World): Facts {
  return {
    domain: world.domain,
    resolve: known(resolverOf(world)),
    ses: {
      region: 'ap-northeast-1',
      account: known(world.account),
      identity: known(world.identity),
      configurationSets: known(world.sets),
      dedicatedIps: known(world.dedicatedIps.map((Ip) => ({ Ip }))),
      rates: known(world.rates),
      reputation: known(world.reputation),
    },
    streams: known(world.streams),
    plan: world.plan,
    mails: known(world.mails),
    audience: known(world.audience),
    history: known(world.history),
    unsubscribe: known(world.unsubscribe),
    feedback: known(world.feedback),
    monitoring: known(world.monitoring),
    seedMail: known(world.seedMail),
    blocklists: world.blocklists,
  };
}

/** Answers from the zone as a resolver would: CNAMEs followed, names without any record as nxdomain. */
export function resolverOf({ zone, servfail }: Pick<World, 'zone' | 'servfail'>): Resolve {
  return async (name, type) => {
    if (servfail.includes(name)) {
      return { status: 'failed', reason: 'servfail' };
    }
    const records = zone[`${type} ${name}`] ?? [];
    const [alias] = type === 'CNAME' ? [] : (zone[`CNAME ${name}`] ?? []);
    if (records.length === 0 && alias !== undefined) {
      return await resolverOf({ zone, servfail })(alias, type);
    }
    if (records.length > 0) {
      return { status: 'records', records };
    }
    const exists = Object.keys(zone).some((key) => key.endsWith(` ${name}`) || key.endsWith(`.${name}`));
    return { status: exists ? 'nodata' : 'nxdomain' };
  };
}
