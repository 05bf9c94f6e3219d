import { providerOf } from '../../domain/bounce/provider.ts';
import { pacedProviders, type Stage } from '../../infra/stage.ts';
import { requireValidStage, stageProblems } from '../../infra/stage-rules.ts';
import { stageNamed, stages } from '../../infra/stages.ts';

const dev = stageNamed('dev');
const prod = stageNamed('prod');
const softBounces = (changes: Partial<Stage['suppression']['softBounces']>): Stage => ({
  ...dev,
  suppression: { ...dev.suppression, softBounces: { ...dev.suppression.softBounces, ...changes } },
});
const domainRule = 'a domain name in lower case, Punycode if it is international (RFC 1035, RFC 5890)';
const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/abc`;

it.each([
  ['google', 'gmail.com'],
  ['microsoft', 'outlook.jp'],
  ['yahoo', 'yahoo.com'],
  ['yahoo-japan', 'yahoo.co.jp'],
  ['docomo', 'docomo.ne.jp'],
  ['kddi', 'au.com'],
  ['softbank', 'i.softbank.jp'],
  ['apple', 'icloud.com'],
] as const)('the pace of %s holds for %s', (provider, domain) => {
  expect(pacedProviders).toContain(provider);
  expect(providerOf(domain, '', '')).toBe(provider);
});

describe('stageProblems', () => {
  it.each(stages)('has nothing to say about stage $name', (stage) => {
    expect(stageProblems(stage)).toEqual([]);
  });

  it.each<{ when: string; stage: Stage; problem: string }>([
    {
      when: 'a provider with a pace is called by its domain',
      stage: { ...dev, providerPaces: JSON.parse('{"gmail":5}') },
      problem:
        'providerPaces.gmail: one of google, microsoft, yahoo, yahoo-japan, docomo, kddi, softbank, apple',
    },
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((docomo) => ({
      when: `a provider has a pace of ${docomo}`,
      stage: { ...dev, providerPaces: { docomo } },
      problem: 'providerPaces.docomo: recipients per second, above 0',
    })),
    {
      when: 'nobody may be mailed at all',
      stage: { ...dev, frequencyCap: { mails: 0, days: 7 } },
      problem: 'frequencyCap.mails: a whole number from 1 to 1000',
    },
    {
      when: 'the frequency cap looks further back than what is kept',
      stage: { ...dev, frequencyCap: { mails: 3, days: 31 } },
      problem: 'frequencyCap.days: a whole number from 1 to retentionDays.campaigns',
    },
    {
      when: 'complaints stop a topic',
      stage: { ...dev, suppression: { ...dev.suppression, complaints: 'topic' as 'all' } },
      problem: 'suppression.complaints: marketing or all',
    },
    {
      when: 'soft bounces stop nothing',
      stage: softBounces({ scope: 'none' as 'all' }),
      problem: 'suppression.softBounces.scope: marketing or all',
    },
    ...[0, 21, 1.5].map((count) => ({
      when: `${count} soft bounces are enough`,
      stage: softBounces({ count }),
      problem: 'suppression.softBounces.count: a whole number from 1 to 20',
    })),
    ...(['withinDays', 'forDays'] as const).map((field) => ({
      when: `${field} of soft bounces is nothing`,
      stage: softBounces({ [field]: 0 }),
      problem: `suppression.softBounces.${field}: a whole number of days from 1 to 3650`,
    })),
    {
      when: 'a guardrail is looked at twice after it stops',
      stage: { ...dev, guardrails: { ...dev.guardrails, delays: { unclear: 0.4, stop: 0.3 } } },
      problem: 'guardrails.delays: shares above 0 and up to 1, unclear no more than stop',
    },
    {
      when: 'a guardrail is given in per cent',
      stage: { ...dev, guardrails: { ...dev.guardrails, hardBounces: { unclear: 2, stop: 4 } } },
      problem: 'guardrails.hardBounces: shares above 0 and up to 1, unclear no more than stop',
    },
    {
      when: 'no refusal by SES is too much',
      stage: { ...dev, guardrails: { ...dev.guardrails, refusals: { stop: 0 } } },
      problem: 'guardrails.refusals.stop: a share above 0 and up to 1',
    },
    ...[0, 101, 1.5].map((canaryMinutes) => ({
      when: `a canary has ${canaryMinutes} minutes`,
      stage: { ...dev, guardrails: { ...dev.guardrails, canaryMinutes } },
      problem: 'guardrails.canaryMinutes: a whole number from 1 to 100',
    })),
    {
      when: 'the name has a capital',
      stage: { ...dev, name: 'Dev' },
      problem: 'name: 1 to 20 lower-case letters, digits and hyphens, the first a letter',
    },
    {
      when: 'the account is short',
      stage: { ...dev, environment: { account: '1234', region: 'us-east-1' } },
      problem: 'environment.account: 12 digits',
    },
    {
      when: 'the region is a city',
      stage: { ...dev, environment: { account: '123456789012', region: 'Tokyo' } },
      problem: 'environment.region: an AWS region such as ap-northeast-1',
    },
    {
      when: 'the mail domain has no dot',
      stage: { ...dev, mailDomain: 'localhost' },
      problem: `mailDomain: ${domainRule}`,
    },
    {
      when: 'the mail domain is not in Punycode',
      stage: { ...dev, mailDomain: '届け.example.com' },
      problem: `mailDomain: ${domainRule}`,
    },
    {
      when: 'a label is longer than 63 octets',
      stage: { ...dev, mailDomain: `${'a'.repeat(64)}.example.com` },
      problem: `mailDomain: ${domainRule}`,
    },
    {
      when: 'MAIL FROM is of another domain',
      stage: { ...dev, identity: { mailFromDomain: 'bounce.example.net' } },
      problem: 'identity.mailFromDomain: a subdomain of mailDomain, else SPF does not align (RFC 7489)',
    },
    {
      when: 'MAIL FROM is the mail domain itself',
      stage: { ...dev, identity: { mailFromDomain: 'example.com' } },
      problem: 'identity.mailFromDomain: a subdomain of mailDomain, else SPF does not align (RFC 7489)',
    },
    {
      when: 'the zone does not hold the mail domain',
      stage: {
        ...dev,
        identity: {
          mailFromDomain: 'bounce.example.com',
          zone: { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'ample.com' },
        },
      },
      problem: 'identity.zone.zoneName: mailDomain or a parent of it',
    },
    {
      when: 'the zone has no id of Route 53',
      stage: {
        ...dev,
        identity: {
          mailFromDomain: 'bounce.example.com',
          zone: { hostedZoneId: '/hostedzone/Z1', zoneName: 'example.com' },
        },
      },
      problem: 'identity.zone.hostedZoneId: an id of Route 53, Z and up to 31 capitals and digits',
    },
    {
      when: 'the unsubscribe domain is a URL',
      stage: {
        ...dev,
        unsubscribeDomain: { domainName: 'https://u.example.com', certificateArn: certificate('us-east-1') },
      },
      problem: `unsubscribeDomain.domainName: ${domainRule}`,
    },
    {
      when: 'the certificate is none of ACM',
      stage: {
        ...dev,
        unsubscribeDomain: {
          domainName: 'u.example.com',
          certificateArn: 'arn:aws:iam::123456789012:server-certificate/u',
        },
      },
      problem: 'unsubscribeDomain.certificateArn: the ARN of an ACM certificate',
    },
    {
      when: 'the certificate is of another region',
      stage: {
        ...prod,
        unsubscribeDomain: { domainName: 'u.example.com', certificateArn: certificate('us-east-1') },
      },
      problem: 'unsubscribeDomain.certificateArn: a certificate in environment.region',
    },
    {
      when: 'the operator has no address',
      stage: { ...dev, operatorAddress: 'operations' },
      problem: 'operatorAddress: a mail address',
    },
    {
      when: 'the documentation is not served over TLS',
      stage: { ...dev, documentationUrl: 'http://todoke.example.com' },
      problem: 'documentationUrl: an https URL without query, fragment and trailing slash',
    },
    {
      when: 'the documentation has a trailing slash',
      stage: { ...dev, documentationUrl: 'https://todoke.example.com/' },
      problem: 'documentationUrl: an https URL without query, fragment and trailing slash',
    },
    {
      when: 'CloudWatch Logs has no such retention',
      stage: { ...dev, logRetentionDays: 15 },
      problem: expect.stringMatching(/^logRetentionDays: one of 1, 3, 5, 7, 14, 30, /),
    },
    {
      when: 'audiences are kept for no time',
      stage: { ...dev, retentionDays: { ...dev.retentionDays, audiences: 0 } },
      problem: 'retentionDays.audiences: a whole number of days from 1 to 3650',
    },
    {
      when: 'campaigns are kept for half a day',
      stage: { ...dev, retentionDays: { ...dev.retentionDays, campaigns: 0.5 } },
      problem: 'retentionDays.campaigns: a whole number of days from 1 to 3650',
    },
    {
      when: 'Lambda cannot limit the queue to one invocation',
      stage: { ...dev, maxConcurrency: { ...dev.maxConcurrency, chunks: 1 } },
      problem: 'maxConcurrency.chunks: a whole number from 2 to 1000, the limits of Lambda for SQS',
    },
    {
      when: 'senders have too little memory',
      stage: { ...dev, senderMemoryMegabytes: 128 },
      problem: 'senderMemoryMegabytes: a whole number from 256 to 3008',
    },
  ])('names field and rule when $when', ({ stage, problem }) => {
    expect(stageProblems(stage)).toEqual([problem]);
  });
});

describe('requireValidStage', () => {
  it('lists all problems at once and none of the values', () => {
    expect(() =>
      requireValidStage({ ...dev, mailDomain: 'secret', operatorAddress: 'someone', logRetentionDays: 2 }),
    ).toThrow(
      /^the configuration of stage dev is wrong:\n {2}mailDomain: .+\n {2}operatorAddress: .+\n {2}log.+$/,
    );
  });

  it.each(stages)('lets stage $name pass', (stage) => {
    expect(() => requireValidStage(stage)).not.toThrow();
  });
});
