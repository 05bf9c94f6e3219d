import { isDeepStrictEqual } from 'node:util';
import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { CampaignChange } from '../domain/campaign/campaign-life.ts';
import type { CampaignMove } from '../domain/campaign/campaign-state.ts';
import { countName, type ProviderName } from '../domain/campaign/provider-counts.ts';
import { activeAttribute, activeIndex, attributesOf, campaignOf } from './campaign-item.ts';
import {
  conditional,
  conditionalTransaction,
  dynamodb,
  fromAttributes,
  type Item,
  toAttributes,
} from './table.ts';
import { scanPages } from './table-scan.ts';

/** An update that stands in a transaction. */
type Update = UpdateItemCommandInput & { readonly UpdateExpression: string };

/** Counters of a campaign by their attribute: `chunksDone`, `accepted`, `google:hard`. */
export type CampaignCounts = Readonly<Record<string, number>>;

export interface CountOptions {
  /** Attributes that are set in the same write. */
  readonly set?: Readonly<Record<string, number>>;
  /** Nothing is counted while so many refusals of a provider in a row have not stopped the mail to it. */
  readonly unlessRun?: { readonly provider: ProviderName; readonly of: number };
  /** Nothing is counted unless this resend of the campaign is the last one. */
  readonly ofResend?: number;
}

export type Campaigns = ReturnType<typeof campaignsTable>;

export function campaignsTable(tableName: string) {
  const key = (campaignId: string) => ({ TableName: tableName, Key: toAttributes({ campaignId }) });

  /** @returns false when there is a campaign of that id already */
  async function create(campaign: Campaign): Promise<boolean> {
    // Nothing is counted yet.
    const { outcomes, providers, variantCounts: _, ...rest } = campaign;
    const { held } = await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toAttributes({
            ...rest,
            ...outcomes,
            ...attributesOf(providers),
            ...activeAttribute(campaign),
          }),
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
    for await (const page of scanPages({ TableName: tableName })) {
      campaigns.push(...page.map(campaignOf));
    }
    return campaigns.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /** Ids of those about which something may have to be done; costs next to nothing when there are none, whatever the history. */
  async function activeIds(): Promise<string[]> {
    const ids: string[] = [];
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: activeIndex.name,
          KeyConditionExpression: '#active = :yes',
          ExpressionAttributeNames: { '#active': activeIndex.attribute },
          ExpressionAttributeValues: toAttributes({ ':yes': activeIndex.value }),
          ...(from && { ExclusiveStartKey: toAttributes(from) }),
        }),
      );
      ids.push(...Items.map((item) => String(fromAttributes(item).campaignId)));
      from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
    } while (from);
    return ids;
  }

  /** Changes a campaign as it was read; false when somebody else has moved it since. */
  async function change(campaign: Campaign, { endRunsOf = [], ...facts }: CampaignChange): Promise<boolean> {
    const after = { ...campaign, ...facts } as Campaign;
    const runs = endRunsOf.map((provider) => [countName(provider, 'authRun'), 0]);
    const entries = Object.entries({
      ...facts,
      ...Object.fromEntries(runs),
      [activeIndex.attribute]: activeAttribute(after)[activeIndex.attribute],
    });
    const set = entries.flatMap(([, value], i) => (value === undefined ? [] : [`#f${i} = :f${i}`]));
    const remove = entries.flatMap(([, value], i) => (value === undefined ? [`#f${i}`] : []));
    const written = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(campaign.campaignId),
          UpdateExpression: [
            set.length > 0 ? `SET ${set.join(', ')}` : '',
            remove.length > 0 ? `REMOVE ${remove.join(', ')}` : '',
          ].join(' '),
          ConditionExpression: 'moves = :before',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#f${i}`, name])),
          ExpressionAttributeValues: toAttributes({
            ':before': campaign.moves,
            ...Object.fromEntries(
              entries.flatMap(([, value], i) => (value === undefined ? [] : [[`:f${i}`, value]])),
            ),
          }),
        }),
      ),
    );
    // When the answer is lost and the SDK asks again, it has been moved already: by this move.
    return written.held || isDeepStrictEqual(written.old?.history, facts.history);
  }

  /**
   * Completes the campaign if that was its last chunk and nobody is left out who was stopped; safe to call at any time.
   *
   * @returns the campaign as it is when it is not to be completed; undefined when it was, or is none
   */
  async function completeIfDone(campaignId: string, move: CampaignMove): Promise<Campaign | undefined> {
    const written = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(campaignId),
          UpdateExpression:
            'SET #state = :completed, completedAtMs = :now, moves = moves + :one, #history = list_append(#history, :move) REMOVE #active, dueAtMs',
          ConditionExpression:
            '#state = :sending AND chunksDone = #plan.chunks AND stopped = :zero AND (attribute_not_exists(chunksToResend) OR chunksToResend <= :zero)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ExpressionAttributeNames: {
            '#state': 'state',
            '#plan': 'plan',
            '#history': 'history',
            '#active': activeIndex.attribute,
          },
          ExpressionAttributeValues: toAttributes({
            ':completed': 'completed',
            ':sending': 'sending',
            ':now': move.atMs,
            ':one': 1,
            ':zero': 0,
            ':move': [move],
          }),
        }),
      ),
    );
    return written.held || written.old === undefined ? undefined : campaignOf(written.old);
  }

  /** Adds to counters if and only if the condition of `update` holds, and the campaign is there. */
  async function addTogether(
    campaignId: string,
    counts: CampaignCounts,
    update: Update,
    options: CountOptions = {},
  ): Promise<boolean> {
    return await conditionalTransaction(() =>
      dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Update: update }, { Update: counting(campaignId, counts, options) }],
        }),
      ),
    );
  }

  /** Adds to counters of which it does no harm when some are lost. */
  async function add(campaignId: string, counts: CampaignCounts): Promise<void> {
    await conditional(() => dynamodb.send(new UpdateItemCommand(counting(campaignId, counts, {}))));
  }

  function counting(
    campaignId: string,
    counts: CampaignCounts,
    { set = {}, unlessRun, ofResend }: CountOptions,
  ) {
    const added = Object.entries(counts).filter(([, count]) => count !== 0);
    const facts = Object.entries(set);
    return {
      ...key(campaignId),
      // Tags may name a campaign that is not here: it must not come into being by a counter.
      ConditionExpression: [
        'attribute_exists(campaignId)',
        ...(unlessRun === undefined
          ? []
          : ['(attribute_not_exists(#run) OR #run < :run OR attribute_exists(stops.#provider))']),
        ...(ofResend === undefined ? [] : ['resend.round = :round']),
      ].join(' AND '),
      UpdateExpression: [
        added.length > 0 ? `ADD ${added.map((_, i) => `#c${i} :c${i}`).join(', ')}` : '',
        facts.length > 0 ? `SET ${facts.map((_, i) => `#f${i} = :f${i}`).join(', ')}` : '',
      ].join(' '),
      ExpressionAttributeNames: Object.fromEntries([
        ...added.map(([name], i) => [`#c${i}`, name]),
        ...facts.map(([name], i) => [`#f${i}`, name]),
        ...(unlessRun === undefined
          ? []
          : [
              ['#run', countName(unlessRun.provider, 'authRun')],
              ['#provider', unlessRun.provider],
            ]),
      ]),
      ExpressionAttributeValues: toAttributes(
        Object.fromEntries([
          ...added.map(([, value], i) => [`:c${i}`, value]),
          ...facts.map(([, value], i) => [`:f${i}`, value]),
          ...(unlessRun === undefined ? [] : [[':run', unlessRun.of]]),
          ...(ofResend === undefined ? [] : [[':round', ofResend]]),
        ]),
      ),
    };
  }

  return { create, get, list, activeIds, change, completeIfDone, addTogether, add };
}
