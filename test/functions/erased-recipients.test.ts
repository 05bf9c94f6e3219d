import { recipientIdOf } from '../../domain/address.ts';
import { erasureMark } from '../../domain/suppression/erasure.ts';
import type { SuppressionsByScope } from '../../domain/suppression/suppression.ts';
import { withErased } from '../../functions/erased-recipients.ts';
import { inMemoryClock, inMemorySuppressions, sender, unsubscribed } from './in-memory-ports.ts';

const taro = recipientIdOf('taro@example.com');
const jiro = recipientIdOf('jiro@example.com');

function bench() {
  const clock = inMemoryClock();
  const suppressions = inMemorySuppressions();
  const marks = new Map<string, SuppressionsByScope>();
  let reads = 0;
  const { find } = withErased({
    suppressions,
    erasures: {
      all: async () => {
        reads++;
        return new Map(marks);
      },
    },
    tokenKeys: async () => sender.tokenKeys,
    nowMs: clock.nowMs,
  });
  return { clock, suppressions, marks, find, reads: () => reads };
}

it('finds what is stopped for a recipient of whom only a mark is left', async () => {
  const b = bench();
  b.marks.set(erasureMark(sender.tokenKeys, taro), { all: unsubscribed });
  await b.suppressions.add({ recipientId: jiro, address: '' }, 'topic:news', unsubscribed);
  await b.suppressions.add({ recipientId: taro, address: '' }, 'marketing', unsubscribed);
  expect(await b.find([taro, jiro, recipientIdOf('saburo@example.com')])).toEqual(
    new Map([
      [taro, { all: unsubscribed, marketing: unsubscribed }],
      [jiro, { 'topic:news': unsubscribed }],
    ]),
  );
});

it('reads the marks once a minute, so that an erasure counts within that time', async () => {
  const b = bench();
  expect(await b.find([taro])).toEqual(new Map());
  b.marks.set(erasureMark(sender.tokenKeys, taro), { all: unsubscribed });
  b.clock.advance(59_999);
  await b.find([jiro]);
  expect(b.reads()).toBe(1);
  b.clock.advance(1);
  expect(await b.find([taro])).toEqual(new Map([[taro, { all: unsubscribed }]]));
  expect(b.reads()).toBe(2);
});

it('fails when the marks cannot be read, as when the suppressions cannot', async () => {
  const { find } = withErased({
    suppressions: inMemorySuppressions(),
    erasures: {
      all: async () => {
        throw new Error('AccessDenied');
      },
    },
    tokenKeys: async () => sender.tokenKeys,
    nowMs: () => 0,
  });
  await expect(find([taro])).rejects.toThrow('AccessDenied');
});
