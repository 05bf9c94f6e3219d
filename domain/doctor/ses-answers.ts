import type { Fact } from './fact.ts';

/** What SES v2 answers, in the words of its API, as far as the checks read it. */
export interface SesAnswers {
  /** `ap-northeast-1`; undefined where nobody said. */
  readonly region: string | undefined;
  readonly account: Fact<AccountAnswer>;
  /** The identity that covers the domain: its own or that of a parent; undefined where there is none. */
  readonly identity: Fact<IdentityAnswer | undefined>;
  /** Those of the stack; an entry without an answer does not exist. */
  readonly configurationSets: Fact<readonly ConfigurationSetAnswer[]>;
  readonly dedicatedIps: Fact<readonly { readonly Ip?: string | undefined }[]>;
  readonly rates: Fact<AccountRates>;
  readonly reputation: Fact<Reputation>;
}

/** The rates by which SES judges the account, of CloudWatch, as fractions; undefined where it has none. */
export interface Reputation {
  readonly bounceRate?: number | undefined;
  readonly complaintRate?: number | undefined;
}

/** What the whole account sent in the last 30 days, whoever did; sums of the metrics of Virtual Deliverability Manager. */
export interface AccountRates {
  /** `SEND` */
  readonly sent: number;
  /** `PERMANENT_BOUNCE` */
  readonly bounced: number;
  /** `COMPLAINT` */
  readonly complained: number;
}

/** GetAccount. */
export interface AccountAnswer {
  readonly ProductionAccessEnabled?: boolean | undefined;
  readonly EnforcementStatus?: string | undefined;
  readonly SendingEnabled?: boolean | undefined;
  readonly SendQuota?:
    | {
        readonly Max24HourSend?: number | undefined;
        readonly MaxSendRate?: number | undefined;
        readonly SentLast24Hours?: number | undefined;
      }
    | undefined;
  readonly SuppressionAttributes?: { readonly SuppressedReasons?: readonly string[] | undefined } | undefined;
  readonly PricingAttributes?: { readonly CurrentPlan?: string | undefined } | undefined;
  readonly VdmAttributes?: { readonly VdmEnabled?: string | undefined } | undefined;
}

/** GetEmailIdentity, with the name that was asked for. */
export interface IdentityAnswer {
  readonly EmailIdentity: string;
  readonly VerifiedForSendingStatus?: boolean | undefined;
  readonly DkimAttributes?:
    | {
        readonly SigningEnabled?: boolean | undefined;
        readonly Status?: string | undefined;
        readonly Tokens?: readonly string[] | undefined;
        /** `AWS_SES`, `EXTERNAL`, or the region that the key comes from. */
        readonly SigningAttributesOrigin?: string | undefined;
        readonly CurrentSigningKeyLength?: string | undefined;
        /** Where the CNAME records of Easy DKIM point to; `dkim.amazonses.com` where SES does not say. */
        readonly SigningHostedZone?: string | undefined;
      }
    | undefined;
  readonly MailFromAttributes?:
    | {
        readonly MailFromDomain?: string | undefined;
        readonly MailFromDomainStatus?: string | undefined;
        readonly BehaviorOnMxFailure?: string | undefined;
      }
    | undefined;
}

/** GetConfigurationSet together with GetConfigurationSetEventDestinations. */
export interface ConfigurationSetAnswer {
  readonly ConfigurationSetName?: string | undefined;
  /** False where SES knows no such set. */
  readonly Exists?: boolean | undefined;
  readonly DeliveryOptions?: { readonly TlsPolicy?: string | undefined } | undefined;
  readonly SendingOptions?: { readonly SendingEnabled?: boolean | undefined } | undefined;
  /** Without a domain of one's own links lead through SES's. */
  readonly TrackingOptions?:
    | { readonly CustomRedirectDomain?: string | undefined; readonly HttpsPolicy?: string | undefined }
    | undefined;
  readonly SuppressionOptions?: { readonly SuppressedReasons?: readonly string[] | undefined } | undefined;
  readonly EventDestinations?: readonly EventDestinationAnswer[] | undefined;
}

export interface EventDestinationAnswer {
  readonly Name?: string | undefined;
  readonly Enabled?: boolean | undefined;
  readonly MatchingEventTypes?: readonly string[] | undefined;
  readonly SnsDestination?: { readonly TopicArn?: string | undefined } | undefined;
}
