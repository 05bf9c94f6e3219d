import type { Bucket } from '../../aws/bucket.ts';
import type { Campaigns } from '../../aws/campaigns.ts';
import type { ChunkLedger, ChunkLedgers } from '../../aws/chunk-ledgers.ts';
import type { Deliveries } from '../../aws/deliveries.ts';
import type { Queue } from '../../aws/queue.ts';
import type { Templates } from '../../aws/templates.ts';
import { recipientIdOf } from '../../domain/address.ts';
import {
  type Campaign,
  type ChunkPointer,
  type ChunkRow,
  parseChunkRow,
} from '../../domain/campaign/campaign.ts';
import { isSending } from '../../domain/campaign/campaign-life.ts';
import {
  indicesBegun,
  indicesInDoubt,
  isInDoubt,
  newOutcomes,
  type Outcomes,
  settleInterrupted,
  withOutcomes,
} from '../../domain/campaign/chunk-ledger.ts';
import { type ProviderName, providerNameOf } from '../../domain/campaign/provider-counts.ts';
import { chunkLedgerId, deliveryId } from '../../domain/delivery.ts';
import { InputError } from '../../domain/errors.ts';
import { variantFor } from '../../domain/experiment/choice.ts';
import type { VariantName } from '../../domain/experiment/variant.ts';
import { type InDoubtPolicies, maxAttemptsInDoubt } from '../../domain/in-doubt.ts';
import type { Sender } from '../../domain/mail.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import type { CampaignGuard } from '../guard-campaign.ts';
import type { ChunkTurns, ProviderPace } from '../provider-pace.ts';
import type { SendRate } from '../send-rate.ts';
import type { ChunkMail, Pause, SendQuantumPorts, VariantMail } from './send-quantum.ts';

export interface SendChunkPorts extends SendQuantumPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'addTogether' | 'completeIfDone'>;
  readonly ledgers: Pick<
    ChunkLedgers,
    'get' | 'create' | 'update' | 'reopening' | 'lookedAt' | 'write' | 'settle' | 'settlement'
  >;
  readonly deliveries: Pick<Deliveries, 'recordRejected' | 'waitAgain' | 'proved'>;
  readonly inDoubt: InDoubtPolicies;
  /** How long a chunk is taken to be in a worker's hand after it wrote the ledger: longer than a quantum can take. */
  readonly leaseMs: number;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'getRange'>;
  readonly sendRate: Pick<SendRate, 'take' | 'slowDown' | 'perSecond'>;
  readonly providerPace: ProviderPace;
  readonly guard: CampaignGuard;
  readonly queue: Pick<Queue, 'send'>;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly sender: () => Promise<Sender>;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A chunk while it is worked on. */
export interface ChunkWork extends ChunkMail {
  readonly pointer: ChunkPointer;
  readonly ledgerId: string;
  /** As it was read before anything else. */
  readonly campaign: Campaign;
  /** Of the recipients, in their order. */
  readonly providers: readonly ProviderName[];
  readonly turns: ChunkTurns;
}

/** What is left of a cancelled campaign is closed, so that everybody is accounted for. */
export function mayWorkOn(campaign: Campaign): boolean {
  return isSending(campaign) || campaign.state === 'cancelled';
}

/** @throws InputError `chunk-part`: there is nothing that could be sent, now or later */
export async function loadChunk(
  ports: SendChunkPorts,
  pointer: ChunkPointer,
  campaign: Campaign,
): Promise<ChunkWork> {
  const template = await ports.templates.find(campaign.template, campaign.templateHash);
  const variants = await variantTemplates(ports, campaign);
  const part = await ports.bucket.getRange(pointer.key, pointer.firstByte, pointer.lastByte);
  if (template === undefined || part === undefined) {
    throw new InputError(
      'chunk-part',
      'key',
      `template or audience part of campaign ${pointer.campaignId} is gone`,
    );
  }
  const rows = part.split('\n').filter(Boolean).map(parseChunkRow);
  if (rows.length !== pointer.count) {
    throw new InputError(
      'chunk-part',
      'count',
      `audience part has ${rows.length} rows where ${pointer.count} are due`,
    );
  }
  const ofRow = ({ a }: ChunkRow): VariantMail => {
    const name = variantFor(campaign, pointer.chunk, recipientIdOf(a)) ?? 'A';
    return { name, template: variants.get(name) ?? template };
  };
  return {
    pointer,
    ledgerId: chunkLedgerId(pointer.campaignId, pointer.chunk),
    campaign,
    campaignId: pointer.campaignId,
    chunk: pointer.chunk,
    template,
    ...(variants.size === 0 && campaign.track === undefined ? {} : { variants: rows.map(ofRow) }),
    ...(campaign.track === undefined ? {} : { tracked: campaign.track }),
    // A canary is judged by what arrives as well as by what does not.
    tracing: campaign.stage?.kind === 'canary' ? 'full' : campaign.tracing,
    rows,
    providers: rows.map(({ a }) => providerNameOf(a)),
    turns: ports.providerPace.turnsOf(pointer.turns),
    sender: await ports.sender(),
  };
}

/** @throws InputError `chunk-part`: one of them is gone */
async function variantTemplates(
  { templates }: Pick<SendChunkPorts, 'templates'>,
  { campaignId, variants = [] }: Campaign,
): Promise<ReadonlyMap<VariantName, CompiledTemplate>> {
  const found = new Map<VariantName, CompiledTemplate>();
  for (const { name, template, templateHash } of variants) {
    const version = await templates.find(template, templateHash);
    if (version === undefined) {
      throw new InputError('chunk-part', 'key', `variant ${name} of campaign ${campaignId} is gone`);
    }
    found.set(name, version);
  }
  return found;
}

/** The ledger as far as other workers brought it; a pause when one of them is at it now. */
export async function openLedger(ports: SendChunkPorts, work: ChunkWork): Promise<ChunkLedger | Pause> {
  const { ledgerId, pointer, campaign } = work;
  const now = ports.nowMs();
  const fresh: ChunkLedger = {
    outcomes: newOutcomes(pointer.count),
    version: 0,
    leaseUntilMs: now + ports.leaseMs,
    done: false,
    resends: 0,
    resumes: campaign.resumes,
  };
  const ledger = await ports.ledgers.create(ledgerId, fresh, now);
  if (ledger === fresh || ledger.done) {
    return ledger;
  }
  if (ledger.leaseUntilMs > now) {
    return { delaySeconds: Math.ceil(ports.leaseMs / 1000) };
  }
  // The worker that began these attempts died; by now there was time for proof.
  const interrupted = indicesBegun(ledger.outcomes);
  const outcomes = await withProof(ports, work, settleInterrupted(ledger.outcomes));
  const again = interrupted.filter((index) => isInDoubt(outcomes[index]));
  if (again.length === 0 || !mayTryAgain(ports, work, ledger.resends + 1)) {
    return { ...ledger, outcomes };
  }
  return {
    ...ledger,
    outcomes: withOutcomes(outcomes, new Map(again.map((index) => [index, 'u']))),
    resends: ledger.resends + 1,
  };
}

/** Whoever is in doubt and is proved by an event to have been accepted, is accepted. */
export async function withProof(
  ports: SendChunkPorts,
  work: ChunkWork,
  outcomes: Outcomes,
): Promise<Outcomes> {
  const proved = await indicesProved(ports, work, outcomes);
  return withOutcomes(outcomes, new Map(proved.map((index) => [index, 'A'])));
}

/** Those in doubt whom an event has proved to be accepted. */
export async function indicesProved(
  ports: SendChunkPorts,
  work: ChunkWork,
  outcomes: Outcomes,
): Promise<number[]> {
  const ids = new Map(
    indicesInDoubt(outcomes).map((index) => [deliveryId({ kind: 'campaign', ...work, index }), index]),
  );
  if (ids.size === 0) {
    return [];
  }
  return [...(await ports.deliveries.proved([...ids.keys()]))].flatMap((id) => ids.get(id) ?? []);
}

export function mayTryAgain(ports: SendChunkPorts, { template }: ChunkWork, resends: number): boolean {
  return ports.inDoubt[template.category] === 'resend' && resends < maxAttemptsInDoubt;
}
