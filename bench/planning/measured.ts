/** What a process says of its work. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of all of the process: the largest resident set it ever had. */
  readonly peakMemoryBytes: number;
}

/** Does the work, and prints what it took as JSON. */
export async function measured(work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const result: Measured = {
    seconds: (performance.now() - startMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(JSON.stringify(result));
}
