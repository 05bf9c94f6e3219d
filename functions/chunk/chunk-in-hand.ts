import type { ChunkLedger } from '../../aws/chunk-ledgers.ts';
import type { Campaign, ChunkTotals } from '../../domain/campaign/campaign.ts';
import {
  nextUntried,
  type Outcome,
  type Outcomes,
  stopUntried,
  withOutcomes,
} from '../../domain/campaign/chunk-ledger.ts';
import type { ChunkWork, SendChunkPorts } from './chunk-work.ts';

/** The ledger of a chunk in the hand of one worker. */
export class ChunkInHand {
  outcomes: Outcomes;
  #version: number;
  readonly resends: number;
  /** What the metrics know of it. */
  readonly counted: ChunkTotals | undefined;
  readonly #resumes: number;
  readonly #ports: SendChunkPorts;
  readonly #work: ChunkWork;

  constructor(ports: SendChunkPorts, work: ChunkWork, { outcomes, version, resends, counted }: ChunkLedger) {
    this.#ports = ports;
    this.#work = work;
    this.outcomes = outcomes;
    this.#version = version;
    this.resends = resends;
    this.counted = counted;
    this.#resumes = work.campaign.resumes;
  }

  set(changes: ReadonlyMap<number, Outcome>): void {
    this.outcomes = withOutcomes(this.outcomes, changes);
  }

  /** Those who are to be sent to, in their order. */
  untried(): number[] {
    return nextUntried(this.outcomes, this.outcomes.length);
  }

  /** Gives up those whom the campaign does not go to any more: all of a cancelled one, else those at providers that were stopped. */
  stop({ state, stops = {} }: Campaign): void {
    const { providers } = this.#work;
    const isStopped = (index: number) =>
      state === 'cancelled' || stops[providers[index] ?? 'other'] !== undefined;
    this.outcomes = stopUntried(this.outcomes, this.untried().filter(isStopped));
  }

  /** @returns false when another worker wrote it since */
  async put(leaseUntilMs: number, resends = this.resends): Promise<boolean> {
    const { outcomes } = this;
    const next = { outcomes, leaseUntilMs, done: false, resends, resumes: this.#resumes };
    const held = await this.#ports.ledgers.write(this.#work.ledgerId, this.#version, next);
    this.#version++;
    return held;
  }

  /** The update that closes it. */
  closing() {
    const { outcomes, resends } = this;
    return this.#ports.ledgers.update(this.#work.ledgerId, this.#version, {
      outcomes,
      resends,
      resumes: this.#resumes,
      leaseUntilMs: 0,
      done: true,
    });
  }
}
