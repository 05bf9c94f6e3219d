/** Counts what is underway outside the queues, so that the pipeline knows when nothing is left to do. */
export class Work {
  #pending = 0;
  #started = 0;

  /** Pieces of work that have not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** Grows with every piece of work: two equal readings mean that nothing began between them. */
  get started(): number {
    return this.#started;
  }

  async track<T>(work: Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work;
    } finally {
      end();
    }
  }

  /** Returns what ends the piece of work. */
  begin(): () => void {
    this.#pending += 1;
    this.#started += 1;
    return () => {
      this.#pending -= 1;
    };
  }
}
