import { setTimeout } from 'node:timers/promises';

/** Waits inside a Lambda: for seconds at most, longer waits go back to the queue. */
export async function sleep(ms: number): Promise<void> {
  await setTimeout(Math.max(0, ms));
}

export function nowMs(): number {
  return Date.now();
}
