import type { Plan } from '../../bench/faults/fault.ts';
import { faultRun, type Lane, lanes, matrixOf, policies, type Run } from '../../bench/faults/matrix.ts';
import { simulatedStack } from '../../bench/faults/stack.ts';
import { withTables } from '../../bench/faults/tables.ts';
import { startMs, World } from '../../bench/faults/world.ts';
import { isWrong } from '../../bench/faults.ts';
import { seededRandom } from '../../local/ses/seeded-random.ts';

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

it.each(['killBefore', 'killAfter'] as const)(
  'sends a one-time password again within about a minute when its sender died: %s',
  async (kind) => {
    const fault = { function: 'send-notification', operation: 'ses:SendEmail', nth: 1, kind } as const;
    const plan: Plan = { faults: [fault], eventFates: ['lost'], twins: new Set(), skewMs: 2_000 };
    const world = new World(plan, seededRandom(1));
    await withTables(
      async () => {
        const { notifications } = simulatedStack(world, 'resend');
        const asked = { template: 'password', recipient: { address: 'someone@example.com' } };
        notifications.put(JSON.stringify({ notificationId: 'otp', ...asked, data: { code: '123456' } }));
        await world.clock.run(startMs + 600_000);
      },
      () => {},
    );
    const accepted = world.trace.filter((line) => line.includes('SES accepts'));
    expect(accepted).toHaveLength(kind === 'killBefore' ? 1 : 2);
    const seconds = Number.parseFloat(accepted.at(-1) ?? '');
    expect(seconds).toBeGreaterThan(45);
    expect(seconds).toBeLessThan(62);
  },
);

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
