import type { Benchmark } from './main.ts';
import { measurePlanning } from './planning/measure.ts';
import { withAssembly } from './send/running-stack.ts';

const defaultSizes = [10_000, 100_000, 1_000_000];

/** The medians of so many rounds count. */
const rounds = 3;

export const benchmark: Benchmark = {
  about:
    'planning a campaign: csvParseRatio is the time of the whole planner over that of csv-parse alone on the same file, with its ' +
    'defaults and without columns, which is its fastest way; csvParseCpuRatio is the same in CPU time, which other work on the ' +
    'machine changes less. Arguments are numbers of rows.',
  async *run(args) {
    const sizes = args.length === 0 ? defaultSizes : args.map(Number);
    for (const rows of sizes) {
      const planning = await withAssembly((directory) => measurePlanning(directory, rows, rounds));
      yield { ...planning };
    }
  },
};
