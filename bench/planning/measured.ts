import { readFileSync } from 'node:fs';

/** What a process says of its work. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of all of the process: the largest resident set it ever had. */
  readonly peakMemoryBytes: number;
}

/** Does the work, and prints as JSON what it took, with what `facts` says afterwards. */
export async function measured(
  work: () => Promise<void>,
  facts: () => Promise<object> = async () => ({}),
): Promise<void> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const result: Measured = {
    seconds: (performance.now() - startMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMemoryBytes: peakResidentBytes(),
  };
  process.stdout.write(JSON.stringify({ ...result, ...(await facts()) }));
}

/**
 * Linux hands a parent's `maxRSS` on to its children, so that there a small process under a large test runner would look large. `VmHWM`
 * begins anew with the program.
 */
function peakResidentBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kibibytes) * 1024;
}
