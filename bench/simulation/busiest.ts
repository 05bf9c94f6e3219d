/** Counts requests to several things, and remembers the busiest period of the busiest one. */
export function busiest(nowMs: () => number, periodMs: number) {
  const things = new Map<string, { period: number; requests: number; most: number }>();
  return {
    add(thing: string): void {
      const period = Math.floor(nowMs() / periodMs);
      const old = things.get(thing);
      const requests = old?.period === period ? old.requests + 1 : 1;
      things.set(thing, { period, requests, most: Math.max(old?.most ?? 0, requests) });
    },
    most: () => Math.max(0, ...[...things.values()].map(({ most }) => most)),
  };
}
