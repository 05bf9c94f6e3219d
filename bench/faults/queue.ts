import type { SQSRecord } from 'aws-lambda';
import type { Queue } from '../../aws/queue.ts';
import { sqsRecord } from '../../test/functions/in-memory-ports.ts';
import type { Ending, World } from './world.ts';

export interface SimulatedQueueSettings {
  readonly name: string;
  readonly visibilityTimeoutMs: number;
  readonly maxReceiveCount: number;
  readonly handle: (record: SQSRecord) => Promise<Ending>;
}

/** A message that was given up, and whether a function did so: poison. Otherwise SQS, after too many receives. */
export interface DeadLetter {
  readonly body: string;
  readonly poison: boolean;
}

interface Message {
  readonly body: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  receives: number;
  deleted: boolean;
}

/** A standard queue with the event source mapping of its function, one message at a time. */
export class SimulatedQueue {
  readonly dead: DeadLetter[] = [];
  /** Deliveries after the first of each message: faults cause them, waiting does not. */
  redeliveries = 0;
  readonly #world: World;
  readonly #settings: SimulatedQueueSettings;
  #messages = 0;

  constructor(world: World, settings: SimulatedQueueSettings) {
    this.#world = world;
    this.#settings = settings;
  }

  /** Puts a message on the queue. */
  put(body: string, delayMs = 0, attributes: Readonly<Record<string, string>> = {}): string {
    const id = `${this.#settings.name}-${++this.#messages}`;
    const message = { body, attributes, id, receives: 0, deleted: false };
    this.#world.clock.at(delayMs + this.#world.between(1, 20), () => this.#deliver(message));
    return message.id;
  }

  /** As `aws/queue.ts`, for a worker. */
  async send(
    body: string,
    { delaySeconds = 0, attributes = {} }: Parameters<Queue['send']>[1] = {},
  ): Promise<string> {
    return await this.#world.call('sqs:SendMessage', () => this.put(body, delaySeconds * 1000, attributes));
  }

  /** As `aws/queue.ts`, for a worker. */
  async sendAll(bodies: readonly string[]): Promise<void> {
    await this.#world.call('sqs:SendMessageBatch', () => {
      for (const body of bodies) {
        this.put(body);
      }
    });
  }

  /** The dead-letter queue, for a worker. */
  readonly deadLetterQueue = {
    send: async (body: string): Promise<string> =>
      await this.#world.call('sqs:SendMessage', () => `dead-${this.dead.push({ body, poison: true })}`),
  };

  #deliver(message: Message): void {
    if (message.deleted) {
      return;
    }
    if (message.receives >= this.#settings.maxReceiveCount) {
      this.dead.push({ body: message.body, poison: false });
      this.#world.note(`${message.id} given up`);
      return;
    }
    this.redeliveries += message.receives > 0 ? 1 : 0;
    const twice = this.#world.isTwin();
    for (let n = 0; n < (twice ? 2 : 1); n++) {
      message.receives++;
      this.#world.note(`${message.id} received, ${message.receives}`);
      this.#world.clock.start(this.#invoke(message, message.receives));
    }
    this.#world.clock.at(this.#settings.visibilityTimeoutMs, () => this.#deliver(message));
  }

  async #invoke(message: Message, receives: number): Promise<void> {
    const { body, id, attributes } = message;
    const ending = await this.#settings.handle(sqsRecord(body, id, { attributes, receives }));
    if (ending === 'returned') {
      message.deleted = true;
    }
  }
}
