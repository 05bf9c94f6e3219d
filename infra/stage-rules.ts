import { RetentionDays as LogRetentionDays } from 'aws-cdk-lib/aws-logs';
import { pacedProviders, type Stage } from './stage.ts';

const domainPattern = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const certificatePattern = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate\/.+$/;
const logRetentionDays = Object.values(LogRetentionDays).filter((days) => typeof days === 'number');

const within = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

function placeProblems({ name, environment }: Stage): string[] {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    problems.push('name: 1 to 20 lower-case letters, digits and hyphens, the first a letter');
  }
  if (environment && !/^\d{12}$/.test(environment.account)) {
    problems.push('environment.account: 12 digits');
  }
  if (environment && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(environment.region)) {
    problems.push('environment.region: an AWS region such as ap-northeast-1');
  }
  return problems;
}

function domainProblems({
  mailDomain,
  identity,
  unsubscribeDomain,
  trackingDomain,
  environment,
}: Stage): string[] {
  const problems: string[] = [];
  const needDomain = (field: string, value: string): void => {
    if (!domainPattern.test(value)) {
      problems.push(
        `${field}: a domain name in lower case, Punycode if it is international (RFC 1035, RFC 5890)`,
      );
    }
  };
  needDomain('mailDomain', mailDomain);
  if (identity) {
    needDomain('identity.mailFromDomain', identity.mailFromDomain);
    if (!identity.mailFromDomain.endsWith(`.${mailDomain}`)) {
      problems.push('identity.mailFromDomain: a subdomain of mailDomain, else SPF does not align (RFC 7489)');
    }
  }
  if (identity?.zone) {
    const { hostedZoneId, zoneName } = identity.zone;
    needDomain('identity.zone.zoneName', zoneName);
    if (mailDomain !== zoneName && !mailDomain.endsWith(`.${zoneName}`)) {
      problems.push('identity.zone.zoneName: mailDomain or a parent of it');
    }
    if (!/^Z[A-Z0-9]{1,31}$/.test(hostedZoneId)) {
      problems.push('identity.zone.hostedZoneId: an id of Route 53, Z and up to 31 capitals and digits');
    }
  }
  if (trackingDomain !== undefined) {
    needDomain('trackingDomain', trackingDomain);
  }
  if (unsubscribeDomain) {
    needDomain('unsubscribeDomain.domainName', unsubscribeDomain.domainName);
    const region = certificatePattern.exec(unsubscribeDomain.certificateArn)?.[1];
    if (region === undefined) {
      problems.push('unsubscribeDomain.certificateArn: the ARN of an ACM certificate');
    } else if (environment && region !== environment.region) {
      problems.push('unsubscribeDomain.certificateArn: a certificate in environment.region');
    }
  }
  return problems;
}

function operationProblems(stage: Stage): string[] {
  const problems: string[] = [];
  if (stage.operatorAddress !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(stage.operatorAddress)) {
    problems.push('operatorAddress: a mail address');
  }
  const url = URL.parse(stage.documentationUrl);
  if (url?.protocol !== 'https:' || stage.documentationUrl.endsWith('/') || url.hash || url.search) {
    problems.push('documentationUrl: an https URL without query, fragment and trailing slash');
  }
  if (!logRetentionDays.includes(stage.logRetentionDays)) {
    problems.push(`logRetentionDays: one of ${logRetentionDays.join(', ')}`);
  }
  for (const [prefix, days] of Object.entries(stage.retentionDays)) {
    if (!within(days, 1, 3650)) {
      problems.push(`retentionDays.${prefix}: a whole number of days from 1 to 3650`);
    }
  }
  return problems;
}

function capacityProblems({ maxConcurrency, senderMemoryMegabytes, providerPaces }: Stage): string[] {
  const problems: string[] = [];
  for (const [queue, invocations] of Object.entries(maxConcurrency)) {
    if (!within(invocations, 2, 1000)) {
      problems.push(`maxConcurrency.${queue}: a whole number from 2 to 1000, the limits of Lambda for SQS`);
    }
  }
  for (const [provider, pace] of Object.entries(providerPaces)) {
    if (!pacedProviders.some((known) => known === provider)) {
      problems.push(`providerPaces.${provider}: one of ${pacedProviders.join(', ')}`);
    }
    if (!(Number.isFinite(pace) && pace > 0)) {
      problems.push(`providerPaces.${provider}: recipients per second, above 0`);
    }
  }
  if (!within(senderMemoryMegabytes, 256, 3008)) {
    problems.push('senderMemoryMegabytes: a whole number from 256 to 3008');
  }
  return problems;
}

function suppressionProblems({ suppression: { complaints, softBounces } }: Stage): string[] {
  const problems: string[] = [];
  for (const [field, value] of Object.entries({ complaints, 'softBounces.scope': softBounces.scope })) {
    if (value !== 'marketing' && value !== 'all') {
      problems.push(`suppression.${field}: marketing or all`);
    }
  }
  // The history of a recipient has 50 places.
  if (!within(softBounces.count, 1, 20)) {
    problems.push('suppression.softBounces.count: a whole number from 1 to 20');
  }
  for (const field of ['withinDays', 'forDays'] as const) {
    if (!within(softBounces[field], 1, 3650)) {
      problems.push(`suppression.softBounces.${field}: a whole number of days from 1 to 3650`);
    }
  }
  return problems;
}

function frequencyCapProblems({ frequencyCap, retentionDays }: Stage): string[] {
  if (frequencyCap === undefined) {
    return [];
  }
  const problems: string[] = [];
  if (!within(frequencyCap.mails, 1, 1000)) {
    problems.push('frequencyCap.mails: a whole number from 1 to 1000');
  }
  // Who was in a campaign is forgotten with its other objects.
  if (!within(frequencyCap.days, 1, retentionDays.campaigns)) {
    problems.push('frequencyCap.days: a whole number from 1 to retentionDays.campaigns');
  }
  return problems;
}

function guardrailProblems({ guardrails }: Stage): string[] {
  const { authentication, refusals, silenceMinutes, canaryMinutes, complaints, ...limits } = guardrails;
  const problems: string[] = [];
  const isShare = (value: number) => value > 0 && value <= 1;
  for (const [field, { unclear, stop }] of Object.entries({ ...limits, complaints })) {
    if (!(isShare(unclear) && isShare(stop) && unclear <= stop)) {
      problems.push(`guardrails.${field}: shares above 0 and up to 1, unclear no more than stop`);
    }
  }
  for (const [field, share] of Object.entries({
    'complaints.atOnce': complaints.atOnce,
    'refusals.stop': refusals.stop,
  })) {
    if (!isShare(share)) {
      problems.push(`guardrails.${field}: a share above 0 and up to 1`);
    }
  }
  for (const [field, value] of Object.entries({
    ...{
      'authentication.inHundred': authentication.inHundred,
      'authentication.inARow': authentication.inARow,
    },
    silenceMinutes,
    canaryMinutes,
  })) {
    if (!within(value, 1, 100)) {
      problems.push(`guardrails.${field}: a whole number from 1 to 100`);
    }
  }
  return problems;
}

/** Every rule that the stage breaks, each as `field: rule`; empty when it can be deployed. */
export function stageProblems(stage: Stage): readonly string[] {
  return [
    ...placeProblems(stage),
    ...domainProblems(stage),
    ...operationProblems(stage),
    ...capacityProblems(stage),
    ...suppressionProblems(stage),
    ...guardrailProblems(stage),
    ...frequencyCapProblems(stage),
  ];
}

/** @throws Error that lists every problem of the stage at once. */
export function requireValidStage(stage: Stage): void {
  const problems = stageProblems(stage);
  if (problems.length > 0) {
    throw new Error([`the configuration of stage ${stage.name} is wrong:`, ...problems].join('\n  '));
  }
}
