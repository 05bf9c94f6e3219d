import type { ReceivedMessage } from '../engines/messaging-calls.ts';
import type { FunctionPool, InvocationResult } from './lambda/function-pool.ts';
import type { QueueDepth, Queues } from './queues.ts';
import { failedMessageIds, sqsEvent } from './sqs-event.ts';
import type { Work } from './work.ts';

export interface EventSourceMappingSettings {
  readonly logicalId: string;
  readonly functionId: string;
  readonly queueArn: string;
  readonly region: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  /** Batches of this mapping that may run at once. */
  readonly maximumConcurrency: number;
}

export interface EventSourceMappingPorts {
  readonly queues: Queues;
  readonly functions: FunctionPool;
  readonly work: Work;
  /** Called once per request to SQS, with the size of the bodies that it carries. */
  readonly countCall: (action: string, payloadBytes?: number) => void;
  readonly log: (line: string) => void;
}

/** SQS gives at most ten messages per request, whatever the batch size. */
const mostPerReceive = 10;
/** The longest long poll of SQS. A waiting poll wakes as soon as a message arrives. */
const longPollSeconds = 20;
/** While a batching window is open, how long to let messages gather between two receives. */
const gatherMs = 100;
/** What one invocation may carry: 6 MB, less room for the envelope of the event. */
const mostBatchBytes = 6 * 1024 * 1024 - 64 * 1024;
/** Rough size of the fields around a body in the event. */
const recordBytes = 1024;
/** How long to wait before offering a batch again to a function that has no concurrency left. */
const throttleWaitMs = 200;

/** Feeds a function from a queue, as Lambda's own pollers do. */
export class EventSourceMapping {
  readonly settings: EventSourceMappingSettings;
  readonly #ports: EventSourceMappingPorts;
  /** Received, but too much for the batch underway. */
  #carried: ReceivedMessage[] = [];
  #running = 0;
  #emptyReceives = 0;
  #slotFreed: (() => void) | undefined;
  #stopped = false;

  constructor(settings: EventSourceMappingSettings, ports: EventSourceMappingPorts) {
    this.settings = settings;
    this.#ports = ports;
  }

  start(): void {
    void this.#poll();
  }

  /** No further batch begins; a receive that is waiting ends with the queue engine. */
  stop(): void {
    this.#stopped = true;
    this.#slotFreed?.();
  }

  /** Receives that found nothing: they are paid for as well. */
  get emptyReceives(): number {
    return this.#emptyReceives;
  }

  depth(): Promise<QueueDepth> {
    return this.#ports.queues.depth(this.settings.queueArn);
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      if (this.#running >= this.settings.maximumConcurrency) {
        await new Promise<void>((resolve) => {
          this.#slotFreed = resolve;
        });
        continue;
      }
      const batch = await this.#gather();
      if (batch.length > 0 && !this.#stopped) {
        this.#running += 1;
        void this.#ports.work.track(this.#run(batch)).finally(() => {
          this.#running -= 1;
          this.#slotFreed?.();
        });
      }
    }
  }

  async #run(batch: readonly ReceivedMessage[]): Promise<void> {
    try {
      await this.#deliver(batch);
    } catch (error) {
      // The messages stay on the queue and come back when their visibility timeout ends.
      if (!this.#stopped) {
        this.#ports.log(`${this.settings.logicalId}: ${String(error)}`);
      }
    }
  }

  async #gather(): Promise<ReceivedMessage[]> {
    const batch: ReceivedMessage[] = [];
    let bytes = 0;
    let deadlineMs = Number.POSITIVE_INFINITY;
    const offer = (message: ReceivedMessage): void => {
      const size = Buffer.byteLength(JSON.stringify(message.Body)) + recordBytes;
      if (batch.length > 0 && bytes + size > mostBatchBytes) {
        this.#carried.push(message);
        return;
      }
      batch.push(message);
      bytes += size;
      deadlineMs = Math.min(deadlineMs, Date.now() + this.settings.windowSeconds * 1000);
    };
    this.#carried.splice(0).forEach(offer);
    while (!this.#stopped && batch.length < this.settings.batchSize && this.#carried.length === 0) {
      const wanted = Math.min(mostPerReceive, this.settings.batchSize - batch.length);
      const received = await this.#receive(wanted, batch.length === 0 ? longPollSeconds : 0);
      received.forEach(offer);
      const remainingMs = deadlineMs - Date.now();
      if (batch.length > 0 && remainingMs <= 0) {
        break;
      }
      if (batch.length > 0 && received.length < wanted) {
        await new Promise((resolve) => setTimeout(resolve, Math.min(gatherMs, remainingMs)));
      }
    }
    return batch;
  }

  async #receive(most: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    try {
      const messages = await this.#ports.queues.receive(this.settings.queueArn, most, waitSeconds);
      this.#ports.countCall(
        'sqs:ReceiveMessage',
        messages.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0),
      );
      if (messages.length === 0) {
        this.#emptyReceives += 1;
      }
      return messages;
    } catch (error) {
      if (this.#stopped) {
        return [];
      }
      throw error;
    }
  }

  async #deliver(batch: readonly ReceivedMessage[]): Promise<void> {
    const { functionId, queueArn, region, reportBatchItemFailures } = this.settings;
    const payload = JSON.stringify(sqsEvent(batch, queueArn, region));
    let result: InvocationResult = { outcome: 'throttled' };
    while (result.outcome === 'throttled' && !this.#stopped) {
      result = await this.#ports.functions.invoke(functionId, payload);
      if (result.outcome === 'throttled' && !this.#stopped) {
        await new Promise((resolve) => setTimeout(resolve, throttleWaitMs));
      }
    }
    if (this.#stopped || result.outcome === 'throttled' || result.functionError !== undefined) {
      return;
    }
    const failed = reportBatchItemFailures ? failedMessageIds(result.payload, batch) : new Set<string>();
    const done = batch.filter((message) => !failed.has(message.MessageId));
    for (let start = 0; start < done.length; start += mostPerReceive) {
      this.#ports.countCall('sqs:DeleteMessageBatch');
      const handles = done.slice(start, start + mostPerReceive).map((message) => message.ReceiptHandle);
      await this.#ports.queues.delete(queueArn, handles);
    }
  }
}
