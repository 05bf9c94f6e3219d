import type { Clock } from './clock.ts';
import type { ScheduleTimes } from './schedule-expression.ts';

/**
 * Calls `fire` at each of the schedule's times, until it has none left or is called off.
 *
 * @param onEnd - Called after the last time.
 * @returns What calls it off.
 */
export function recurring(
  times: ScheduleTimes,
  clock: Clock,
  fire: (atMs: number) => void,
  onEnd?: () => void,
): () => void {
  let cancel = (): void => {};
  const plan = (afterMs: number): void => {
    const nextMs = times.next(afterMs);
    if (nextMs === undefined) {
      onEnd?.();
      return;
    }
    cancel = clock.after(Math.max(0, nextMs - clock.nowMs()), () => {
      fire(nextMs);
      plan(nextMs);
    });
  };
  plan(clock.nowMs());
  return () => cancel();
}
