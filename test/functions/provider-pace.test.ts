import fc from 'fast-check';
import { horizonMs, quantumOf } from '../../domain/rate.ts';
import { type ProviderPaces, parseProviderPaces, providerPace } from '../../functions/provider-pace.ts';
import { inMemoryClock, startMs } from './in-memory-ports.ts';
import { inMemorySendRateStore } from './in-memory-send-rate-store.ts';
import { bench } from './send-chunk-bench.ts';

function paced(paces: ProviderPaces) {
  const clock = inMemoryClock();
  const store = inMemorySendRateStore();
  const worker = () => providerPace({ paces, store, nowMs: clock.nowMs });
  return { clock, store, worker, admit: worker().admit };
}

/** When marketing has a turn again after a quarter of a second was sold. */
const turnMs = 250 - horizonMs.marketing;
const docomo = (n: number) => Array<string>(n).fill('docomo.ne.jp');

describe('admit', () => {
  it('admits everybody, and writes nothing, where no provider has a pace', async () => {
    const b = paced({});
    expect(await b.admit(['gmail.com', 'example.com', 'docomo.ne.jp', ''])).toEqual({
      admitted: [0, 1, 2, 3],
    });
    expect(b.store.items.size).toBe(0);
  });

  it('lets the others overtake those at a provider whose pace is used up', async () => {
    const b = paced({ docomo: 8 });
    const domains = ['docomo.ne.jp', 'example.com', 'docomo.ne.jp', 'gmail.com', 'docomo.ne.jp'];
    expect(await b.admit(domains)).toEqual({ admitted: [0, 1, 2, 3], waitMs: 1 });
    const { admitted, waitMs } = await b.admit(domains);
    expect(admitted).toEqual([1, 3]);
    expect(waitMs).toBe(turnMs);
  });

  it('asks nobody again before a provider has a turn', async () => {
    const b = paced({ docomo: 8 });
    await b.admit(docomo(2));
    await b.admit(docomo(2));
    const calls = { ...b.store.calls };
    await b.admit(docomo(2));
    expect(b.store.calls).toEqual(calls);
    b.clock.advance(turnMs);
    expect(await b.admit(docomo(2))).toEqual({ admitted: [0, 1] });
  });

  it('keeps providers apart, and says when the first of them has a turn', async () => {
    const b = paced({ docomo: 1, kddi: 4 });
    await b.admit(['docomo.ne.jp', 'ezweb.ne.jp']);
    expect(await b.admit(['docomo.ne.jp', 'ezweb.ne.jp', 'au.com'])).toEqual({
      admitted: [],
      waitMs: turnMs,
    });
    b.clock.advance(turnMs);
    expect(await b.admit(['docomo.ne.jp', 'ezweb.ne.jp', 'au.com'])).toMatchObject({ admitted: [1] });
  });

  it('shares the pace among workers, who all ask at once', async () => {
    const b = paced({ docomo: 20 });
    const workers = Array.from({ length: 10 }, () => b.worker());
    let admitted = 0;
    for (let ms = 0; ms < 10_000; ms += 50) {
      const answers = await Promise.all(workers.map(({ admit }) => admit(docomo(10))));
      admitted += answers.reduce((sum, answer) => sum + answer.admitted.length, 0);
      b.clock.advance(50);
    }
    expect(admitted).toBeGreaterThan(20 * 10 * 0.95);
    expect(admitted).toBeLessThanOrEqual(20 * 10 + 2 * quantumOf(20));
  });

  it('takes a new pace at once, and keeps what was sent in mind', async () => {
    const b = paced({ docomo: 4 });
    await b.admit(docomo(1));
    const faster = providerPace({ paces: { docomo: 40 }, store: b.store, nowMs: b.clock.nowMs });
    expect(await faster.admit(docomo(20))).toMatchObject({ admitted: [] });
    expect([...b.store.items]).toEqual([['provider#docomo', expect.objectContaining({ perSecond: 40 })]]);
    b.clock.advance(turnMs);
    expect((await faster.admit(docomo(20))).admitted).toHaveLength(10);
  });

  it('never admits more than pace × time and a burst, nor anybody twice or none while there is a turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.record({ afterMs: fc.nat(700), asking: fc.nat(30) }), { maxLength: 60 }),
        async (perSecond, turns) => {
          const b = paced({ docomo: perSecond });
          let admitted = 0;
          for (const { afterMs, asking } of turns) {
            b.clock.advance(afterMs);
            const answer = await b.admit(docomo(asking));
            admitted += answer.admitted.length;
            expect(new Set(answer.admitted).size).toBe(answer.admitted.length);
            expect(answer.waitMs === undefined).toBe(answer.admitted.length === asking);
            const elapsedMs = b.clock.nowMs() - startMs;
            // A quantum, marketing's horizon and what is forgiven.
            const burst = quantumOf(perSecond) + 1 + (perSecond * 350) / 1_000;
            expect(admitted).toBeLessThanOrEqual((elapsedMs * perSecond) / 1_000 + burst);
          }
        },
      ),
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

  it('sends to the others first, and waits for the rest', async () => {
    const b = await bench(domainsOf('dddddeeeee'));
    const providers = b.paced({ docomo: 4 });
    await b.run({ providerPace: providers });
    const names = b.ses.mails.map(({ toHeader }) => toHeader.replace(/^.*@/, ''));
    expect(names.slice(0, 6).sort()).toEqual(['docomo.ne.jp', ...Array(5).fill('example.com')]);
    expect(b.outcomes()).toBe('A'.repeat(10));
    expect(b.clock.nowMs() - startMs).toBeGreaterThanOrEqual(850);
    expect(b.clock.nowMs() - startMs).toBeLessThan(2_000);
  });

  it('is given back for as long as it takes when nobody has a turn for long', async () => {
    const b = await bench(domainsOf('dde'));
    const providers = b.paced({ docomo: 0.05 });
    await b.run({ providerPace: providers });
    expect(b.outcomes()).toBe('A.A');
    expect(b.queue.sent).toEqual([{ body: JSON.stringify(b.pointer), delaySeconds: 20 }]);
    b.clock.advance(20_000);
    await b.run({ providerPace: b.paced({ docomo: 0.05 }) });
    expect(b.outcomes()).toBe('AAA');
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 3 } });
  });

  it('is given back before the Lambda ends, with nobody in doubt', async () => {
    const b = await bench(domainsOf('d'.repeat(60)));
    const beganMs = b.clock.nowMs();
    await b.run({ providerPace: b.paced({ docomo: 1 }) });
    expect(b.clock.nowMs() - beganMs).toBeLessThanOrEqual(35_000);
    expect(b.outcomes()).toMatch(/^A{30,36}\.+$/);
    expect(b.queue.sent).toHaveLength(1);
    expect(b.ledgers.items.get('c#news#0')?.leaseUntilMs).toBe(0);
  });

  it('loses nobody and mails nobody twice, whatever the paces and however many chunks there are', async () => {
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
