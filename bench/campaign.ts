import type { Benchmark } from './main.ts';
import { measurePlanning } from './planning/measure.ts';
import { withAssembly } from './send/running-stack.ts';

const defaultSizes = [10_000, 100_000, 1_000_000];

/** Up to this many rows, planning is over so fast that one round says little. */
const fewRows = 100_000;

export const benchmark: Benchmark = {
  about:
    'planning a campaign: csvParseRatio is the time of the whole planner over that of csv-parse alone on the same file. ' +
    'Arguments are numbers of rows.',
  async *run(args) {
    const sizes = args.length === 0 ? defaultSizes : args.map(Number);
    for (const rows of sizes) {
      const planning = await withAssembly((directory) =>
        measurePlanning(directory, rows, rows > fewRows ? 1 : 3),
      );
      yield { ...planning };
    }
  },
};
