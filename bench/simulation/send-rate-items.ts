import type { SendRateStore } from '../../functions/send-rate.ts';
import { inMemorySendRateStore } from '../../test/functions/in-memory-send-rate-store.ts';
import { busiest } from './busiest.ts';
import type { Network } from './network.ts';

export type SendRateItems = ReturnType<typeof sendRateItems>;

/** The items that all senders share, with DynamoDB's latency, and with a count of what DynamoDB limits. */
export function sendRateItems({ slow, latencies }: Network, nowMs: () => number) {
  const items = inMemorySendRateStore();
  // So many a second are allowed of an item; those whose condition fails count like the others.
  const reads = busiest(nowMs, 1000);
  const writes = busiest(nowMs, 1000);

  function counted<Args extends readonly unknown[], Result>(
    requests: typeof reads,
    call: (bucketId: string, ...args: Args) => Promise<Result>,
  ) {
    return slow(latencies.dynamodb, async (bucketId: string, ...args: Args) => {
      requests.add(bucketId);
      return await call(bucketId, ...args);
    });
  }

  const store: SendRateStore = {
    read: counted(reads, items.read),
    write: counted(writes, items.write),
    lease: counted(writes, items.lease),
    refresh: counted(writes, items.refresh),
    cut: counted(writes, items.cut),
  };
  return { store, mostReadsInASecond: reads.most, mostWritesInASecond: writes.most };
}
