/** Where a stage is deployed. */
export interface StageEnvironment {
  /** Twelve digits. */
  readonly account: string;
  /** `ap-northeast-1`; SES, the certificate and everything else are of this region. */
  readonly region: string;
}

/** A public hosted zone of Route 53, named in full so that synthesis needs no look-up. */
export interface Zone {
  readonly hostedZoneId: string;
  /** Apex of the zone, without a trailing dot. */
  readonly zoneName: string;
}

/** The SES identity of `mailDomain`, when the stack owns it. */
export interface IdentitySettings {
  /** RFC 5321 MAIL FROM domain, a subdomain of `mailDomain` that receives no other mail. */
  readonly mailFromDomain: string;
  /** Zone that gets the DKIM, MX and SPF records. Without it the operator adds them by hand. */
  readonly zone?: Zone;
}

/** Domain of the links in `List-Unsubscribe`. They outlive every API, so production wants one of its own. */
export interface UnsubscribeDomain {
  readonly domainName: string;
  /** ACM certificate in the region of the stack. */
  readonly certificateArn: string;
}

/** Days after which S3 deletes what campaigns and services left there. Templates stay. */
export interface RetentionDays {
  readonly audiences: number;
  readonly campaigns: number;
  readonly attachments: number;
}

/** Concurrent invocations of each queue's function. SES's send rate is shared, so more does not mean faster. */
export interface MaxConcurrency {
  readonly notifications: number;
  readonly chunks: number;
  readonly feedback: number;
}

/** What is done about mail that SES may or may not have accepted, by category: see docs/architecture.md. */
export interface InDoubtPolicies {
  readonly transactional: 'resend' | 'hold';
  readonly marketing: 'resend' | 'hold';
}

/** What bounces and complaints stop. An address that does not exist is always given up for all mail. */
export interface SuppressionSettings {
  /** What is stopped for somebody who complained. */
  readonly complaints: 'marketing' | 'all';
  /** `count` mails within `withinDays` that bounced softly (mailbox full, server silent) stop `scope` for `forDays`. */
  readonly softBounces: {
    readonly count: number;
    readonly withinDays: number;
    readonly scope: 'marketing' | 'all';
    readonly forDays: number;
  };
}

/** Shares of 1: at the first a canary is followed by another one, at the second a campaign or its mail to a provider is stopped. */
export interface GuardrailLimits {
  readonly unclear: number;
  readonly stop: number;
}

/** When campaigns are stopped: see docs/campaigns.md. */
export interface Guardrails {
  readonly hardBounces: GuardrailLimits;
  /** `atOnce` holds for small numbers too, `stop` where chance is ruled out. */
  readonly complaints: GuardrailLimits & { readonly atOnce: number };
  /** Refusals for authentication: in a hundred mails to a provider, or one after another. */
  readonly authentication: { readonly inHundred: number; readonly inARow: number };
  /** Refusals for reputation. */
  readonly blocks: GuardrailLimits;
  readonly delays: GuardrailLimits;
  /** At Japanese carriers. */
  readonly unknownUsers: GuardrailLimits;
  /** Mails that SES refused or that could not be rendered. */
  readonly refusals: { readonly stop: number };
  /** Without any event after a canary. */
  readonly silenceMinutes: number;
  /** Until a canary is judged by what is known. */
  readonly canaryMinutes: number;
}

/** Mailbox providers that can have a pace of their own. */
export const pacedProviders = [
  'google',
  'microsoft',
  'yahoo',
  'yahoo-japan',
  'docomo',
  'kddi',
  'softbank',
  'apple',
] as const;

/** Everything in which one deployment of Todoke differs from another. */
export interface Stage {
  /** Part of the stack's name: `dev` makes `Todoke-dev`. */
  readonly name: string;
  /** Without it the stack goes where the credentials of `cdk deploy` point. */
  readonly environment?: StageEnvironment;
  /** Domain of the RFC 5322 From header, itself a verified identity of SES. */
  readonly mailDomain: string;
  /** Without it `mailDomain` must already be verified in SES. */
  readonly identity?: IdentitySettings;
  /** Without it unsubscribe links point to the API's own endpoint. */
  readonly unsubscribeDomain?: UnsubscribeDomain;
  /** Who is told when an alarm goes off. Without it alarms only show in CloudWatch. */
  readonly operatorAddress?: string;
  /** Https URL under which `docs/runbook.md` can be read, without a trailing slash. */
  readonly documentationUrl: string;
  /** Days; one of the values that CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** Deletion protection of the tables and termination protection of the stack. */
  readonly protectData: boolean;
  readonly retentionDays: RetentionDays;
  readonly maxConcurrency: MaxConcurrency;
  readonly inDoubt: InDoubtPolicies;
  readonly suppression: SuppressionSettings;
  readonly guardrails: Guardrails;
  /**
   * Whoever is in `mails` marketing campaigns of the last `days` is left out of the next one; a campaign may have a cap of its own.
   * Without it there is none.
   */
  readonly frequencyCap?: { readonly mails: number; readonly days: number };
  /**
   * Recipients per second that campaigns mail at a mailbox provider, while it gets used to a new sender; providers without a pace are
   * free.
   */
  readonly providerPaces: Readonly<Partial<Record<(typeof pacedProviders)[number], number>>>;
  /** Memory of the two functions that render and send, in MB. */
  readonly senderMemoryMegabytes: number;
  /** Mail goes only over TLS; a mailbox provider without it gets none. */
  readonly requireTls: boolean;
  /**
   * Domain of the links and pixels of campaigns that count opens and clicks, instead of one of SES's: verified in SES, and behind a
   * distribution of CloudFront with a certificate, since it is called over https.
   */
  readonly trackingDomain?: string;
  /** AWS X-Ray. */
  readonly tracing: boolean;
}
