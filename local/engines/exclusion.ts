/** Many may share, one may have it alone. Waiting takes turns: nobody is passed over for ever. */
export interface Exclusion {
  shared<T>(task: () => Promise<T>): Promise<T>;
  exclusive<T>(task: () => Promise<T>): Promise<T>;
}

export function createExclusion(): Exclusion {
  let running = 0;
  let alone = false;
  const waiting: { exclusive: boolean; start: () => void }[] = [];

  function startNext(): void {
    for (;;) {
      const next = waiting[0];
      if (next === undefined || alone || (next.exclusive && running > 0)) return;
      waiting.shift();
      running += 1;
      alone = next.exclusive;
      next.start();
    }
  }

  async function run<T>(exclusive: boolean, task: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      waiting.push({ exclusive, start });
      startNext();
    });
    try {
      return await task();
    } finally {
      running -= 1;
      if (exclusive) alone = false;
      startNext();
    }
  }

  return {
    shared: (task) => run(false, task),
    exclusive: (task) => run(true, task),
  };
}
