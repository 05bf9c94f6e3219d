import { recipientIdOf } from '../address.ts';
import { recipientReader } from '../audience/audience-recipient.ts';
import type { AudienceRow } from '../audience/audience-row.ts';
import { rowCheck } from '../audience/row-check.ts';
import { providerNameOf } from '../campaign/provider-counts.ts';
import { InputError } from '../errors.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { parseTimestamp } from '../timestamp.ts';
import { isDisposable, isRole, meantDomain } from './address-kind.ts';
import { mxHost, type Resolve } from './dns.ts';
import type { AudienceFacts, VolumeProvider } from './facts.ts';
import { volumeProviderOf } from './history.ts';

/** So many domains of an audience, the largest, are asked for their MX; what is behind them is nearly everybody. */
const askedDomains = 200;

/** So many recipients are drawn, of whom somebody may find out more. */
const drawnRecipients = 1_000;

export interface AudienceOptions {
  /** Rows are tried with it; without it nobody lacks data. */
  readonly template?: CompiledTemplate | undefined;
  /** Values that are the same for everyone. */
  readonly common?: Readonly<Record<string, unknown>>;
  /** Columns that prove consent; without them those that are called so. */
  readonly consent?: readonly string[];
  /** Epoch milliseconds; without it nobody knows how old a consent is. */
  readonly nowMs?: number;
  /** Without it no domain is asked for its MX. */
  readonly resolve?: Resolve | undefined;
}

export interface AudienceReading {
  readonly facts: AudienceFacts;
  /** Data of the first recipient who lacks none; only with a template. */
  readonly sample: Readonly<Record<string, unknown>> | undefined;
  /** Ids of some of the recipients: those of the smallest, which are hashes, so that they are from everywhere. */
  readonly drawn: readonly string[];
}

/**
 * Reads an audience into figures. Each row counts for one thing: what cannot be sent to, then what is most likely wrong with it.
 *
 * @param rows - As `rowsOf` gives them.
 */
export async function readAudience(
  rows: AsyncIterable<readonly AudienceRow[]>,
  { template, common = {}, consent, resolve, nowMs = 0 }: AudienceOptions = {},
): Promise<AudienceReading> {
  const read = recipientReader(common, template?.schema ?? { type: 'object' });
  const check = template && rowCheck(template);
  const seen = new Set<string>();
  const domains = new Map<string, number>();
  const providers: Partial<Record<VolumeProvider, number>> = {};
  const counts = {
    rows: 0,
    invalid: 0,
    duplicates: 0,
    role: 0,
    disposable: 0,
    typo: 0,
    rfcViolating: 0,
    missingData: 0,
  };
  let consented: number | undefined;
  let oldConsent: number | undefined;
  let sample: AudienceReading['sample'];
  let drawn: string[] = [];

  function count(row: AudienceRow): void {
    counts.rows++;
    if ('error' in row) {
      counts.invalid++;
      return;
    }
    const proof = consentColumns(row.values, consent);
    consented = consentOf(proof, consented);
    const givenMs = consentTimeOf(proof);
    if (givenMs !== undefined) {
      oldConsent = (oldConsent ?? 0) + (nowMs - givenMs >= longAgoMs ? 1 : 0);
    }
    const recipient = recipientIn(row);
    if (recipient === undefined) {
      counts.invalid++;
      return;
    }
    const { address, data, locale } = recipient;
    const key = address.wire.toLowerCase();
    if (seen.has(key)) {
      counts.duplicates++;
      return;
    }
    seen.add(key);
    drawn.push(recipientIdOf(key));
    if (drawn.length === 2 * drawnRecipients) {
      drawn = smallest(drawn);
    }
    const provider = volumeProviderOf(providerNameOf(address.domain));
    providers[provider] = (providers[provider] ?? 0) + 1;
    const localPart = address.wire.slice(0, address.wire.lastIndexOf('@'));
    if (meantDomain(address.domain) !== undefined) counts.typo++;
    else if (isDisposable(address.domain)) counts.disposable++;
    else if (isRole(localPart)) counts.role++;
    else if (localPart.startsWith('"') && !address.raw.startsWith('"')) counts.rfcViolating++;
    else domains.set(address.domain, (domains.get(address.domain) ?? 0) + 1);
    if (check?.firstProblem(data, locale, Number.POSITIVE_INFINITY) !== undefined) {
      counts.missingData++;
    } else if (check !== undefined) {
      sample ??= data;
    }
  }

  function recipientIn(row: Exclude<AudienceRow, { error: InputError }>) {
    try {
      return read(row.values, row.row);
    } catch (error) {
      if (error instanceof InputError) {
        return undefined;
      }
      throw error;
    }
  }

  for await (const batch of rows) {
    for (const row of batch) {
      count(row);
    }
  }
  const noMx = resolve === undefined ? 0 : await withoutMx(domains, resolve);
  return {
    facts: { ...counts, providers, consent: consented, oldConsent, noMx },
    sample,
    drawn: smallest(drawn),
  };
}

function smallest(ids: readonly string[]): string[] {
  return ids.toSorted().slice(0, drawnRecipients);
}

/** What columns of consent say: those that are named, or `consentAt`, `consent_source`. */
function consentColumns(
  values: Readonly<Record<string, unknown>>,
  named: readonly string[] | undefined,
): string[] {
  return Object.entries(values)
    .filter(([name]) => named?.includes(name) ?? /^consent/i.test(name))
    .map(([, value]) => String(value ?? '').trim());
}

/** A row counts when one of its columns says something. */
function consentOf(proof: readonly string[], soFar: number | undefined): number | undefined {
  if (proof.length === 0) {
    return soFar;
  }
  const given = proof.some((text) => !['', 'false', '0', 'no'].includes(text.toLowerCase()));
  return (soFar ?? 0) + (given ? 1 : 0);
}

/** After so long an implied consent has ended by Canadian law, and many an address is abandoned. */
const longAgoMs = 2 * 365 * 86_400_000;

/** The latest time among them, of RFC 3339 or a day; epoch milliseconds. */
function consentTimeOf(proof: readonly string[]): number | undefined {
  const times = proof
    .map((text) => parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text))
    .filter((epochMs) => !Number.isNaN(epochMs));
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Recipients at domains that do not exist, have no mail host, or say that they take no mail. */
async function withoutMx(domains: ReadonlyMap<string, number>, resolve: Resolve): Promise<number> {
  const largest = [...domains].sort(([, a], [, b]) => b - a).slice(0, askedDomains);
  const counted = await Promise.all(
    largest.map(async ([domain, recipients]) => ((await takesMail(domain, resolve)) ? 0 : recipients)),
  );
  return counted.reduce((sum, each) => sum + each, 0);
}

/** What the DNS does not answer is taken for good: it is about this moment, not about the domain. */
async function takesMail(domain: string, resolve: Resolve): Promise<boolean> {
  const mx = await resolve(domain, 'MX');
  if (mx.status === 'records') {
    return mx.records.some((each) => mxHost(each) !== '');
  }
  if (mx.status === 'failed') {
    return true;
  }
  const [a, aaaa] = await Promise.all([resolve(domain, 'A'), resolve(domain, 'AAAA')]);
  return [a, aaaa].some(({ status }) => status === 'records' || status === 'failed');
}
