import type { SQSHandler, SQSRecord } from 'aws-lambda';
import { campaignsTable } from '../aws/campaigns.ts';
import { chunkLedgersTable } from '../aws/chunk-ledgers.ts';
import { type Deliveries, deliveriesTable, type Reached } from '../aws/deliveries.ts';
import { type Count, count } from '../aws/metrics.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { type Suppressions, suppressionsTable } from '../aws/suppressions.ts';
import { type DeliveryKey, deliveryId, keyOfTags, stateRank } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { type Feedback, parseFeedback, stateOf, suppressionFrom } from '../domain/feedback.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import { type SettleDoubtPorts, settleDoubt } from './settle-doubt.ts';
import { nowMs } from './wait.ts';

export interface RecordFeedbackPorts extends SettleDoubtPorts {
  readonly deliveries: Pick<Deliveries, 'evidenceUpdate' | 'recordEvidence' | 'raise'>;
  readonly suppressions: Pick<Suppressions, 'add'>;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly count: (name: Count) => void;
}

/**
 * Records what SES reports, for every recipient of the event. Everything here may be repeated and come in any order: evidence is
 * kept once per kind, states only rise, a suppression is the same when it is set twice.
 */
export const recordFeedback =
  (ports: RecordFeedbackPorts) =>
  async (record: SQSRecord): Promise<void> => {
    let reported: Feedback[];
    try {
      reported = parseFeedback(record.body);
    } catch (error) {
      if (error instanceof InputError) {
        const reason = { reason: error.code, field: error.field, detail: error.message };
        await keepDeadLetter(
          ports,
          record,
          deliveryId({ kind: 'message', sqsMessageId: record.messageId }),
          reason,
        );
        return;
      }
      throw error;
    }
    for (const feedback of reported) {
      await suppress(ports, feedback);
      await note(ports, feedback);
    }
  };

async function suppress(ports: RecordFeedbackPorts, feedback: Feedback): Promise<void> {
  const found = suppressionFrom(feedback);
  if (found !== undefined) {
    await ports.suppressions.add(found, found.scope, found.suppression);
  }
}

async function note(ports: RecordFeedbackPorts, feedback: Feedback): Promise<void> {
  // Mail that carries no tag of ours was sent by somebody else in this account: its evidence is kept under SES's own id.
  const key: DeliveryKey = keyOfTags(feedback.tags) ?? {
    kind: 'foreign',
    sesMessageId: feedback.sesMessageId,
  };
  const id = deliveryId(key);
  const facts = {
    sesMessageId: feedback.sesMessageId,
    ...(key.kind === 'campaign' ? { campaignId: key.campaignId } : {}),
  };
  const end = stateOf(feedback);
  if (end === undefined) {
    // It says nothing of arrival, and still proves that SES accepted the mail.
    if (key.kind === 'campaign') {
      await settleDoubt(ports, key);
    } else {
      await ports.deliveries.raise(id, 'accepted', stateRank.accepted, ports.nowMs());
    }
    return;
  }
  const reached = { ...end, reason: reasonOf(feedback) };
  const first =
    key.kind === 'campaign'
      ? await noteInCampaign(ports, key.campaignId, id, feedback, reached, facts)
      : await ports.deliveries.recordEvidence(id, feedback, reached, facts, ports.nowMs());
  if (key.kind === 'campaign') {
    await settleDoubt(ports, key);
  }
  const counted = countedKinds[feedback.kind];
  if (first && counted !== undefined) {
    ports.count(counted);
  }
}

/** What an operator reads first of a mail that did not arrive; the whole of it is in the evidence. */
function reasonOf({
  bounceType,
  bounceSubType,
  enhancedStatusCode,
  complaintFeedbackType,
}: Feedback): string | undefined {
  const parts = [bounceType, bounceSubType, enhancedStatusCode, complaintFeedbackType].filter(Boolean);
  return parts.length === 0 ? undefined : parts.join(' ');
}

const countedKinds: Readonly<Partial<Record<Feedback['kind'], Count>>> = {
  delivery: 'Delivered',
  bounce: 'Bounced',
  complaint: 'Complained',
};

/**
 * Which events of a campaign come here is decided by its configuration set: only failures, or all. Its counters move together with
 * the first evidence of each kind.
 *
 * @returns whether it was the first of its kind
 */
async function noteInCampaign(
  ports: RecordFeedbackPorts,
  campaignId: string,
  id: string,
  feedback: Feedback,
  reached: Reached,
  facts: Record<string, string>,
): Promise<boolean> {
  const counter = campaignCounters[feedback.kind];
  if (counter === undefined) {
    return await ports.deliveries.recordEvidence(id, feedback, reached, facts, ports.nowMs());
  }
  const update = ports.deliveries.evidenceUpdate(id, feedback, reached, facts, ports.nowMs());
  const counted = await ports.campaigns.addTogether(campaignId, { [counter]: 1 }, update);
  // Not counted: seen before, or of a campaign that is not in the table. What SES said is kept in either case.
  const kept = await ports.deliveries.recordEvidence(id, feedback, reached, facts, ports.nowMs());
  return counted || kept;
}

const campaignCounters: Readonly<Partial<Record<Feedback['kind'], 'bounced' | 'complained'>>> = {
  bounce: 'bounced',
  complaint: 'complained',
};

function wire() {
  const environment = readEnvironment([
    'deliveriesTable',
    'suppressionsTable',
    'campaignsTable',
    'deadLetterQueueUrl',
  ]);
  return recordFeedback({
    deliveries: deliveriesTable(environment.deliveriesTable),
    suppressions: suppressionsTable(environment.suppressionsTable),
    campaigns: campaignsTable(environment.campaignsTable),
    ledgers: chunkLedgersTable(environment.deliveriesTable),
    deadLetterQueue: queue(environment.deadLetterQueueUrl),
    count,
    nowMs,
  });
}

let record: ReturnType<typeof wire> | undefined;

export const handler: SQSHandler = (event) => {
  record ??= wire();
  return eachRecord(event, record);
};
