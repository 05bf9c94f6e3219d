import { campaignsTable } from '../../aws/campaigns.ts';
import { recipientRows } from '../../aws/recipient-rows.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import type { Item } from '../../aws/table.ts';
import { deliveryId, deliveryRetentionMs } from '../../domain/delivery.ts';
import { membershipsOf } from '../memberships.ts';

/** A row is kept for so long after the first thing that was heard of it, which may itself come late. */
const sinceMs = () => Date.now() - 2 * deliveryRetentionMs;

/**
 * All rows of the deliveries table that are about a recipient. Those of campaigns are entered into the index by recipient only when
 * something went wrong, so the others are found by the place that the plan gave them; where a plan's index is gone from the bucket, the
 * whole table is read, for none may be missed.
 */
export async function* personRows(outputs: StackOutputs, recipientId: string): AsyncGenerator<Item> {
  const rows = recipientRows(outputs.DeliveriesTableName);
  const campaigns = await campaignsTable(outputs.CampaignsTableName).list();
  const { members, isPartial } = await membershipsOf(outputs, campaigns, recipientId, sinceMs());
  if (isPartial) {
    yield* rows.scan(recipientId);
    return;
  }
  const planned = members.flatMap(({ campaign: { campaignId }, planned: place }) =>
    place.kind === 'planned'
      ? [deliveryId({ kind: 'campaign', campaignId, chunk: place.chunk, index: place.index })]
      : [],
  );
  yield* rows.find(recipientId, planned);
}
