import {
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Campaign, CampaignState, ChunkTotals, PlanTotals } from '../domain/campaign.ts';
import {
  conditional,
  conditionalTransaction,
  dynamodb,
  fromAttributes,
  type Item,
  toAttributes,
} from './table.ts';

/** An update that stands in a transaction. */
type Update = UpdateItemCommandInput & { readonly UpdateExpression: string };

export type Campaigns = ReturnType<typeof campaignsTable>;

export function campaignsTable(tableName: string) {
  const key = (campaignId: string) => ({ TableName: tableName, Key: toAttributes({ campaignId }) });

  /** @returns false when there is a campaign of that id already */
  async function create(campaign: Campaign): Promise<boolean> {
    const { outcomes, ...rest } = campaign;
    const { held } = await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toAttributes({ ...rest, ...outcomes }),
          ConditionExpression: 'attribute_not_exists(campaignId)',
        }),
      ),
    );
    return held;
  }

  async function get(campaignId: string): Promise<Campaign | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ ...key(campaignId), ConsistentRead: true }),
    );
    return item && campaignOf(fromAttributes(item));
  }

  async function list(): Promise<Campaign[]> {
    const campaigns: Campaign[] = [];
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({ TableName: tableName, ...(from && { ExclusiveStartKey: toAttributes(from) }) }),
      );
      campaigns.push(...Items.map((item) => campaignOf(fromAttributes(item))));
      from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
    } while (from);
    return campaigns.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /** Moves a campaign on; false when it was in none of the states `from`. */
  async function move(
    campaignId: string,
    from: readonly CampaignState[],
    to: CampaignState,
    facts: Item = {},
  ): Promise<boolean> {
    const entries = Object.entries(facts);
    const { held } = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(campaignId),
          UpdateExpression: `SET ${['#state = :to', ...entries.map((_, i) => `#f${i} = :f${i}`)].join(', ')}`,
          ConditionExpression: `#state IN (${from.map((_, i) => `:s${i}`).join(', ')})`,
          ExpressionAttributeNames: {
            '#state': 'state',
            ...Object.fromEntries(entries.map(([name], i) => [`#f${i}`, name])),
          },
          ExpressionAttributeValues: toAttributes({
            ':to': to,
            ...Object.fromEntries(from.map((state, i) => [`:s${i}`, state])),
            ...Object.fromEntries(entries.map(([, value], i) => [`:f${i}`, value])),
          }),
        }),
      ),
    );
    return held;
  }

  /** Records the planner's totals: from now on the campaign can come to its end. */
  async function planned(campaignId: string, plan: PlanTotals): Promise<boolean> {
    return await move(campaignId, ['planning', 'sending'], 'sending', { plan });
  }

  /** Completes the campaign if that was its last chunk; safe to call at any time. */
  async function completeIfDone(campaignId: string, nowMs: number): Promise<boolean> {
    const { held } = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(campaignId),
          UpdateExpression: 'SET #state = :completed, completedAtMs = :now',
          ConditionExpression: '#state = :sending AND chunksDone = #plan.chunks',
          ExpressionAttributeNames: { '#state': 'state', '#plan': 'plan' },
          ExpressionAttributeValues: toAttributes({
            ':completed': 'completed',
            ':sending': 'sending',
            ':now': nowMs,
          }),
        }),
      ),
    );
    return held;
  }

  /** Adds a chunk's totals, together with the ledger's own update, so that each chunk counts once. */
  async function addChunk(campaignId: string, totals: ChunkTotals, ledgerUpdate: Update): Promise<boolean> {
    return await addTogether(campaignId, { chunksDone: 1, ...totals }, ledgerUpdate);
  }

  /** Adds to counters if and only if the condition of `update` holds. */
  async function addTogether(
    campaignId: string,
    counts: Readonly<Record<string, number>>,
    update: Update,
  ): Promise<boolean> {
    const entries = Object.entries(counts);
    return await conditionalTransaction(() =>
      dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Update: update },
            {
              Update: {
                ...key(campaignId),
                // Tags may name a campaign that is not here: it must not come into being by a counter.
                ConditionExpression: 'attribute_exists(campaignId)',
                UpdateExpression: `ADD ${entries.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
                ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#c${i}`, name])),
                ExpressionAttributeValues: toAttributes(
                  Object.fromEntries(entries.map(([, value], i) => [`:c${i}`, value])),
                ),
              },
            },
          ],
        }),
      ),
    );
  }

  return { create, get, list, move, planned, completeIfDone, addChunk, addTogether };
}

function campaignOf(item: Item): Campaign {
  const { accepted, suppressed, rejected, unknown, ...rest } = item;
  return { ...rest, outcomes: { accepted, suppressed, rejected, unknown } } as unknown as Campaign;
}
