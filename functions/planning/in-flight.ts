/**
 * Runs tasks side by side, up to `limit` of them: what is next is made while earlier ones are written. After one has failed nothing
 * more is begun, and both methods throw what it threw.
 */
export function inFlight(limit: number) {
  const running = new Set<Promise<void>>();
  let failed: { readonly error: unknown } | undefined;

  function throwFailure(): void {
    if (failed !== undefined) {
      throw failed.error;
    }
  }

  /** Resolves when there is room for another one. */
  async function begin(task: () => Promise<void>): Promise<void> {
    throwFailure();
    const run = task()
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => running.delete(run));
    running.add(run);
    while (running.size >= limit) {
      await Promise.race(running);
    }
    throwFailure();
  }

  /** Resolves when all tasks have ended well. */
  async function allDone(): Promise<void> {
    await allEnded();
    throwFailure();
  }

  /** Resolves when nothing goes on any more, however it ended. */
  async function allEnded(): Promise<void> {
    while (running.size > 0) {
      await Promise.race(running);
    }
  }

  return { begin, allDone, allEnded };
}

export type InFlight = ReturnType<typeof inFlight>;
