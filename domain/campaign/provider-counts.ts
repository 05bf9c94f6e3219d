import { type Provider, providerOf } from '../bounce/provider.ts';

/** A mailbox provider, or `other` for all that have no rules of their own. */
export type ProviderName = Provider | 'other';

/** What is counted of a campaign's mail at a provider. */
export const measures = [
  'accepted',
  'stopped',
  'delivered',
  'delayed',
  /** Refused for good, for what is said of the recipient or the mail. */
  'hard',
  /** Bounced in another way. */
  'soft',
  /** Of the hard ones, those whose recipients do not exist. */
  'unknownUser',
  /** Refused since the mail is not authenticated: a matter of our DNS. */
  'auth',
  /** Such refusals without another bounce among them. */
  'authRun',
  /** Refused for the reputation of address or domain. */
  'blocked',
  /** Refused by SES after it had accepted it. */
  'refused',
  'complained',
] as const;

export type Measure = (typeof measures)[number];

/** What was counted at a provider; what is absent is 0. */
export type Counts = Readonly<Partial<Record<Measure, number>>>;

export type ProviderCounts = Readonly<Partial<Record<ProviderName, Counts>>>;

/** By the domain alone, so that it is the same before the mail and after it. @param address - Wire form, or its domain. */
export function providerNameOf(address: string): ProviderName {
  return providerOf(address, '', '') ?? 'other';
}

/** Name under which a count stands beside others: `google:accepted`. */
export function countName(provider: ProviderName, measure: Measure): string {
  return `${provider}:${measure}`;
}

/** The reverse of {@link countName}; undefined for any other name. */
export function readCountName(name: string): readonly [ProviderName, Measure] | undefined {
  const [provider, measure, ...more] = name.split(':');
  return more.length === 0 && measures.some((known) => known === measure)
    ? [provider as ProviderName, measure as Measure]
    : undefined;
}

export function add(one: Counts, other: Counts, sign: 1 | -1 = 1): Counts {
  return Object.fromEntries(
    measures
      .map((measure) => [measure, (one[measure] ?? 0) + sign * (other[measure] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
}

/** Of all providers together. */
export function sumOf(providers: ProviderCounts): Counts {
  return Object.values(providers).reduce<Counts>((sum, counts) => add(sum, counts), {});
}
