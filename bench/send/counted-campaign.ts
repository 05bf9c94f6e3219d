import type { Tracing } from '../../domain/campaign/campaign.ts';
import { type Quantities, scaled } from '../../domain/cost.ts';
import { audienceOf } from './audience.ts';
import { Meter } from './meter.ts';
import { planCampaign, startStack } from './running-stack.ts';
import { stackFacts } from './stack-facts.ts';

/** What a campaign was billed for, as counted, for one of its mails; Lambda's time is not in it. */
export interface CountedCampaign {
  readonly mails: number;
  readonly planning: Quantities;
  readonly sending: Quantities;
  readonly feedback: Quantities;
  /** Events that SES published, for one mail. */
  readonly events: number;
  /** Messages on the chunks queue, for one mail: chunks, and what of them was given back. */
  readonly chunkMessages: number;
  readonly callsPerMail: Readonly<Record<string, number>>;
  /** Calls by operation, of the whole campaign. */
  readonly calls: Readonly<Record<string, number>>;
}

const patienceMs = 300_000;

export interface CampaignToCount {
  readonly mails: number;
  /** Recipients per second that the local SES takes. */
  readonly maxSendRate: number;
  readonly tracing: Tracing;
  /** With the usual share of bounces and complaints. */
  readonly failures: boolean;
}

/** Runs a campaign in a stack of its own and counts everything that AWS would bill until the last event is recorded. */
export async function countCampaign(
  assemblyDirectory: string,
  { mails, maxSendRate, tracing, failures }: CampaignToCount,
): Promise<CountedCampaign> {
  const facts = stackFacts(assemblyDirectory);
  let meter = new Meter();
  const pipeline = await startStack(assemblyDirectory, maxSendRate, {
    onCall: (call) => meter.onCall(call),
    onUnits: (units) => meter.onUnits(units),
    onLog: (source, line) => meter.onLog(source, line),
  });
  try {
    await pipeline.idle(patienceMs);
    // Publishing the templates was counted: that is a deployment's, and no campaign's.
    meter = new Meter();
    await planCampaign(pipeline, 'counted', audienceOf(mails, 'counted', failures), tracing);
    await pipeline.idle(patienceMs);
    if (pipeline.ses.store.count() !== mails) {
      throw new Error(`SES accepted ${pipeline.ses.store.count()} of ${mails} mails`);
    }
    const perMail = (quantities: Quantities) => scaled(quantities, 1 / mails);
    const { dynamoDbWriteUnit: indexUnits, snsPublish: events } = meter.quantities();
    const invocations = pipeline.invocations();
    const feedback = meter.quantities(facts.feedback.logicalId);
    return {
      mails,
      planning: perMail(meter.quantities(facts.planner.logicalId)),
      // Keys are read once in five minutes, which a short run would show as a cost by the mail: the model adds them.
      sending: perMail({ ...meter.quantities(facts.chunks.logicalId), secretsManagerCall: 0 }),
      feedback: perMail({
        ...feedback,
        dynamoDbWriteUnit: feedback.dynamoDbWriteUnit + indexUnits,
        snsPublish: events,
      }),
      events: events / mails,
      chunkMessages: (invocations[facts.chunks.logicalId] ?? 0) / mails,
      callsPerMail: meter.callsPerMail(mails),
      calls: Object.fromEntries(meter.calls),
    };
  } finally {
    await pipeline.close();
  }
}
