import type { SQSBatchResponse, SQSEvent, SQSHandler, SQSRecord } from 'aws-lambda';
import { campaignsTable } from '../aws/campaigns.ts';
import { chunkLedgersTable } from '../aws/chunk-ledgers.ts';
import { type Deliveries, deliveriesTable } from '../aws/deliveries.ts';
import { type Count, count, flushCounts } from '../aws/metrics.ts';
import { startPlanning } from '../aws/planner.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { type Suppressions, suppressionsTable } from '../aws/suppressions.ts';
import { providerNameOf } from '../domain/campaign/provider-counts.ts';
import { type DeliveryKey, deliveryId, keyOfTags } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { variantOfTags } from '../domain/experiment/variant.ts';
import { byMachine, type Feedback, mailboxOf, parseFeedback } from '../domain/feedback/feedback.ts';
import { reachedBy } from '../domain/feedback/feedback-end.ts';
import { parseGuardrailSettings } from '../domain/guardrail/settings.ts';
import {
  consequenceOf,
  parseSuppressionPolicy,
  type SuppressionPolicy,
} from '../domain/suppression/suppression-policy.ts';
import { withChange } from '../domain/suppression/suppression-record.ts';
import { isTooSoon, scannedMails } from '../domain/tracking.ts';
import { type CampaignNotes, type CampaignNotesPorts, campaignNotes } from './campaign-notes.ts';
import { type SettleDoubtPorts, settleDoubt } from './chunk/settle-doubt.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import { campaignGuard } from './guard-campaign.ts';
import { nowMs } from './wait.ts';

export interface RecordFeedbackPorts extends SettleDoubtPorts, CampaignNotesPorts {
  readonly campaigns: SettleDoubtPorts['campaigns'] & CampaignNotesPorts['campaigns'];
  readonly deliveries: Pick<Deliveries, 'evidenceUpdate' | 'recordEvidence'>;
  readonly suppressions: Pick<Suppressions, 'change'>;
  readonly suppressionPolicy: SuppressionPolicy;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly count: (name: Count) => void;
}

/**
 * Records what SES reports, for every recipient of the event. Everything here may be repeated and come in any order: evidence is
 * kept once per kind, states only rise, the same change of a suppression counts once.
 */
export const recordFeedback =
  (ports: RecordFeedbackPorts) =>
  async (record: SQSRecord): Promise<void> => {
    const notes = campaignNotes(ports);
    await recordOne(ports, notes, scannedIn([record]))(record);
    await notes.settle();
  };

/** The same for a batch: what is reported of campaigns is judged once, when all of it is known. */
export const recordFeedbackBatch =
  (ports: RecordFeedbackPorts) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const notes = campaignNotes(ports);
    const answer = await eachRecord(event, recordOne(ports, notes, scannedIn(event.Records)));
    await notes.settle();
    flushCounts();
    return answer;
  };

/** The mails of which several links were followed at once, as far as that is reported together. */
function scannedIn(records: readonly SQSRecord[]): ReadonlySet<string> {
  const followed = records.flatMap(({ body }) => {
    // Most are about something else, and are read but once.
    if (!body.includes('Click')) {
      return [];
    }
    try {
      return parseFeedback(body).filter(({ kind }) => kind === 'click');
    } catch {
      // What cannot be read is dealt with when it is its turn.
      return [];
    }
  });
  return scannedMails(followed);
}

/** What a program did to a mail of a campaign is not its recipient's doing. Who waits for another mail may well be that quick. */
function exactOf(feedback: Feedback, scanned: ReadonlySet<string>): Feedback {
  const { kind, atMs, sentAtMs, sesMessageId, tags } = feedback;
  const isEngagement = kind === 'open' || kind === 'click';
  if (!isEngagement || keyOfTags(tags)?.kind !== 'campaign') {
    return feedback;
  }
  const isSoon = sentAtMs !== undefined && isTooSoon(atMs, sentAtMs);
  return isSoon || (kind === 'click' && scanned.has(sesMessageId)) ? byMachine(feedback) : feedback;
}

const recordOne =
  (ports: RecordFeedbackPorts, notes: CampaignNotes, scanned: ReadonlySet<string>) =>
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
    for (const each of reported) {
      const feedback = exactOf(each, scanned);
      // First, so that what is noted of a campaign keeps the order in which it came.
      await note(ports, notes, feedback);
      await suppress(ports, feedback);
    }
  };

async function suppress(ports: RecordFeedbackPorts, feedback: Feedback): Promise<void> {
  const found = consequenceOf(feedback, ports.suppressionPolicy);
  if (found !== undefined) {
    await ports.suppressions.change(found, (record) => withChange(record, found.change));
  }
}

/**
 * Keeps what is reported under the delivery that the tags name, whether anything is known of it yet or not: a record that comes later
 * finds the evidence there, and is put beside it.
 */
async function note(ports: RecordFeedbackPorts, notes: CampaignNotes, feedback: Feedback): Promise<void> {
  const { wire, recipientId } = mailboxOf(feedback.recipient);
  // Mail that carries no tag of ours was sent by somebody else in this account: its evidence is kept under SES's own id.
  const key: DeliveryKey = keyOfTags(feedback.tags) ?? {
    kind: 'foreign',
    sesMessageId: feedback.sesMessageId,
    ...(feedback.shared ? { recipientId } : {}),
  };
  const id = deliveryId(key);
  const facts = {
    sesMessageId: feedback.sesMessageId,
    recipientId,
    address: wire,
    ...(key.kind === 'campaign' ? { campaignId: key.campaignId } : {}),
  };
  const reached = reachedBy({ [feedback.kind]: feedback });
  const first =
    key.kind === 'campaign'
      ? await notes.note({ campaignId: key.campaignId, deliveryId: id, feedback, reached, facts })
      : await ports.deliveries.recordEvidence(id, feedback, reached, facts, ports.nowMs());
  if (key.kind === 'campaign') {
    await settleDoubt(ports, key, providerNameOf(wire), variantOfTags(feedback.tags));
  }
  const counted = countedKinds[feedback.kind];
  if (first && counted !== undefined) {
    ports.count(counted);
  }
}

const countedKinds: Readonly<Partial<Record<Feedback['kind'], Count>>> = {
  delivery: 'Delivered',
  bounce: 'Bounced',
  complaint: 'Complained',
};

function wire() {
  const environment = readEnvironment([
    'deliveriesTable',
    'suppressionsTable',
    'campaignsTable',
    'deadLetterQueueUrl',
    'suppressionPolicy',
    'guardrails',
    'planCampaignFunctionName',
  ]);
  const campaigns = campaignsTable(environment.campaignsTable);
  const settings = parseGuardrailSettings(environment.guardrails);
  return recordFeedbackBatch({
    deliveries: deliveriesTable(environment.deliveriesTable),
    suppressions: suppressionsTable(environment.suppressionsTable),
    suppressionPolicy: parseSuppressionPolicy(environment.suppressionPolicy),
    campaigns,
    authenticationRun: settings.authentication.inARow,
    guard: campaignGuard({
      campaigns,
      settings,
      nowMs,
      by: 'record-feedback',
      startPlanner: (campaignId) => startPlanning(environment.planCampaignFunctionName, campaignId),
    }),
    ledgers: chunkLedgersTable(environment.deliveriesTable),
    deadLetterQueue: queue(environment.deadLetterQueueUrl),
    count,
    nowMs,
  });
}

let record: ReturnType<typeof wire> | undefined;

export const handler: SQSHandler = (event) => {
  record ??= wire();
  return record(event);
};
