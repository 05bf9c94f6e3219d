import type { Deliveries } from '../../aws/deliveries.ts';
import type { Count } from '../../aws/metrics.ts';
import type { Suppressions } from '../../aws/suppressions.ts';
import { type Address, parseAddress } from '../../domain/address.ts';
import type { ChunkRow, Reporting, Tracing } from '../../domain/campaign/campaign.ts';
import type { Outcome } from '../../domain/campaign/chunk-ledger.ts';
import { type DeliveryKey, deliveryId } from '../../domain/delivery.ts';
import { InputError } from '../../domain/errors.ts';
import type { VariantName } from '../../domain/experiment/variant.ts';
import { composeMail, type Mail, type Sender } from '../../domain/mail.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { type SuppressionsByScope, suppressionOf } from '../../domain/suppression/suppression.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import type { Tracked } from '../../domain/tracking.ts';
import type { SendRate } from '../send-rate.ts';
import { parkedDelaySeconds } from '../sending.ts';

/**
 * SES calls of one worker at a time: the SDK has no more connections. A mail is made when it is its turn, since hundreds of finished ones
 * that wait are what the garbage collector takes longest over.
 */
const mostInFlight = 50;

export interface SendQuantumPorts {
  readonly deliveries: Pick<Deliveries, 'recordRejected'>;
  readonly suppressions: Pick<Suppressions, 'find'>;
  readonly sendRate: Pick<SendRate, 'slowDown'>;
  readonly sendMail: (mail: Mail, reporting: Exclude<Reporting, 'all'>) => Promise<SendAnswer>;
  readonly count: (name: Count, n?: number) => void;
  readonly nowMs: () => number;
}

/** The mail of a chunk. */
export interface ChunkMail {
  readonly campaignId: string;
  readonly chunk: number;
  readonly template: CompiledTemplate;
  /** What each of the recipients gets, in their order; absent where all get `template` and nothing is counted by variant. */
  readonly variants?: readonly VariantMail[];
  readonly tracing: Tracing;
  /** What is tracked of its recipients' doing. */
  readonly tracked?: readonly Tracked[];
  readonly rows: readonly ChunkRow[];
  readonly sender: Sender;
}

export interface VariantMail {
  readonly name: VariantName;
  readonly template: CompiledTemplate;
}

/** Why work on a chunk stops before its end, and for how long. */
export interface Pause {
  readonly delaySeconds: number;
}

/** What became of a quantum. */
export interface QuantumResult {
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly pause?: Pause;
  /** Something is broken, and SES did certainly not accept the recipients that are to be tried again for it. */
  readonly fault?: unknown;
}

interface RecipientResult extends Omit<QuantumResult, 'outcomes'> {
  readonly outcome: Outcome;
  readonly throttled?: true;
}

/** One of a chunk's recipients. */
export interface ChunkRecipient {
  /** Place in the chunk. */
  readonly index: number;
  readonly row: ChunkRow;
  readonly address: Address;
}

export function recipientsOf({ rows }: ChunkMail, indices: readonly number[]): ChunkRecipient[] {
  return indices.flatMap((index) => {
    const row = rows[index];
    return row === undefined ? [] : [{ index, row, address: parseAddress(row.a, 'address') }];
  });
}

/** Half the price of a strong read: an unsubscribe of the last second may not be seen, one of the last minute is. */
export function findSuppressions(
  ports: Pick<SendQuantumPorts, 'suppressions'>,
  recipients: readonly ChunkRecipient[],
): Promise<ReadonlyMap<string, SuppressionsByScope>> {
  return ports.suppressions.find(
    recipients.map(({ address }) => address.recipientId),
    'eventual',
  );
}

/** What is known of a quantum's recipients before it is sent. */
interface Known {
  /** Those whom an earlier attempt may have reached. Unless they are accepted now, that is all that is known of them. */
  readonly inDoubt: ReadonlySet<number>;
  readonly suppressions: PromiseSettledResult<ReadonlyMap<string, SuppressionsByScope>>;
}

/** Sends to some recipients of a chunk at the same time; their slots have begun, their attempts are marked in the ledger. */
export async function sendQuantum(
  ports: SendQuantumPorts,
  mail: ChunkMail,
  recipients: readonly ChunkRecipient[],
  { inDoubt, suppressions }: Known,
): Promise<QuantumResult> {
  const untried = (index: number): Outcome => (inDoubt.has(index) ? 'u' : '.');
  if (suppressions.status === 'rejected') {
    // Marketing fails closed: nobody is mailed who may have unsubscribed.
    return {
      outcomes: new Map(recipients.map(({ index }) => [index, untried(index)])),
      fault: suppressions.reason,
    };
  }
  const isSuppressed = ({ address }: ChunkRecipient) =>
    suppressionOf(suppressions.value.get(address.recipientId) ?? {}, mail.template, ports.nowMs()) !==
    undefined;
  const outcomes = new Map(recipients.map(({ index }) => [index, untried(index)]));
  const results: RecipientResult[] = [];
  let pause: Pause | undefined;
  const left = recipients.values();
  const lane = async () => {
    for (const recipient of left) {
      const { index } = recipient;
      if (isSuppressed(recipient)) {
        outcomes.set(index, inDoubt.has(index) ? 'U' : 'S');
        continue;
      }
      const result = await sendOne(ports, mail, recipient, inDoubt.has(index));
      results.push(result);
      outcomes.set(index, result.outcome === '.' ? untried(index) : result.outcome);
      pause ??= result.pause;
      if (pause !== undefined) {
        // SES takes nothing now: it need not be told about the others.
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: mostInFlight }, lane));
  let fault = results.find((result) => result.fault)?.fault;
  const throttled = results.filter((result) => result.throttled).length;
  if (throttled > 0) {
    ports.count('Throttled', throttled);
    try {
      await ports.sendRate.slowDown(throttled / results.length);
    } catch (error) {
      // What SES answered is known all the same: nobody comes into doubt by this.
      fault ??= error;
    }
  }
  return {
    outcomes,
    ...(pause === undefined ? {} : { pause }),
    ...(fault === undefined ? {} : { fault }),
  };
}

async function sendOne(
  ports: SendQuantumPorts,
  chunkMail: ChunkMail,
  recipient: ChunkRecipient,
  inDoubt: boolean,
): Promise<RecipientResult> {
  const { campaignId, chunk } = chunkMail;
  const { index, row, address } = recipient;
  const key: DeliveryKey = { kind: 'campaign', campaignId, chunk, index };
  let answer: SendAnswer;
  try {
    answer = await sendTo(ports, chunkMail, recipient, key);
  } catch (error) {
    if (!(error instanceof InputError)) {
      // SES was not asked, or refused to look at the request: access denied, wrong region.
      return { outcome: '.', fault: error };
    }
    answer = { outcome: 'rejected', code: error.code };
  }
  if (answer.outcome === 'rejected' && inDoubt) {
    return { outcome: 'U' };
  }
  try {
    return await resultOf(
      ports,
      key,
      { campaignId, row: row.r, address: address.wire, recipientId: address.recipientId },
      answer,
    );
  } catch (fault) {
    // Something is written down only for mail that SES did not accept. The others of the quantum keep their outcomes.
    return { outcome: '.', fault };
  }
}

/** Not `async`: that would keep the finished mail until SES has answered. */
function sendTo(
  ports: Pick<SendQuantumPorts, 'sendMail'>,
  { template: common, variants, tracing, tracked, sender }: ChunkMail,
  { index, row, address }: ChunkRecipient,
  key: DeliveryKey,
): Promise<SendAnswer> {
  const { name: variant, template } = variants?.[index] ?? { name: undefined, template: common };
  const recipient = { address, name: row.n, locale: row.l };
  const mail = composeMail({ key, template, recipient, data: row.d, variant, tracked }, sender);
  return ports.sendMail(mail, tracked === undefined ? tracing : `${tracing}+engagement`);
}

async function resultOf(
  ports: SendQuantumPorts,
  key: DeliveryKey,
  facts: Readonly<Record<string, string | number>>,
  answer: SendAnswer,
): Promise<RecipientResult> {
  switch (answer.outcome) {
    case 'accepted':
      return { outcome: 'A' };
    case 'throttled':
      return { outcome: '.', throttled: true };
    case 'quotaExceeded':
    case 'paused':
      ports.count('Paused');
      return { outcome: '.', pause: { delaySeconds: parkedDelaySeconds.marketing } };
    case 'rejected':
      await ports.deliveries.recordRejected(deliveryId(key), { reason: answer.code }, facts, ports.nowMs());
      return { outcome: 'R' };
    case 'ambiguous':
      return { outcome: 'U' };
  }
}
