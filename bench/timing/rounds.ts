/** Something to time; what it returns is added up, so that nothing of it can be left out. */
export type Timed = () => number | Promise<number>;

/**
 * Times several things by turns, in rounds of a few milliseconds each, so that whatever else the machine does meets
 * all of them alike. Each is warmed up, and then runs as often in a round as fits into its slice.
 *
 * @param seconds - How long all rounds take together, about.
 * @returns For each, milliseconds of CPU time of this process for one run, by round.
 */
export async function rounds<Name extends string>(
  seconds: number,
  timed: Readonly<Record<Name, Timed>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(timed) as Name[];
  const runs = new Map<Name, number>();
  for (const name of names) runs.set(name, await warmedUp(timed[name]));
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const until = performance.now() + seconds * 1000;
  for (let round = 0; round < minRounds || performance.now() < until; round++) {
    // Another order every time: whoever comes after the garbage of another pays for it.
    for (const name of names.map((_, i) => names[(i + round) % names.length] ?? names[0])) {
      if (name === undefined) continue;
      times[name].push(await timeOf(timed[name], runs.get(name) ?? 1));
    }
  }
  return times;
}

const minRounds = 11;
const sliceMs = 15;

/** @returns How many runs fill a slice. */
async function warmedUp(run: Timed): Promise<number> {
  for (let runs = 1; ; runs *= 2) {
    const ms = (await timeOf(run, runs)) * runs;
    if (ms >= 10 * sliceMs) return Math.max(1, Math.round((runs * sliceMs) / ms));
  }
}

let sum = 0;

async function timeOf(run: Timed, runs: number): Promise<number> {
  const start = process.cpuUsage();
  for (let i = 0; i < runs; i++) {
    const result = run();
    sum += typeof result === 'number' ? result : await result;
  }
  const { user, system } = process.cpuUsage(start);
  if (Number.isNaN(sum)) throw new Error('something that was timed gave no number');
  return (user + system) / 1000 / runs;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
