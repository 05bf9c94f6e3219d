import fc from 'fast-check';
import type { ProviderName } from '../../domain/campaign/provider-counts.ts';
import type { ProviderTurns } from '../../domain/provider-turn.ts';
import { type ProviderPaces, parseProviderPaces, providerPace } from '../../functions/provider-pace.ts';
import { inMemoryClock, startMs } from './in-memory-ports.ts';
import { inMemorySendRateStore } from './in-memory-send-rate-store.ts';
import { bench } from './send-chunk-bench.ts';

function paced(paces: ProviderPaces) {
  const clock = inMemoryClock();
  const store = inMemorySendRateStore();
  const worker = (changed = paces) =>
    providerPace({ paces: changed, store, nowMs: clock.nowMs, random: () => 0.5 });
  return { clock, store, worker };
}

const docomo = (n: number) => Array<ProviderName>(n).fill('docomo');
const positions = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i);

describe('the turns of a chunk', () => {
  it("are everybody's, and nothing is written, where no provider has a pace", async () => {
    for (const paces of [{}, { kddi: 1 }]) {
      const b = paced(paces);
      const turns = b.worker().turnsOf();
      const providers: ProviderName[] = ['google', 'other', 'docomo'];
      expect(await turns.next(positions(3), providers, 2)).toEqual({
        quantum: [0, 1],
        waitMs: Number.POSITIVE_INFINITY,
      });
      expect([b.store.items.size, turns.kept()]).toEqual([0, undefined]);
    }
  });

  it('come five seconds of pace at a time, and the others overtake meanwhile', async () => {
    const b = paced({ docomo: 1 });
    const turns = b.worker().turnsOf();
    const providers: ProviderName[] = [...docomo(8), 'other', 'google'];
    expect(await turns.next(positions(10), providers, 20)).toEqual({
      quantum: [0, 1, 2, 3, 4, 8, 9],
      waitMs: 5_000,
    });
    b.clock.advance(4_999);
    expect(await turns.next([5, 6, 7], providers, 20)).toEqual({ quantum: [], waitMs: 1 });
    b.clock.advance(1);
    expect(await turns.next([5, 6, 7], providers, 20)).toMatchObject({ quantum: [5, 6, 7] });
    expect(turns.kept()).toBeUndefined();
  });

  it('that have come may be used in smaller quanta', async () => {
    const turns = paced({ docomo: 2 }).worker().turnsOf();
    const providers = docomo(14);
    expect((await turns.next(positions(14), providers, 4)).quantum).toEqual([0, 1, 2, 3]);
    expect((await turns.next(positions(10, 4), providers, 4)).quantum).toEqual([4, 5, 6, 7]);
    expect((await turns.next(positions(6, 8), providers, 4)).quantum).toEqual([8, 9]);
    expect(await turns.next(positions(4, 10), providers, 4)).toEqual({ quantum: [], waitMs: 5_000 });
  });

  it('are taken with one write, go along with the chunk, and hold in another worker', async () => {
    const b = paced({ docomo: 2 });
    const first = b.worker().turnsOf();
    await first.next(positions(30), docomo(30), 100);
    const calls = { ...b.store.calls };
    expect(first.kept()).toEqual({ docomo: { fromMs: startMs + 5_000, slots: 20 } });
    b.clock.advance(5_400);
    const second = b.worker().turnsOf(JSON.parse(JSON.stringify(first.kept())));
    expect(await second.next(positions(20, 10), docomo(30), 100)).toEqual({
      quantum: positions(10, 10),
      waitMs: 4_600,
    });
    expect(b.store.calls).toEqual(calls);
  });

  it('begin where those of the chunk before end', async () => {
    const b = paced({ docomo: 2 });
    await b.worker().turnsOf().next(positions(30), docomo(30), 100);
    const next = b.worker().turnsOf();
    expect(await next.next(positions(3), docomo(3), 100)).toEqual({ quantum: [], waitMs: 15_000 });
    expect(next.kept()).toEqual({ docomo: { fromMs: startMs + 15_000, slots: 3 } });
  });

  it('are lost when nobody was there in time', async () => {
    const b = paced({ docomo: 2 });
    const kept: ProviderTurns = { docomo: { fromMs: startMs, slots: 20 } };
    b.clock.advance(5_001);
    const turns = b.worker().turnsOf(kept);
    expect((await turns.next(positions(20), docomo(20), 100)).quantum).toHaveLength(10);
    expect(turns.kept()).toEqual({ docomo: { fromMs: startMs + 10_001, slots: 10 } });
  });

  it('are given out for a quarter of an hour ahead; then a chunk looks again in ten to fifteen minutes', async () => {
    const b = paced({ docomo: 1 });
    const worker = b.worker();
    for (let chunk = 0; chunk < 4; chunk++) {
      await worker.turnsOf().next(positions(300), docomo(300), 100);
    }
    const late = worker.turnsOf();
    expect(await late.next(positions(9), docomo(9), 100)).toEqual({ quantum: [], waitMs: 750_000 });
    expect(late.kept()).toBeUndefined();
    const calls = { ...b.store.calls };
    await worker.turnsOf().next(positions(9), docomo(9), 100);
    expect(b.store.calls).toEqual(calls);
    b.clock.advance(750_000);
    expect(await late.next(positions(9), docomo(9), 100)).toMatchObject({ waitMs: 450_000 });
  });

  it('are kept apart by provider', async () => {
    const b = paced({ docomo: 1, kddi: 2 });
    const turns = b.worker().turnsOf();
    const providers: ProviderName[] = [...docomo(6), ...Array<ProviderName>(12).fill('kddi')];
    const { quantum, waitMs } = await turns.next(positions(18), providers, 100);
    expect(quantum).toEqual([0, 1, 2, 3, 4, ...positions(10, 6)]);
    expect(waitMs).toBe(5_000);
    expect(turns.kept()).toMatchObject({ docomo: { slots: 1 }, kddi: { slots: 2 } });
  });

  it('follow a new pace at once', async () => {
    const b = paced({ docomo: 1 });
    await b.worker().turnsOf().next(positions(5), docomo(5), 100);
    b.clock.advance(5_000);
    const faster = b.worker({ docomo: 40 }).turnsOf();
    expect((await faster.next(positions(250), docomo(250), 500)).quantum).toHaveLength(200);
    expect(b.store.items.get('provider#docomo')).toMatchObject({ perSecond: 40 });
  });

  it('are never more than pace × time and what goes at once, whatever chunks ask for, and when they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 60 }), lateMs: fc.nat(8_000) }), {
          maxLength: 12,
        }),
        async (perSecond, chunks) => {
          const b = paced({ docomo: perSecond });
          const sent: { atMs: number; count: number }[] = [];
          const left = chunks.map(({ size, lateMs }) => ({ size, lateMs, dueMs: startMs, kept: {} }));
          for (let turn = 0; left.some(({ size }) => size > 0); turn++) {
            expect(turn).toBeLessThan(2_000);
            const next = left.filter(({ size }) => size > 0).sort((x, y) => x.dueMs - y.dueMs)[0];
            if (next === undefined) break;
            b.clock.advance(Math.max(0, next.dueMs - b.clock.nowMs()));
            const turns = b.worker().turnsOf(next.kept);
            const { quantum, waitMs } = await turns.next(positions(next.size), docomo(next.size), 100);
            sent.push({ atMs: b.clock.nowMs(), count: quantum.length });
            next.size -= quantum.length;
            next.kept = turns.kept() ?? {};
            next.dueMs =
              b.clock.nowMs() + (quantum.length > 0 ? 0 : waitMs + (turn % 3 === 0 ? next.lateMs : 0));
          }
          const all = chunks.reduce((sum, { size }) => sum + size, 0);
          expect(sent.reduce((sum, { count }) => sum + count, 0)).toBe(all);
          sent.forEach(({ atMs: fromMs }, i) => {
            let count = 0;
            for (const { atMs, count: more } of sent.slice(i)) {
              count += more;
              // What goes at once, and as much again of turns that are used late.
              expect(count).toBeLessThanOrEqual((perSecond * (atMs - fromMs + 10_000)) / 1_000 + 2);
            }
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('parseProviderPaces', () => {
  it('reads what the stack writes', () => {
    expect(parseProviderPaces('{}')).toEqual({});
    expect(parseProviderPaces('{"docomo":5,"google":0.5}')).toEqual({ docomo: 5, google: 0.5 });
  });

  it.each(['', 'docomo=5', 'null', '5', '{"docomo":"5"}', '{"docomo":0}', '{"docomo":-1}'])(
    'fails at once for %j',
    (text) => {
      expect(() => parseProviderPaces(text)).toThrow();
    },
  );
});

describe('a chunk with recipients at a provider that has a pace', () => {
  const domainsOf = (names: string) =>
    Array.from(names, (name) => (name === 'd' ? 'docomo.ne.jp' : name === 'k' ? 'au.com' : 'example.com'));

  it('sends to the others first, and comes back for the rest when their turns have come', async () => {
    const b = await bench(domainsOf('ddddddddeeeee'));
    const beganMs = b.clock.nowMs();
    await b.run({ providerPace: b.paced({ docomo: 1 }) });
    expect(b.outcomes()).toBe('AAAAA...AAAAA');
    // No worker waits for it.
    expect(b.clock.nowMs() - beganMs).toBeLessThan(1_000);
    const [back] = b.queue.sent;
    expect(back?.delaySeconds).toBe(5);
    expect(JSON.parse(back?.body ?? '')).toEqual({
      ...b.pointer,
      turns: { docomo: { fromMs: beganMs + 5_000, slots: 3 } },
    });
    b.clock.advance(5_000);
    await b.run({ providerPace: b.paced({ docomo: 1 }) }, back?.body);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 13 } });
  });

  it('loses nobody and mails nobody twice, whatever the paces and however often it comes back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('d', 'k', 'e'), { minLength: 1, maxLength: 60 }),
        fc.record({
          docomo: fc.double({ min: 0.05, max: 50, noNaN: true }),
          kddi: fc.double({ min: 0.05, max: 50, noNaN: true }),
        }),
        async (names, paces) => {
          const b = await bench(domainsOf(names.join('')));
          await b.drain({ providerPace: b.paced(paces) });
          expect(b.ses.mails.map(({ toHeader }) => toHeader).sort()).toEqual(b.recipients.toSorted());
          expect(b.campaign()).toMatchObject({
            state: 'completed',
            chunksDone: 1,
            outcomes: { accepted: names.length },
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
