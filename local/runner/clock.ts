/** Time for everything that waits: schedules, retries of asynchronous invocations, delayed SES events. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs `task` once after `delayMs`; returns how to call it off. */
  after(delayMs: number, task: () => void): () => void;
}

/** setTimeout takes at most 2³¹ − 1 ms; longer waits are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of this machine. Its timers do not keep the process alive. */
export const machineClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    let timer: NodeJS.Timeout;
    const wait = (remainingMs: number): void => {
      const stepMs = Math.min(remainingMs, longestTimerMs);
      timer = setTimeout(
        () => (remainingMs > stepMs ? wait(remainingMs - stepMs) : task()),
        Math.max(0, stepMs),
      );
      timer.unref();
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
