import { campaignsTable } from '../../aws/campaigns.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { type TracedRow, type Traces, tracedRow, traces } from '../../aws/traces.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Outcome } from '../../domain/campaign/chunk-ledger.ts';
import { campaignPlaceOf, chunkLedgerId, deliveryId } from '../../domain/delivery.ts';
import { emptyRecord, type SuppressionRecord } from '../../domain/suppression/suppression-record.ts';
import type { CampaignPlace, KnownMail } from '../../domain/verdict/known-mail.ts';
import { type Member, membershipsOf } from '../memberships.ts';
import type { What } from './what.ts';

/** What was found, newest first. */
export interface FoundMails {
  readonly mails: readonly KnownMail[];
  /** Of the recipient. */
  readonly suppressions: SuppressionRecord;
  /** There are more than were asked for. */
  readonly more: boolean;
}

export interface Wanted {
  /** Epoch milliseconds. */
  readonly sinceMs: number;
  readonly limit: number;
}

export async function findMails(outputs: StackOutputs, what: What, wanted: Wanted): Promise<FoundMails> {
  const table = traces(outputs.DeliveriesTableName);
  return what.kind === 'recipient'
    ? await ofRecipient(outputs, table, what.address, wanted)
    : await ofId(outputs, table, what);
}

async function ofRecipient(
  outputs: StackOutputs,
  table: Traces,
  { wire, recipientId }: { readonly wire: string; readonly recipientId: string },
  { sinceMs, limit }: Wanted,
): Promise<FoundMails> {
  const listed = campaignsTable(outputs.CampaignsTableName).list();
  const [ids, record, campaigns, { members }] = await Promise.all([
    table.idsByRecipient(recipientId, sinceMs, limit + 1),
    suppressionsTable(outputs.SuppressionsTableName).get(recipientId),
    listed,
    listed.then((all) => membershipsOf(outputs, all, recipientId, sinceMs)),
  ]);
  const mails = await known(table, ids, members, async (campaignId) =>
    campaigns.find((campaign) => campaign.campaignId === campaignId),
  );
  const sorted = mails
    .map((mail) => ({ ...mail, address: mail.address ?? wire, recipientId }))
    .sort((one, other) => timeOf(other) - timeOf(one));
  return {
    mails: sorted.slice(0, limit),
    suppressions: record ?? emptyRecord,
    more: sorted.length > limit,
  };
}

async function ofId(
  outputs: StackOutputs,
  table: Traces,
  { deliveryIds, sesMessageId }: Extract<What, { kind: 'mail' }>,
): Promise<FoundMails> {
  const indexed = await table.idsBySesMessageId(sesMessageId);
  const campaigns = campaignsTable(outputs.CampaignsTableName);
  const place = deliveryIds.map(campaignPlaceOf).find((found) => found !== undefined);
  const campaign = place && (await campaigns.get(place.campaignId));
  const members: Member[] =
    place === undefined || campaign === undefined
      ? []
      : [{ campaign, planned: { kind: 'planned', ...place } }];
  const mails = await known(table, [...indexed, ...deliveryIds], members, campaigns.get);
  const recipientId = mails.find((mail) => mail.recipientId !== undefined)?.recipientId;
  const record =
    recipientId === undefined
      ? undefined
      : await suppressionsTable(outputs.SuppressionsTableName).get(recipientId);
  return { mails, suppressions: record ?? emptyRecord, more: false };
}

/** Puts together rows, ledgers and plans. Of a campaign that is not among the members, `findCampaign` is asked. */
async function known(
  table: Traces,
  ids: readonly string[],
  members: readonly Member[],
  findCampaign: (campaignId: string) => Promise<Campaign | undefined>,
): Promise<KnownMail[]> {
  const byId = new Map(members.map((member) => [idOf(member), member]));
  const ledgerIds = members.flatMap(({ campaign, planned }) =>
    planned.kind === 'planned' ? [chunkLedgerId(campaign.campaignId, planned.chunk)] : [],
  );
  const items = await table.items([...ids, ...byId.keys(), ...ledgerIds]);
  const mails: KnownMail[] = [];
  for (const id of new Set([...ids, ...byId.keys()])) {
    const item = items.get(id);
    const row = item?.state === undefined ? undefined : tracedRow(item);
    const member = byId.get(id) ?? (row && (await memberOf(id, findCampaign)));
    if (row !== undefined || byId.has(id)) {
      mails.push(knownMail(id, row, member && placeOf(member, items)));
    }
  }
  return mails;
}

async function memberOf(
  id: string,
  findCampaign: (campaignId: string) => Promise<Campaign | undefined>,
): Promise<Member | undefined> {
  const place = campaignPlaceOf(id);
  const campaign = place && (await findCampaign(place.campaignId));
  return place && campaign && { campaign, planned: { kind: 'planned', ...place } };
}

/** Who has no place in a chunk has no delivery either: such a mail goes by the campaign alone. */
function idOf({ campaign: { campaignId }, planned }: Member): string {
  return planned.kind === 'planned'
    ? deliveryId({ kind: 'campaign', campaignId, chunk: planned.chunk, index: planned.index })
    : `c#${campaignId}`;
}

function placeOf({ campaign, planned }: Member, items: Awaited<ReturnType<Traces['items']>>): CampaignPlace {
  const ledger =
    planned.kind === 'planned' ? items.get(chunkLedgerId(campaign.campaignId, planned.chunk)) : undefined;
  const outcome: Outcome | undefined =
    planned.kind === 'planned' ? ledger?.outcomes?.[planned.index] : undefined;
  return {
    campaign,
    planned,
    ...(outcome === undefined ? {} : { outcome }),
    ...(ledger === undefined ? {} : { leaseUntilMs: ledger.leaseUntilMs }),
  };
}

export function knownMail(id: string, record: TracedRow | undefined, place?: CampaignPlace): KnownMail {
  return {
    deliveryId: id,
    ...(record?.address === undefined ? {} : { address: record.address }),
    ...(record?.recipientId === undefined ? {} : { recipientId: record.recipientId }),
    ...(record === undefined ? {} : { record }),
    ...(place === undefined ? {} : { place }),
  };
}

/** When it began, for the order of a list. */
export function timeOf({ record, place }: KnownMail): number {
  return (
    record?.queuedAtMs ??
    record?.knownSinceMs ??
    place?.campaign.plan?.plannedAtMs ??
    record?.updatedAtMs ??
    0
  );
}
