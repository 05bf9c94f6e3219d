import { DynamoDBClient, type DynamoDBClientConfig, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { RawTemplate } from '../../local/runner/assembly.ts';
import type { RunningPipeline } from './running-pipeline.ts';

/** What is reported of one mail, and how often SES accepted it. */
export interface Reported {
  readonly deliveryId: string;
  readonly state: string;
  readonly reason?: string;
  readonly accepted: number;
}

/** The stack in haste: what a dead sender left comes back after seconds, not minutes. */
export function hasty(template: RawTemplate): RawTemplate {
  const copy = structuredClone(template);
  for (const [id, { Type, Properties = {} }] of Object.entries(copy.Resources)) {
    if (Type === 'AWS::SQS::Queue' && 'RedrivePolicy' in Properties) {
      // Notifications come back when all of them were published, so that each meets one death only.
      Object.assign(Properties, { VisibilityTimeout: id.startsWith('Notifications') ? 12 : 4 });
      Object.assign(Properties.RedrivePolicy ?? {}, { maxReceiveCount: 10 });
    }
    if (Type === 'AWS::Lambda::Function' && /^(?:Notifications|Chunks|Feedback)Worker/.test(id)) {
      Object.assign(Properties, { Timeout: 4 });
      const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
      if (Variables !== undefined && 'LEASE_SECONDS' in Variables) {
        Object.assign(Variables, { LEASE_SECONDS: '4' });
      }
    }
  }
  return copy;
}

/** The stack without patience: a message that is received twice is given up. */
export function impatient(template: RawTemplate): RawTemplate {
  const copy = structuredClone(template);
  for (const { Type, Properties = {} } of Object.values(copy.Resources)) {
    if (Type === 'AWS::SQS::Queue' && 'RedrivePolicy' in Properties) {
      Object.assign(Properties.RedrivePolicy ?? {}, { maxReceiveCount: 1 });
    }
  }
  return copy;
}

async function items(pipeline: RunningPipeline): Promise<Record<string, unknown>[]> {
  const settings: DynamoDBClientConfig = {
    endpoint: pipeline.endpoint,
    region: pipeline.place.region,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  };
  const client = new DynamoDBClient(settings);
  try {
    const { Items = [] } = await client.send(
      new ScanCommand({ TableName: pipeline.outputs.DeliveriesTableName ?? '', ConsistentRead: true }),
    );
    return Items.map((item) => unmarshall(item));
  } finally {
    client.destroy();
  }
}

/** Times that SES accepted mail with these tags, by the values of the tags. */
function acceptances(pipeline: RunningPipeline, ...names: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { tags } of pipeline.ses.store.all()) {
    const key = names.map((name) => tags.find(([tag]) => tag === name)?.[1]).join('#');
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}

export async function reportedNotifications(
  pipeline: RunningPipeline,
  ids: readonly string[],
): Promise<Reported[]> {
  const found = new Map((await items(pipeline)).map((item) => [item.deliveryId, item]));
  const times = acceptances(pipeline, 'todoke-notification');
  return ids.map((id) => {
    const { state, reason } = found.get(`n#${id}`) ?? {};
    return {
      deliveryId: id,
      state: String(state),
      ...(reason === undefined ? {} : { reason: String(reason) }),
      accepted: times.get(id) ?? 0,
    };
  });
}

const stateOfOutcome: Readonly<Record<string, string>> = {
  A: 'accepted',
  S: 'suppressed',
  R: 'rejected',
  U: 'unknown',
};

/** Every recipient of the campaign's chunks, by the ledgers; an outcome that is none yet is reported as it is. */
export async function reportedChunks(pipeline: RunningPipeline, campaignId: string): Promise<Reported[]> {
  const times = acceptances(pipeline, 'todoke-campaign', 'todoke-chunk', 'todoke-index');
  const ledgers = (await items(pipeline)).filter(
    (item) => item.outcomes !== undefined && String(item.deliveryId).startsWith(`c#${campaignId}#`),
  );
  return ledgers.flatMap(({ deliveryId, outcomes }) =>
    Array.from(String(outcomes), (outcome, index) => {
      const key = `${String(deliveryId).slice(2)}#${index}`;
      return { deliveryId: key, state: stateOfOutcome[outcome] ?? outcome, accepted: times.get(key) ?? 0 };
    }),
  );
}

/** Names of dead-letter queues that hold something. */
export async function deadLetters(pipeline: RunningPipeline): Promise<string[]> {
  const depths = Object.entries(await pipeline.queueDepths());
  return depths
    .filter(([name, { visible, inFlight }]) => name.includes('DeadLetter') && visible + inFlight > 0)
    .map(([name]) => name);
}
