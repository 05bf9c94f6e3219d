import { AsyncLocalStorage } from 'node:async_hooks';
import { type VirtualClock, virtualClock } from '../simulation/virtual-clock.ts';
import type { FaultKind, FunctionName, Plan, Step } from './fault.ts';

/** A Lambda environment with one invocation. */
export interface Worker {
  readonly function: FunctionName;
  readonly number: number;
  readonly world: World;
  /** What its clock is off by. */
  readonly offsetMs: number;
  dead: boolean;
  /** Writes to the deliveries table that took effect, ledgers of chunks among them. */
  recorded: number;
  die: () => void;
}

const workers = new AsyncLocalStorage<Worker>();

/** The worker whose code runs now; none while a run is prepared or looked at. */
export function currentWorker(): Worker | undefined {
  return workers.getStore();
}

/** How an invocation ended. */
export type Ending = 'returned' | 'threw' | 'died';

/** When runs begin. */
export const startMs = Date.UTC(2026, 10, 24, 9);

/** The answer of a service to somebody who is dead, or never gets it. */
const never = new Promise<never>(() => {});

/** One run: its time, its workers and what goes wrong with them. */
export class World {
  readonly clock: VirtualClock = virtualClock(startMs);
  readonly plan: Plan;
  readonly random: () => number;
  /** Calls so far, for the list of steps that faults are injected at. */
  readonly steps: Step[] = [];
  readonly trace: string[] = [];
  readonly #counts = new Map<string, number>();
  #workers = 0;
  #deliveries = 0;

  constructor(plan: Plan, random: () => number) {
    this.plan = plan;
    this.random = random;
  }

  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  note(what: string): void {
    const worker = currentWorker();
    const who = worker === undefined ? '' : ` ${worker.function}/${worker.number}`;
    this.trace.push(`${((this.clock.nowMs() - startMs) / 1000).toFixed(3)}${who} ${what}`);
  }

  /** Whether the next delivery of a message happens twice at once. */
  isTwin(): boolean {
    return this.plan.twins.has(++this.#deliveries);
  }

  /** Runs a function in a worker of its own; never rejects. */
  async work(
    name: FunctionName,
    timeoutMs: number,
    handle: (worker: Worker) => Promise<void>,
  ): Promise<Ending> {
    const offsetMs = this.between(-this.plan.skewMs, this.plan.skewMs);
    const number = ++this.#workers;
    return await new Promise<Ending>((resolve) => {
      const worker: Worker = {
        function: name,
        number,
        world: this,
        offsetMs,
        dead: false,
        recorded: 0,
        die: () => {},
      };
      const end = (ending: Ending, why = ''): void => {
        if (!worker.dead) {
          worker.dead = true;
          workers.run(worker, () => this.note(`${ending}${why}`));
          resolve(ending);
        }
      };
      worker.die = () => end('died');
      this.clock.at(timeoutMs, worker.die);
      workers.run(worker, () => {
        handle(worker).then(
          () => end('returned'),
          (fault: unknown) => end('threw', `: ${fault instanceof Error ? fault.message : String(fault)}`),
        );
      });
    });
  }

  /**
   * A call of AWS: takes its time and what is planned to go wrong with it. Outside of workers nothing goes wrong.
   *
   * @param effect - What the service does; faults of SES are its own business.
   */
  async call<T>(operation: string, effect: (fault: FaultKind | undefined) => T | Promise<T>): Promise<T> {
    const worker = currentWorker();
    if (worker === undefined) {
      return await effect(undefined);
    }
    const fault = this.#faultOf(worker, operation);
    if (worker.dead || fault === 'killBefore') {
      worker.die();
      return await never;
    }
    await this.clock.sleep(this.between(1, 8));
    if (worker.dead) {
      return await never;
    }
    if (fault === 'failBefore') {
      throw new Error(`${operation} failed, as planned`);
    }
    let outcome = await settled(effect(fault));
    if (fault === 'repeat') {
      await this.clock.sleep(this.between(50, 200));
      if (worker.dead) {
        return await never;
      }
      outcome = await settled(effect(fault));
    }
    if (fault === 'killAfter') {
      worker.die();
      return await never;
    }
    await this.clock.sleep(this.between(1, 8));
    if (worker.dead) {
      return await never;
    }
    if (fault === 'failAfter') {
      throw new Error(`${operation} failed after it had taken effect, as planned`);
    }
    if ('error' in outcome) {
      throw outcome.error;
    }
    return outcome.value;
  }

  #faultOf(worker: Worker, operation: string): FaultKind | undefined {
    const key = `${worker.function} ${operation}`;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    this.steps.push({ function: worker.function, operation, nth });
    const fault = this.plan.faults.find(
      (each) => each.function === worker.function && each.operation === operation && each.nth === nth,
    );
    this.note(`${operation} #${nth}${fault === undefined ? '' : ` ${fault.kind.toUpperCase()}`}`);
    return fault?.kind;
  }
}

async function settled<T>(effect: T | Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await effect };
  } catch (error) {
    return { error };
  }
}
