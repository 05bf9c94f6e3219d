import type { InDoubtPolicy } from '../../domain/in-doubt.ts';
import { seededRandom } from '../../local/ses/seeded-random.ts';
import type { Account } from './account.ts';
import { campaignScene } from './campaign-scene.ts';
import { eventFates, type Fault, faultsAt, type Plan, type Step } from './fault.ts';
import { notificationScene } from './notification-scene.ts';
import { simulatedStack } from './stack.ts';
import { type Heard, withTables } from './tables.ts';
import { World } from './world.ts';

export const lanes = ['notification', 'campaign'] as const;
export type Lane = (typeof lanes)[number];
export const policies: readonly InDoubtPolicy[] = ['hold', 'resend'];

export interface Run {
  readonly plan: Plan;
  readonly account: Account;
  /** What happened, a line for each call and each end. */
  readonly trace: readonly string[];
  readonly steps: readonly Step[];
}

const scenes = { notification: notificationScene, campaign: campaignScene };

async function runOf(
  lane: Lane,
  policy: InDoubtPolicy,
  plan: Plan,
  seed: number,
  heard: Heard = () => {},
): Promise<Run> {
  const world = new World(plan, seededRandom(seed));
  const account = await withTables(() => scenes[lane](simulatedStack(world, policy), 'run'), heard);
  return { plan, account, trace: world.trace, steps: world.steps };
}

/** Every fault at every step that a run takes in which nothing goes wrong. */
export async function matrixOf(lane: Lane): Promise<readonly Fault[]> {
  const quiet = await runOf(
    lane,
    'hold',
    { faults: [], eventFates: ['prompt'], twins: new Set(), skewMs: 0 },
    1,
  );
  return quiet.steps.flatMap((step) => faultsAt(step.operation).map((kind) => ({ ...step, kind })));
}

/** One run of the matrix: the fault whose turn it is, with others that the seed draws. */
export async function faultRun(
  matrix: readonly Fault[],
  lane: Lane,
  policy: InDoubtPolicy,
  seed: number,
  heard?: Heard,
): Promise<Run> {
  return await runOf(lane, policy, planOf(matrix, seed), seed, heard);
}

function planOf(matrix: readonly Fault[], seed: number): Plan {
  const random = seededRandom(seed + 1_000_003);
  const oneOf = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(random() * choices.length)];
  const first = matrix[seed % matrix.length];
  const second = random() < 0.5 ? oneOf(matrix) : undefined;
  const twins = random() < 0.5 ? 0 : Math.ceil(random() * 2);
  return {
    // The second comes later than the steps of the quiet run reach, as often as not: at what the first one made necessary.
    faults: [
      ...(first === undefined ? [] : [first]),
      ...(second === undefined ? [] : [{ ...second, nth: second.nth + Math.floor(random() * 4) }]),
    ],
    eventFates: Array.from({ length: 12 }, () => oneOf(eventFates) ?? 'prompt'),
    twins: new Set(Array.from({ length: twins }, () => 1 + Math.floor(random() * 25))),
    skewMs: oneOf([0, 50, 2_000]) ?? 0,
  };
}
