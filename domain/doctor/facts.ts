import type { Resolve } from './dns.ts';
import type { Fact } from './fact.ts';
import type { SesAnswers } from './ses-answers.ts';
import type { Text } from './text.ts';

/** All that the doctor looks at. The DNS is asked on the way; everything else is collected before. */
export interface Facts {
  /** Domain of the RFC 5322 From header. */
  readonly domain: string;
  readonly resolve: Fact<Resolve>;
  readonly ses: SesAnswers;
  /** What each configuration set of the stack has to report, and for which mail it is. */
  readonly streams: Fact<Streams>;
  readonly plan: Plan;
  readonly mails: Fact<readonly MailSample[]>;
  readonly audience: Fact<AudienceFacts>;
  readonly history: Fact<History>;
  readonly unsubscribe: Fact<UnsubscribeAnswers>;
  readonly feedback: Fact<FeedbackFacts>;
  readonly monitoring: Fact<Monitoring>;
  /** RFC 5322 source of a mail as it arrived in a mailbox of ours. */
  readonly seedMail: Fact<string>;
  /** Zones of blocklists of domains that somebody wants asked: `dbl.spamhaus.org`. */
  readonly blocklists?: readonly string[] | undefined;
}

export interface Plan {
  /** Recipients of the next campaign. */
  readonly volume?: number | undefined;
  /** It counts opens or clicks. */
  readonly tracks?: boolean | undefined;
}

/** Names of configuration sets, and what each has to report. */
export interface Streams {
  readonly transactional: { readonly configurationSet: string; readonly domain: string };
  readonly marketing: {
    readonly configurationSets: readonly string[];
    /** Those among them that are for mail of which opens and clicks are counted. */
    readonly engagementSets?: readonly string[];
    readonly domain: string;
  };
  readonly topicArn: string;
}

/** A mail as it is going to be sent, with sample data. */
export interface MailSample {
  readonly template: string;
  readonly category: 'transactional' | 'marketing';
  readonly locale: string;
  readonly fromHeader: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Further header fields: `List-Unsubscribe`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachmentBytes: number;
}

/** Mailbox providers that have rules of their own for volume. */
export const volumeProviders = [
  'google',
  'microsoft',
  'yahoo',
  'yahoo-japan',
  'docomo',
  'kddi',
  'softbank',
  'apple',
  'other',
] as const;

export type VolumeProvider = (typeof volumeProviders)[number];

export type ByProvider = Readonly<Partial<Record<VolumeProvider, number>>>;

/** An audience in figures; addresses stay where they are. */
export interface AudienceFacts {
  readonly rows: number;
  readonly providers: ByProvider;
  /** Rows without an address that can be sent to. */
  readonly invalid: number;
  readonly duplicates: number;
  /** `info@`, `postmaster@` */
  readonly role: number;
  readonly disposable: number;
  /** Domains that are one letter from a big one: `gmial.com`. */
  readonly typo: number;
  /** Domains that take no mail: they do not exist, or say so (RFC 7505). */
  readonly noMx: number;
  /** Local parts with dots where RFC 5322 allows none. */
  readonly rfcViolating: number;
  /** Rows that lack data for the template. */
  readonly missingData: number;
  /** Of some of the recipients, drawn from all: whom such mail is stopped for already. Undefined where nobody asked. */
  readonly suppressed?: { readonly asked: number; readonly stopped: number } | undefined;
  /** Of some of the recipients, drawn from all: who is in none of the campaigns whose plans are kept. Undefined where there is no such. */
  readonly neverMailed?:
    | { readonly asked: number; readonly never: number; readonly campaigns: number }
    | undefined;
  /** Why one of the two is absent that somebody did ask for. */
  readonly unread?: Text | undefined;
  /** Rows with evidence of consent; undefined where the file has no column for it. */
  readonly consent: number | undefined;
  /** Of those, with a date that is two years ago or more; undefined where no date is among them. */
  readonly oldConsent?: number | undefined;
}

/** What went out in the last 30 days. */
export interface History {
  /** Most recipients on one day, by mailbox provider. */
  readonly busiestDay: ByProvider;
  /** Recipients at Gmail since midnight, UTC. */
  readonly googleToday: number;
  readonly accepted: number;
  readonly bounced: number;
  readonly complained: number;
  /** Campaigns that counted opens or clicks. */
  readonly tracked?: number | undefined;
}

/** How the unsubscribe endpoint answered a token of a mailbox of the simulator. */
export interface UnsubscribeAnswers {
  readonly url: string;
  readonly get: HttpAnswer;
  /** Whether the GET alone unsubscribed. */
  readonly getUnsubscribed: boolean;
  readonly post: HttpAnswer;
  /** Whether the POST did. */
  readonly postUnsubscribed: boolean;
  /** The same POST again. */
  readonly again: HttpAnswer;
  /** Whether the URL shows the address. */
  readonly tokenShowsAddress: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly setsCookie: boolean;
  readonly location?: string | undefined;
}

/** The way of SES's events to the ledger. */
export interface FeedbackFacts {
  /** Messages in the dead-letter queue of feedback. */
  readonly deadLetters?: number | undefined;
  /** The queue that the topic of events is subscribed to, with its policy; absent where nobody asked. */
  readonly queue?: { readonly arn: string; readonly policy?: string | undefined } | undefined;
  /** The topic of events; absent where nobody asked. */
  readonly topic?: TopicFacts | undefined;
  /** Why something of it is absent that somebody did ask for. */
  readonly unread?: Text | undefined;
  /** What became of the mails to the simulator; absent when none were sent. */
  readonly probe?: readonly ProbeResult[] | undefined;
}

export interface TopicFacts {
  readonly policy?: string | undefined;
  readonly subscriptions: readonly {
    /** `PendingConfirmation` as long as it is none. */
    readonly arn: string;
    readonly endpoint: string;
    readonly filterPolicy?: string | undefined;
  }[];
}

export interface ProbeResult {
  readonly mailbox: 'bounce' | 'complaint' | 'success';
  /** `ok`, or the first place that it did not get past. */
  readonly reached: 'ok' | 'queue' | 'ses' | 'event' | 'ledger' | 'suppression';
  readonly seconds: number;
  readonly detail?: string | undefined;
}

/** What the mailbox providers' own tools say, as far as somebody looked. */
export interface Monitoring {
  /** Share of mail reported as spam in Google Postmaster Tools: 0.001 is 0.1 %. */
  readonly googleSpamRate?: number | undefined;
  readonly googleCompliant?: boolean | undefined;
  readonly yahooFeedbackLoop?: boolean | undefined;
  readonly microsoftSnds?: boolean | undefined;
}
