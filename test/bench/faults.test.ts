import { faultRun, type Lane, lanes, matrixOf, policies, type Run } from '../../bench/faults/matrix.ts';
import { isWrong } from '../../bench/faults.ts';

/** Runs of each lane and policy, spread over the whole matrix. */
const runs = 50;

const cases = lanes.flatMap((lane) => policies.map((policy) => ({ lane, policy })));

async function sampled(lane: Lane, policy: (typeof policies)[number]): Promise<[seed: number, run: Run][]> {
  const matrix = await matrixOf(lane);
  const found: [number, Run][] = [];
  for (let n = 0; n < runs; n++) {
    const seed = Math.floor((n * matrix.length) / runs);
    found.push([seed, await faultRun(matrix, lane, policy, seed)]);
  }
  return found;
}

describe('what is reported agrees with what SES accepted, whatever breaks', () => {
  it.each(cases)('in the $lane lane where mail in doubt is: $policy', async ({ lane, policy }) => {
    const all = await sampled(lane, policy);
    const wrong = all.filter(([, run]) => isWrong(run, policy));
    expect(wrong.map(([seed, { plan, account }]) => ({ seed, plan, account }))).toEqual([]);

    const sum = (figure: 'doubts' | 'redelivered' | 'duplicates') =>
      all.reduce((total, [, { account }]) => total + account[figure], 0);
    // The runs are worth something: workers died, and left doubts.
    expect(sum('redelivered')).toBeGreaterThan(10);
    expect(sum('doubts')).toBeGreaterThan(0);
    expect(sum('duplicates')).toBeLessThanOrEqual(policy === 'hold' ? 0 : sum('doubts'));
  });
});

it('runs the same again for the same seed', async () => {
  const matrix = await matrixOf('notification');
  const again = async () => (await faultRun(matrix, 'notification', 'resend', 151)).trace;
  expect(await again()).toEqual(await again());
});

it.each([
  { lane: 'notification', functions: ['send-notification', 'record-feedback'] },
  { lane: 'campaign', functions: ['plan-campaign', 'send-chunk', 'record-feedback'] },
] as const)(
  'breaks every function of the $lane lane at reads, writes and hand-overs',
  async ({ lane, functions }) => {
    const matrix = await matrixOf(lane);
    expect(new Set(matrix.map((fault) => fault.function))).toEqual(new Set(functions));
    const operations = new Set(matrix.map(({ operation }) => operation));
    expect(operations).toContain('dynamodb:UpdateItem');
    expect(operations).toContain('sqs:SendMessage');
    expect(operations).toContain('ses:SendEmail');
    const ofSes = matrix.filter(({ operation }) => operation === 'ses:SendEmail').map(({ kind }) => kind);
    expect(ofSes).toEqual(expect.arrayContaining(['killBefore', 'killAfter', 'timeoutAfter', 'throttled']));
  },
);
