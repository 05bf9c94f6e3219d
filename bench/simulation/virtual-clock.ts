import { setImmediate } from 'node:timers/promises';

/** Events of the same tick happen in one turn of the real event loop. */
const ticksPerMs = 10;

export type VirtualClock = ReturnType<typeof virtualClock>;

/**
 * Time that passes only from event to event: code that waits on nothing but this clock runs as if in real time, thousands of
 * times faster. Before time goes on, all that was awoken has run until it waits again.
 *
 * @param startMs - Epoch milliseconds.
 */
export function virtualClock(startMs: number) {
  const heap = minHeap();
  const due = new Map<number, (() => void)[]>();
  let tick = Math.round(startMs * ticksPerMs);
  let failure: { readonly fault: unknown } | undefined;

  function at(ms: number, event: () => void): void {
    const when = tick + Math.max(1, Math.round(ms * ticksPerMs));
    const events = due.get(when);
    if (events === undefined) {
      due.set(when, [event]);
      heap.push(when);
    } else {
      events.push(event);
    }
  }

  return {
    nowMs: () => tick / ticksPerMs,
    /** Lets something happen `ms` from now. */
    at,
    sleep: async (ms: number): Promise<void> => await new Promise((resolve) => at(ms, resolve)),
    /** Starts what nobody waits for; its fault ends the run. */
    start: (work: Promise<void>): void => {
      work.catch((fault: unknown) => {
        failure ??= { fault };
      });
    },
    /** @returns when the clock shows `untilMs`, with whatever is not finished left as it is */
    async run(untilMs: number): Promise<void> {
      const last = Math.round(untilMs * ticksPerMs);
      for (let next = heap.least(); next !== undefined && next <= last; next = heap.least()) {
        heap.pop();
        tick = next;
        const events = due.get(next) ?? [];
        due.delete(next);
        for (const event of events) {
          event();
        }
        await setImmediate();
        if (failure !== undefined) {
          throw failure.fault;
        }
      }
      tick = last;
    },
  };
}

/** A binary heap of numbers, the least on top. */
function minHeap() {
  const items: number[] = [];
  const value = (i: number) => items[i] ?? Number.POSITIVE_INFINITY;
  const swap = (i: number, j: number) => {
    [items[i], items[j]] = [value(j), value(i)];
  };
  return {
    least: () => items[0],
    push(item: number): void {
      let i = items.push(item) - 1;
      for (let parent = (i - 1) >> 1; i > 0 && value(parent) > item; i = parent, parent = (i - 1) >> 1) {
        swap(i, parent);
      }
    },
    pop(): void {
      const last = items.pop();
      if (last === undefined || items.length === 0) {
        return;
      }
      items[0] = last;
      for (let i = 0; ; ) {
        const child = value(2 * i + 1) <= value(2 * i + 2) ? 2 * i + 1 : 2 * i + 2;
        if (value(child) >= last) {
          return;
        }
        swap(i, child);
        i = child;
      }
    },
  };
}
