import { recipientIdOf } from '../address.ts';
import { mailboxIn } from '../audience/audience-recipient.ts';
import { type AudienceRow, rowError } from '../audience/audience-row.ts';
import { unguarded } from '../csv-line.ts';
import { checkHeaderText } from '../header.ts';
import { parseTimestamp } from '../timestamp.ts';
import { zoneClock } from '../wall-clock.ts';
import { type ContactPreferences, isTopic } from './contact.ts';

/** What one row of an import says of somebody. */
export interface ContactRow {
  readonly recipientId: string;
  /** Wire form. */
  readonly address: string;
  readonly preferences: ContactPreferences;
  /** Topics that the row says something of. */
  readonly topics: ReadonlyMap<string, boolean>;
  /** When that was said: epoch milliseconds, where the row tells. */
  readonly atMs?: number;
  readonly evidence?: string;
}

const yes = ['1', 'true', 'yes', 'y', 'on', 'subscribed', 'はい', '希望する'];
const no = ['0', 'false', 'no', 'n', 'off', 'unsubscribed', 'いいえ', '希望しない'];

/** Characters of a name or a locale, and of evidence. */
const most = { text: 128, evidence: 1_000 };

/**
 * Reads a row: `address`, `name`, `locale`, `timeZone`, `topics` with names between semicolons, or a column `topic:NAME` for each with
 * yes or no; `at` and `evidence` say when and how consent was given. Empty fields say nothing.
 *
 * @param always - Topics that every row asks for, unless it says no.
 * @throws InputError `contact-row` naming row and column, or what is wrong with the address
 */
export function readContact(row: AudienceRow, always: readonly string[]): ContactRow {
  if ('error' in row) {
    throw row.error;
  }
  const { wire } = mailboxIn(row.values, row.row);
  const fields = fieldsOf(row.values);
  const text = (name: string, length = most.text) => {
    const value = fields.get(name.toLowerCase());
    if (value !== undefined && value.length > length) {
      throw wrong(row.row, name, `has ${value.length} characters; ${length} are the most`);
    }
    return value;
  };
  const name = text('name');
  const locale = text('locale');
  const timeZone = text('timeZone');
  if (timeZone !== undefined && zoneClock(timeZone) === undefined) {
    throw wrong(row.row, 'timeZone', 'is no time zone such as Asia/Tokyo');
  }
  const at = text('at');
  const atMs = at === undefined ? undefined : parseTimestamp(at);
  if (Number.isNaN(atMs)) {
    throw wrong(row.row, 'at', 'is not a time of RFC 3339, such as 2026-11-24T09:00:00Z');
  }
  const evidence = text('evidence', most.evidence);
  return {
    recipientId: recipientIdOf(wire),
    address: wire,
    preferences: {
      ...(name === undefined ? {} : { name: checkHeaderText(name, `row ${row.row} name`) }),
      ...(locale === undefined ? {} : { locale }),
      ...(timeZone === undefined ? {} : { timeZone }),
    },
    topics: topicsOf(row.row, fields, always),
    ...(atMs === undefined ? {} : { atMs }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function topicsOf(row: number, fields: ReadonlyMap<string, string>, always: readonly string[]) {
  const topics = new Map<string, boolean>(always.map((topic) => [topic, true]));
  for (const topic of (fields.get('topics') ?? '').split(/[;,|\s]+/).filter(Boolean)) {
    topics.set(topicOf(row, 'topics', topic), true);
  }
  for (const [column, value] of fields) {
    if (column.startsWith('topic:')) {
      topics.set(topicOf(row, column, column.slice('topic:'.length)), wanted(row, column, value));
    }
  }
  return topics;
}

function topicOf(row: number, column: string, topic: string): string {
  if (!isTopic(topic)) {
    throw wrong(row, column, 'names a topic that has not small letters, digits and hyphens only');
  }
  return topic;
}

function wanted(row: number, column: string, value: string): boolean {
  const folded = value.normalize('NFKC').toLowerCase();
  if (yes.includes(folded)) {
    return true;
  }
  if (no.includes(folded)) {
    return false;
  }
  throw wrong(row, column, 'is neither yes nor no');
}

function fieldsOf(values: Readonly<Record<string, unknown>>): Map<string, string> {
  return new Map(
    Object.entries(values).flatMap(([name, value]) => {
      const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      const field = isText ? unguarded(String(value)).trim() : Array.isArray(value) ? value.join(';') : '';
      return field === '' ? [] : [[name.normalize('NFKC').trim().toLowerCase(), field]];
    }),
  );
}

function wrong(row: number, column: string, what: string) {
  return rowError('contact-row', row, `${column} ${what}`);
}
