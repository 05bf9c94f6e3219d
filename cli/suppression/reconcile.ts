import type { AccountListEntry, AccountSuppressionList } from '../../aws/account-suppression-list.ts';
import type { Suppressions } from '../../aws/suppressions.ts';
import { digestOfId, isNew, recipientTable, wordOf } from '../../domain/campaign/recipient-table.ts';
import { mailboxOf } from '../../domain/feedback/feedback.ts';
import {
  type Drift,
  type Remedy,
  remedyOfEntry,
  remedyOfMissing,
} from '../../domain/suppression/suppression-drift.ts';
import { withChange } from '../../domain/suppression/suppression-record.ts';
import type { Terminal } from '../command.ts';
import type { Erased } from '../erased.ts';
import type { AccountListWriter } from './account-list-writer.ts';

/** BatchGetItem takes so many at once. */
const batch = 100;
/** Recipients between two lines of progress. */
const progressEvery = 10_000;
/** Differences that are shown one by one; all are counted. */
export const shownDifferences = 1_000;

export interface ReconcilePorts {
  readonly suppressions: Pick<Suppressions, 'find' | 'change' | 'list'>;
  readonly ses: Pick<AccountSuppressionList, 'list'>;
  readonly erased: Pick<Erased, 'of'>;
  /** Takes what SES is to add; absent where nothing is to be changed. */
  readonly writer?: AccountListWriter | undefined;
  /** Who has it done, for the history. */
  readonly actor: string;
  readonly err: Terminal['err'];
}

interface Difference {
  readonly recipientId: string;
  readonly address: string;
  readonly remedy: Remedy;
}

/** What was found, and put right where there is a writer. */
export interface Reconciled {
  /** Addresses that SES has, and recipients that we have. */
  readonly ses: number;
  readonly here: number;
  readonly drift: Readonly<Record<Drift, number>>;
  /** Addresses that SES has of people who were erased. */
  readonly erasedInSes: number;
  /** The first of them. */
  readonly differences: readonly Pick<Difference, 'address' | 'remedy'>[];
}

/**
 * Compares the account list of SES with our suppressions, and puts right what differs as it goes. Of either there may be millions:
 * what is kept are 15 to 23 octets for each address that SES has, and what goes to SES with the next job.
 */
export async function reconcile({
  suppressions,
  ses,
  erased,
  writer,
  actor,
  err,
}: ReconcilePorts): Promise<Reconciled> {
  const drift: Record<Drift, number> = { onlyInSes: 0, onlyHere: 0, reasonDiffers: 0, goneFromSes: 0 };
  const differences: Difference[] = [];
  const inSes = recipientTable();
  const nowMs = Date.now();
  let erasedInSes = 0;
  let here = 0;

  async function note(found: readonly Difference[]): Promise<void> {
    for (const difference of found) {
      drift[difference.remedy.drift]++;
      if (differences.length < shownDifferences) differences.push(difference);
    }
    if (writer === undefined) return;
    await Promise.all(
      found.map(async ({ recipientId, address, remedy }) => {
        if (remedy.at === 'here') {
          const change = { ...remedy.change, actor };
          await suppressions.change({ recipientId, address }, (record) => withChange(record, change));
        }
      }),
    );
    for (const { address, remedy } of found) {
      if (remedy.at === 'ses') await writer.add(address, remedy.reason);
    }
  }

  async function noteEntries(entries: readonly Entry[]): Promise<void> {
    const known = await suppressions.find(entries.map(({ recipientId }) => recipientId));
    await note(
      entries.flatMap(({ recipientId, address, reason, updatedAtMs }) => {
        inSes.add(...wordsOf(recipientId), 0);
        if (erased.of(recipientId) !== undefined) {
          erasedInSes++;
          return [];
        }
        const remedy = remedyOfEntry(reason, updatedAtMs, known.get(recipientId) ?? {}, nowMs);
        return remedy === undefined ? [] : [{ recipientId, address, remedy }];
      }),
    );
  }

  for await (const entries of batches(ses.list())) {
    await noteEntries(
      entries.map((entry) => ({ ...entry, recipientId: mailboxOf(entry.address).recipientId })),
    );
    if (inSes.size() % progressEvery === 0) err(`${inSes.size()} addresses of SES compared`);
  }
  for await (const recipients of batches(suppressions.list())) {
    here += recipients.length;
    await note(
      recipients.flatMap(({ recipientId, address, suppressions: held }) => {
        const isInSes = inSes.get(...wordsOf(recipientId)) !== isNew;
        const remedy = address === undefined || isInSes ? undefined : remedyOfMissing(held, nowMs);
        return address === undefined || remedy === undefined ? [] : [{ recipientId, address, remedy }];
      }),
    );
    if (here % progressEvery === 0) err(`${here} recipients of ours compared`);
  }
  await writer?.finish();
  return { ses: inSes.size(), here, drift, erasedInSes, differences };
}

interface Entry extends AccountListEntry {
  readonly recipientId: string;
}

function wordsOf(recipientId: string): [high: number, low: number] {
  const digest = digestOfId(recipientId);
  return [wordOf(digest, 0), wordOf(digest, 1)];
}

async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length === batch) {
      yield some;
      some = [];
    }
  }
  if (some.length > 0) yield some;
}
