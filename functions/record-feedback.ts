import type { SQSHandler, SQSRecord } from 'aws-lambda';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { type Deliveries, deliveriesTable } from '../aws/deliveries.ts';
import { type Count, count } from '../aws/metrics.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { type Suppressions, suppressionsTable } from '../aws/suppressions.ts';
import { type DeliveryKey, deliveryId, keyOfTags } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { type Feedback, parseFeedback, stateOf, suppressionFrom } from '../domain/feedback.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import { nowMs } from './wait.ts';

export interface RecordFeedbackPorts {
  readonly deliveries: Pick<Deliveries, 'evidenceUpdate' | 'recordEvidence' | 'raise'>;
  readonly suppressions: Pick<Suppressions, 'add'>;
  readonly campaigns: Pick<Campaigns, 'addTogether'>;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly count: (name: Count) => void;
  readonly nowMs: () => number;
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
  const reached = stateOf(feedback);
  if (reached === undefined) {
    return;
  }
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
  const first =
    key.kind === 'campaign'
      ? await noteInCampaign(ports, key.campaignId, id, feedback, facts)
      : await ports.deliveries.recordEvidence(id, feedback, facts, ports.nowMs());
  if (first === undefined) {
    return;
  }
  // Also when it is not the first: the worker that recorded the first one may have died before it came this far.
  await ports.deliveries.raise(id, reached.state, reached.rank, ports.nowMs(), reasonOf(feedback));
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
 * A campaign keeps a row of its own only for recipients that something went wrong with; its counters move together with the
 * first evidence of each kind.
 *
 * @returns whether it was the first of its kind; undefined when there is no row
 */
async function noteInCampaign(
  ports: RecordFeedbackPorts,
  campaignId: string,
  id: string,
  feedback: Feedback,
  facts: Record<string, string>,
): Promise<boolean | undefined> {
  const counter = campaignCounters[feedback.kind];
  if (counter !== undefined) {
    const update = ports.deliveries.evidenceUpdate(id, feedback, facts, ports.nowMs());
    const counted = await ports.campaigns.addTogether(campaignId, { [counter]: 1 }, update);
    // Not counted: seen before, or of a campaign that is not in the table. What SES said is kept in either case.
    return counted || (await ports.deliveries.recordEvidence(id, feedback, facts, ports.nowMs()));
  }
  if (feedback.kind === 'reject' || feedback.kind === 'renderingFailure') {
    return await ports.deliveries.recordEvidence(id, feedback, facts, ports.nowMs());
  }
  return undefined;
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
