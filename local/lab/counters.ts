/** How often something happened in the last minute, by key. */
interface Count {
  add(key: string): void;
  of(key: string): number;
}

/** What a receiver remembers of its clients. */
export interface Counters {
  readonly mails: Count;
  readonly unknown: Count;
  /** Since the key was first asked about; 0 the first time. */
  msSinceFirst(key: string): number;
}

const minuteMs = 60_000;

export function createCounters(nowMs: () => number): Counters {
  const firstSeenMs = new Map<string, number>();
  return {
    mails: createCount(nowMs),
    unknown: createCount(nowMs),
    msSinceFirst(key) {
      const first = firstSeenMs.get(key) ?? nowMs();
      firstSeenMs.set(key, first);
      return nowMs() - first;
    },
  };
}

function createCount(nowMs: () => number): Count {
  const timesMs = new Map<string, number[]>();
  const recent = (key: string): number[] => {
    const times = timesMs.get(key) ?? [];
    timesMs.set(key, times);
    for (let oldest = times[0]; oldest !== undefined && nowMs() - oldest >= minuteMs; oldest = times[0]) {
      times.shift();
    }
    return times;
  };
  return {
    add: (key) => void recent(key).push(nowMs()),
    of: (key) => recent(key).length,
  };
}
