import type { Stage } from './stage.ts';

/** Runs on embedded defaults: needs no domain, no verified identity and no account to synthesize. */
const dev: Stage = {
  name: 'dev',
  mailDomain: 'example.com',
  documentationUrl: 'https://todoke.example.com',
  logRetentionDays: 14,
  protectData: false,
  retentionDays: { audiences: 7, campaigns: 30, attachments: 7 },
  maxConcurrency: { notifications: 5, chunks: 2, feedback: 5 },
  inDoubt: { transactional: 'resend', marketing: 'hold' },
  suppression: {
    complaints: 'marketing',
    softBounces: { count: 3, withinDays: 30, scope: 'marketing', forDays: 90 },
  },
  guardrails: {
    hardBounces: { unclear: 0.02, stop: 0.04 },
    complaints: { unclear: 0.0008, stop: 0.001, atOnce: 0.003 },
    authentication: { inHundred: 3, inARow: 5 },
    blocks: { unclear: 0.01, stop: 0.05 },
    delays: { unclear: 0.1, stop: 0.3 },
    unknownUsers: { unclear: 0.01, stop: 0.03 },
    refusals: { stop: 0.005 },
    silenceMinutes: 5,
    canaryMinutes: 15,
  },
  providerPaces: {},
  senderMemoryMegabytes: 512,
  requireTls: false,
  tracing: false,
};

/** A worked example of a stage that sends to customers: put your own account, domains and address in. */
const prod: Stage = {
  ...dev,
  name: 'prod',
  environment: { account: '123456789012', region: 'ap-northeast-1' },
  mailDomain: 'mail.example.com',
  identity: {
    mailFromDomain: 'bounce.mail.example.com',
    zone: { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' },
  },
  unsubscribeDomain: {
    domainName: 'unsubscribe.example.com',
    certificateArn:
      'arn:aws:acm:ap-northeast-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  },
  operatorAddress: 'operations@example.com',
  logRetentionDays: 90,
  protectData: true,
  retentionDays: { audiences: 30, campaigns: 400, attachments: 30 },
};

/** The stages that can be chosen with `-c stage=NAME`. */
export const stages: readonly Stage[] = [dev, prod];

/** @throws Error that lists the known stages when there is none of this name. */
export function stageNamed(name: unknown): Stage {
  const stage = stages.find((candidate) => candidate.name === name);
  if (!stage) {
    throw new Error(
      `no such stage; context "stage" must be one of: ${stages.map((known) => known.name).join(', ')}`,
    );
  }
  return stage;
}
