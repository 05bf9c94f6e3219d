import type { SQSRecord } from 'aws-lambda';
import { sqsRecord } from '../../test/functions/in-memory-ports.ts';
import type { Network } from './network.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A Lambda environment: handles a record, with the caches that it has kept from earlier ones. */
export type Environment = (record: SQSRecord) => Promise<void>;

export interface LambdaQueueSettings {
  readonly batchSize: number;
  readonly maxConcurrency: number;
}

/** Lambda takes an environment away that was idle for so long. */
const idleMs = 600_000;

export type LambdaQueue = ReturnType<typeof lambdaQueue>;

/** A queue and the function that its event source mapping calls; the mapping has scaled up to its limit already. */
export function lambdaQueue(
  clock: VirtualClock,
  { slow, latencies }: Pick<Network, 'slow' | 'latencies'>,
  { batchSize, maxConcurrency }: LambdaQueueSettings,
  createEnvironment: () => Environment,
) {
  /** Bodies; those before `head` are taken. */
  let visible: string[] = [];
  let head = 0;
  let messages = 0;
  let running = 0;
  /** The one used last is used next. */
  const idle: { readonly environment: Environment; readonly sinceMs: number }[] = [];

  function put(body: string): void {
    visible.push(body);
    deliver();
  }

  function deliver(): void {
    while (head < visible.length && running < maxConcurrency) {
      running++;
      const bodies = visible.slice(head, head + batchSize);
      head += bodies.length;
      if (head === visible.length) {
        visible = [];
        head = 0;
      }
      clock.start(invoke(bodies));
    }
  }

  async function invoke(bodies: readonly string[]): Promise<void> {
    const warm = idle.pop();
    const isWarm = warm !== undefined && warm.sinceMs > clock.nowMs() - idleMs;
    const environment = isWarm ? warm.environment : createEnvironment();
    await clock.sleep(latencies.delivery() + (isWarm ? 0 : latencies.coldStart()));
    await Promise.all(bodies.map((body) => environment(sqsRecord(body, `m${messages++}`))));
    idle.push({ environment, sinceMs: clock.nowMs() });
    running--;
    deliver();
  }

  return {
    /** As `aws/queue.ts`. */
    send: slow(
      latencies.sqsSend,
      async (body: string, { delaySeconds = 0 }: { readonly delaySeconds?: number } = {}) => {
        if (delaySeconds === 0) {
          put(body);
        } else {
          clock.at(delaySeconds * 1000, () => put(body));
        }
        return body;
      },
    ),
  };
}
