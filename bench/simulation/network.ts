import type { VirtualClock } from './virtual-clock.ts';

/** How long the services of AWS take to answer, in milliseconds; each figure is drawn anew for each call. */
export type Network = ReturnType<typeof network>;

/** @param random - At least 0, less than 1. */
export function network(clock: VirtualClock, random: () => number) {
  const between = (least: number, most: number) => () => least + random() * (most - least);

  /** A call takes effect half-way through its time. */
  function slow<Args extends readonly unknown[], Result>(
    latencyMs: () => number,
    call: (...args: Args) => Result | Promise<Result>,
  ) {
    return async (...args: Args): Promise<Result> => {
      const half = latencyMs() / 2;
      await clock.sleep(half);
      const result = await call(...args);
      await clock.sleep(half);
      return result;
    };
  }

  return {
    random,
    slow,
    /** Time until the next of events that happen independently of each other, in milliseconds. */
    untilNextMs: (perSecond: number) => (-Math.log(1 - random()) * 1000) / perSecond,
    latencies: {
      dynamodb: between(5, 11),
      transaction: between(12, 24),
      s3: between(20, 50),
      ses: between(20, 80),
      sqsSend: between(5, 20),
      /** From a message being visible to the function being called with it. */
      delivery: between(10, 30),
      coldStart: between(400, 900),
      getAccount: between(60, 140),
    },
  };
}
