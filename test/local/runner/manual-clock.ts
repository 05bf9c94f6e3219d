import type { Clock } from '../../../local/runner/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Runs everything that falls due on the way, in order. */
  advance(ms: number): Promise<void>;
}

export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<{ atMs: number; task: () => void }>();
  return {
    nowMs: () => nowMs,
    after(delayMs, task) {
      const entry = { atMs: nowMs + delayMs, task };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...waiting].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) {
          nowMs = endMs;
          return;
        }
        waiting.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.task();
        await Promise.resolve();
      }
    },
  };
}
