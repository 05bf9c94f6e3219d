import { recipientIdOf } from '../../../domain/address.ts';
import { digestOfId, wordOf } from '../../../domain/campaign/recipient-table.ts';
import { knownRecipients } from '../../../domain/segment/known-recipients.ts';
import type { SuppressionChange, SuppressionRecord } from '../../../domain/suppression/suppression-record.ts';
import {
  emptyRecord,
  releasedNow,
  softBouncesNow,
  withChange,
} from '../../../domain/suppression/suppression-record.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 24);
const [taro, hanako] = ['taro@example.com', 'hanako@example.com'].map(recipientIdOf) as [string, string];

function words(recipientId: string): [high: number, low: number] {
  const digest = digestOfId(recipientId);
  return [wordOf(digest, 0), wordOf(digest, 1)];
}

const bounced = (daysAgo: number, sesMessageId: string): SuppressionChange => ({
  kind: 'bounced',
  counts: 'soft',
  rule: { count: 3, withinDays: 30, scope: 'marketing', forDays: 90 },
  code: 'mailbox_full',
  sesMessageId,
  source: 'ses',
  atMs: nowMs - daysAgo * dayMs,
  evidence: '4.2.2',
});
const unsubscribed = (topic: string, expiresAtMs?: number): SuppressionChange => ({
  ...{ kind: 'suppressed', scope: `topic:${topic}`, reason: 'unsubscribe', source: 'one-click' },
  ...{ atMs: nowMs - dayMs, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) },
});
const recordOf = (...changes: readonly SuppressionChange[]) =>
  changes.reduce<SuppressionRecord>(withChange, emptyRecord);

it('knows nothing of strangers', () => {
  expect(knownRecipients(nowMs).of(...words(taro))).toEqual({
    bounces: 0n,
    subscribed: [],
    unsubscribed: [],
  });
});

it('tells people apart, and what they have in common', () => {
  const known = knownRecipients(nowMs);
  for (const [id, topics] of [
    [taro, ['product-updates', 'newsletter']],
    [hanako, ['newsletter', 'product-updates']],
  ] as const) {
    known.seeContact(id, { topics });
  }
  known.seeRecord(hanako, recordOf(bounced(1, 'a'), unsubscribed('newsletter')));
  expect(known.of(...words(taro))).toMatchObject({ subscribed: ['newsletter', 'product-updates'] });
  expect(known.of(...words(hanako))).toEqual({
    bounces: 1n,
    subscribed: ['product-updates'],
    unsubscribed: ['newsletter'],
  });
});

it('knows the time zone of a contact who asked for nothing', () => {
  const known = knownRecipients(nowMs);
  known.seeContact(taro, { topics: [], timeZone: 'Asia/Tokyo' });
  expect(known.of(...words(taro))).toMatchObject({ subscribed: [], timeZone: 'Asia/Tokyo' });
  expect(known.of(...words(hanako))).not.toHaveProperty('timeZone');
});

it('takes an unsubscribe that has run out for none', () => {
  const known = knownRecipients(nowMs);
  known.seeContact(taro, { topics: ['newsletter'] });
  known.seeRecord(taro, recordOf(unsubscribed('newsletter', nowMs - 1)));
  expect(known.of(...words(taro))).toMatchObject({ subscribed: ['newsletter'], unsubscribed: [] });
});

it('remembers when somebody was last mailed, in whichever order the campaigns come', () => {
  const known = knownRecipients(nowMs);
  for (const daysAgo of [9, 2, 5]) {
    known.seeMailed(...words(taro), nowMs - daysAgo * dayMs);
  }
  expect(known.of(...words(taro)).lastMailedMs).toBe(nowMs - 2 * dayMs);
});

it('counts soft bounces by mail, as long as their rule has them count and they were not forgiven', () => {
  const record = recordOf(bounced(40, 'old'), bounced(3, 'a'), bounced(2, 'a'), bounced(1, 'b'));
  expect(softBouncesNow(record, nowMs)).toBe(2);
  const third = withChange(record, bounced(0.5, 'c'));
  const forgiven = releasedNow(third, { scope: 'marketing', source: 'cli', atMs: nowMs - 0.25 * dayMs });
  expect([softBouncesNow(third, nowMs), softBouncesNow(forgiven, nowMs)]).toEqual([3, 0]);
});
