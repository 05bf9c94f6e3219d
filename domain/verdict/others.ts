import { type Counts, type ProviderName, providerNameOf } from '../campaign/provider-counts.ts';
import { bounceReason } from '../feedback/feedback-end.ts';
import type { KnownMail, MailRecord } from './known-mail.ts';

/** What became of other mail to the same mailbox provider about the same time: one person's trouble, or everybody's? */
export interface Others {
  readonly provider: ProviderName;
  /** At providers without rules of their own, where those of the same domain are the others. */
  readonly domain?: string;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Mails of others that bounced or were reported as spam then. */
  readonly failures: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** There were more than were read. */
  readonly isLeast: boolean;
  /** Of the whole campaign at this provider, where it was one. */
  readonly campaign?: Counts;
}

const halfHourMs = 1_800_000;

/** The hour around the end that a mail came to, or around its sending. */
function hourOf({ record, place }: KnownMail, nowMs: number): Pick<Others, 'fromMs' | 'toMs'> {
  const { bounce, delivery, deliveryDelay } = record?.evidence ?? {};
  const middleMs =
    bounce?.atMs ??
    delivery?.atMs ??
    deliveryDelay?.atMs ??
    record?.acceptedAtMs ??
    record?.updatedAtMs ??
    place?.campaign.lastChunkAtMs ??
    nowMs;
  return { fromMs: middleMs - halfHourMs, toMs: middleMs + halfHourMs };
}

/** A failure of somebody, as far as it is counted. */
interface Failure extends Pick<MailRecord, 'state' | 'reason' | 'evidence'> {
  readonly deliveryId: string;
  readonly address?: string;
}

/** Counts others' failures at the provider of a mail. @returns undefined where it is not known whom the mail was for */
export function othersOf(mail: KnownMail, nowMs: number) {
  const { address, deliveryId, place } = mail;
  if (address === undefined) {
    return undefined;
  }
  const provider = providerNameOf(address);
  const domain = provider === 'other' ? domainOf(address) : undefined;
  const isSame = (other: string) =>
    domain === undefined ? providerNameOf(other) === provider : domainOf(other) === domain;
  const byReason: Record<string, number> = {};
  let failures = 0;

  return {
    hour: hourOf(mail, nowMs),
    see(failure: Failure): void {
      // What was never sent says nothing of the provider.
      const isTheirs = failure.state === 'bounced' || failure.state === 'complained';
      const other = failure.deliveryId === deliveryId ? undefined : failure.address;
      if (!isTheirs || other === undefined || !isSame(other)) {
        return;
      }
      failures++;
      const reason = reasonOf(failure);
      byReason[reason] = (byReason[reason] ?? 0) + 1;
    },
    counted: (isLeast: boolean): Others => ({
      provider,
      ...(domain === undefined ? {} : { domain }),
      ...hourOf(mail, nowMs),
      failures,
      byReason,
      isLeast,
      ...(place === undefined ? {} : { campaign: countsOf(place.campaign.providers[provider]) }),
    }),
  };
}

/** Without what is only kept to see whether refusals come in a row. */
function countsOf({ authRun: _, ...counts }: Counts = {}): Counts {
  return counts;
}

function reasonOf({ state, reason, evidence: { bounce, deliveryDelay } }: Failure): string {
  return state === 'bounced' && bounce !== undefined
    ? bounceReason(bounce, deliveryDelay).code
    : (reason ?? state);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
