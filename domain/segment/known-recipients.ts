import { digestOfId, isNew, recipientTable, wordOf } from '../campaign/recipient-table.ts';
import { InputError } from '../errors.ts';
import { isInForce } from '../suppression/suppression.ts';
import { type SuppressionRecord, softBouncesNow } from '../suppression/suppression-record.ts';
import { type Known, knownNothing } from './row-filter.ts';

/** Recipients of whom something of one kind is remembered, at up to 24 octets each: more than a function has memory for. */
const mostRecipients = 8_000_000;

/** What filters may ask about a contact. */
export interface KnownContact {
  /** That they asked for. */
  readonly topics: readonly string[];
  /** IANA name. */
  readonly timeZone?: string;
}

export type KnownRecipients = ReturnType<typeof knownRecipients>;

/**
 * What is known of everybody, for filters that ask: it is shown all there is once, and then answers for each row. What many have in
 * common is kept once. What a filter does not ask for need not be shown.
 */
export function knownRecipients(nowMs: number) {
  const contacts = kinds<KnownContact>('contacts');
  const records = kinds<Pick<Known, 'bounces' | 'unsubscribed'>>('recipients with suppressions or bounces');
  const mailed = recipientTable();

  return {
    seeContact(recipientId: string, { topics, timeZone }: KnownContact): void {
      if (topics.length > 0 || timeZone !== undefined) {
        contacts.put(recipientId, {
          topics: topics.toSorted(),
          ...(timeZone === undefined ? {} : { timeZone }),
        });
      }
    },
    seeRecord(recipientId: string, record: SuppressionRecord): void {
      const unsubscribed = Object.entries(record.suppressions).flatMap(([scope, suppression]) =>
        scope.startsWith('topic:') && suppression !== undefined && isInForce(suppression, nowMs)
          ? scope.slice('topic:'.length)
          : [],
      );
      const bounces = softBouncesNow(record, nowMs);
      if (unsubscribed.length > 0 || bounces > 0) {
        records.put(recipientId, { bounces: BigInt(bounces), unsubscribed: unsubscribed.toSorted() });
      }
    },
    /** @param atMs - When the campaign was planned that they are in; the last one counts. */
    seeMailed(high: number, low: number, atMs: number): void {
      const seconds = Math.floor(atMs / 1000);
      const before = mailed.add(high, low, seconds);
      if (before !== isNew && before < seconds) {
        mailed.set(high, low, seconds);
      }
      requireRoom(mailed.size(), 'recipients of campaigns');
    },
    /** @returns by the words of their digest */
    of(high: number, low: number): Known {
      const { bounces, unsubscribed } = records.of(high, low) ?? knownNothing;
      const { topics = knownNothing.subscribed, timeZone } = contacts.of(high, low) ?? {};
      const seconds = mailed.get(high, low);
      return {
        bounces,
        unsubscribed,
        subscribed: topics.filter((topic) => !unsubscribed.includes(topic)),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(seconds === isNew ? {} : { lastMailedMs: 1000 * seconds }),
      };
    },
  };
}

/** Things that recipients have, of which there are few that differ. */
function kinds<T>(what: string) {
  const table = recipientTable();
  const values: T[] = [];
  const places = new Map<string, number>();
  return {
    put(recipientId: string, value: T): void {
      const key = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each));
      const place = places.get(key) ?? values.push(value) - 1;
      places.set(key, place);
      const digest = digestOfId(recipientId);
      table.add(wordOf(digest, 0), wordOf(digest, 1), place);
      requireRoom(table.size(), what);
    },
    of(high: number, low: number): T | undefined {
      const place = table.get(high, low);
      return place === isNew ? undefined : values[place];
    },
  };
}

/** @throws InputError `segment-known`: deciding by what is known of some only would be wrong */
function requireRoom(size: number, what: string): void {
  if (size > mostRecipients) {
    throw new InputError(
      'segment-known',
      'where',
      `there are more than ${mostRecipients} ${what} to be known; there is no room for more`,
    );
  }
}
