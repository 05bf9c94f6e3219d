import fc from 'fast-check';
import { recipientIdOf } from '../../../domain/address.ts';
import { rehearsalKey } from '../../../domain/campaign/plan-keys.ts';
import type { Rehearsal } from '../../../domain/rehearsal/rehearsal.ts';
import { rehearseCampaign } from '../../../functions/plan-campaign.ts';
import { unsubscribed } from '../in-memory-ports.ts';
import { bench } from '../plan-campaign-bench.ts';

type Bench = Awaited<ReturnType<typeof bench>>;

async function rehearsed(b: Bench): Promise<Rehearsal> {
  await rehearseCampaign(b.ports)('news', 'r1');
  return JSON.parse(b.bucket.textOf(rehearsalKey('news', 'r1')) ?? 'null');
}

const audience = [
  'email,plan,locale',
  ...Array.from({ length: 500 }, (_, i) => `r${i}@example.com,p,${['', 'ja', 'en'][i % 3]}`),
  'r1@example.com,p,',
  'nobody,p,',
  'poor@example.com,,',
  'unwilling@example.com,p,',
].join('\n');

it('says what a plan would count, and changes nothing', async () => {
  const b = await bench(audience);
  b.suppressions.items.set(recipientIdOf('unwilling@example.com'), { all: unsubscribed });
  const before = [b.campaign(), [...b.bucket.objects.keys()]];
  const rehearsal = await rehearsed(b);
  expect([b.campaign(), [...b.bucket.objects.keys()]]).toEqual([
    before[0],
    [...(before[1] as string[]), rehearsalKey('news', 'r1')],
  ]);
  expect(b.chunksQueue.sent).toEqual([]);
  expect(rehearsal).toMatchObject({
    rehearsalId: 'r1',
    totals: { rows: 504, recipients: 500, invalid: 1, duplicates: 1, rejected: 1, suppressed: 1 },
    reasons: expect.arrayContaining([
      { why: 'duplicate', code: 'duplicate', count: 1, first: [{ row: 501, message: expect.any(String) }] },
      {
        why: 'invalid',
        code: 'address-syntax',
        count: 1,
        first: [{ row: 502, message: expect.any(String) }],
      },
    ]),
  });
  const { samples } = rehearsal as Extract<Rehearsal, { totals: object }>;
  expect(samples.map(({ l }) => l).sort()).toEqual(['en', 'ja', undefined]);
});

it('is the plan that follows, whatever the audience', async () => {
  const line = fc.oneof(
    fc.nat(300).map((n) => `r${n}@example.com,p`),
    fc.constantFrom('nobody,p', 'poor@example.com,', 'a,b,c,d,e'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 600, size: 'max' }), async (lines) => {
      const b = await bench(['email,plan', ...lines].join('\n'));
      const rehearsal = await rehearsed(b);
      await b.run();
      const { planId: _, plannedAtMs: _at, ...plan } = b.campaign()?.plan ?? {};
      expect(rehearsal).toMatchObject({ totals: plan });
      const { reasons } = rehearsal as Extract<Rehearsal, { totals: object }>;
      expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(b.excluded().length);
      for (const { first } of reasons) {
        expect(first.length).toBeLessThanOrEqual(5);
      }
    }),
    { numRuns: 30 },
  );
});

it('says why an audience cannot be used', async () => {
  const b = await bench('name,plan\nTaro,p\n');
  expect(await rehearsed(b)).toEqual({ rehearsalId: 'r1', failure: expect.stringContaining('no column') });
  expect(b.campaign()?.state).toBe('draft');
});
