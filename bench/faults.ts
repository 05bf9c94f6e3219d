import { parseArgs } from 'node:util';
import type { InDoubtPolicy } from '../domain/in-doubt.ts';
import type { Account } from './faults/account.ts';
import { faultRun, lanes, matrixOf, policies, type Run } from './faults/matrix.ts';
import type { Benchmark, Row } from './main.ts';

/** Of each lane and policy: every fault at every step once at least. */
const defaultRuns = 1_500;

const figures = [
  'mails',
  'lost',
  'duplicates',
  'unexplainedDuplicates',
  'doubts',
  'misreported',
  'unsettled',
  'unknown',
  'deadLettered',
  'poisonLost',
  'redelivered',
] as const satisfies readonly (keyof Account)[];

/** Figures that a single run must not have. */
const wrong = [
  'lost',
  'unexplainedDuplicates',
  'misreported',
  'unsettled',
  'deadLettered',
  'poisonLost',
] as const satisfies readonly (keyof Account)[];

export function isWrong({ account }: Run, policy: InDoubtPolicy): boolean {
  return wrong.some((figure) => account[figure] > 0) || (policy === 'hold' && account.duplicates > 0);
}

export const benchmark: Benchmark = {
  about:
    'Every step of both lanes with every fault, in virtual time; what SES accepted against what is reported: ' +
    'npm run bench -- faults [--runs N] [--lane notification|campaign] [--policy hold|resend] [--seed N] [--json]. ' +
    'The trace of a run that is wrong, or that is asked for by its seed, goes to the standard error.',
  async *run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: String(defaultRuns) },
        lane: { type: 'string' },
        policy: { type: 'string' },
        seed: { type: 'string' },
      },
    });
    const seeds =
      values.seed === undefined
        ? Array.from({ length: Number(values.runs) }, (_, seed) => seed)
        : [Number(values.seed)];
    for (const lane of lanes.filter((each) => each === (values.lane ?? each))) {
      const matrix = await matrixOf(lane);
      for (const policy of policies.filter((each) => each === (values.policy ?? each))) {
        const sums: Record<string, number> = Object.fromEntries(figures.map((figure) => [figure, 0]));
        const failingSeeds: number[] = [];
        for (const seed of seeds) {
          const run = await faultRun(matrix, lane, policy, seed);
          for (const figure of figures) {
            sums[figure] = (sums[figure] ?? 0) + run.account[figure];
          }
          if (isWrong(run, policy)) {
            failingSeeds.push(seed);
          }
          if (values.seed !== undefined || (isWrong(run, policy) && failingSeeds.length === 1)) {
            process.stderr.write(traceOf(run, `${lane} ${policy} seed ${seed}`));
          }
        }
        const row: Row = { lane, policy, runs: seeds.length, faults: matrix.length, ...sums };
        yield failingSeeds.length === 0 ? row : { ...row, failingSeeds: failingSeeds.slice(0, 20).join(' ') };
      }
    }
  },
};

function traceOf({ plan, account, trace }: Run, title: string): string {
  const { faults, eventFates, twins, skewMs } = plan;
  const head = { faults, eventFates: eventFates.join(' '), twins: [...twins], skewMs, account };
  return `${title}\n${JSON.stringify(head, undefined, 2)}\n${trace.join('\n')}\n\n`;
}
