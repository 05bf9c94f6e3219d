import type { Place } from '../api.ts';
import { createDynamoDb } from '../engines/dynamodb.ts';
import type { ConsumedUnits } from '../engines/dynamodb-units.ts';
import { createMessaging } from '../engines/messaging.ts';
import { seededRandom } from '../ses/seeded-random.ts';
import { createSes, type SesOptions } from '../ses/ses.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { CustomResources } from './custom-resource.ts';
import { EventBus } from './event-bus.ts';
import { FunctionPool } from './lambda/function-pool.ts';
import { Queues } from './queues.ts';
import type { Runtime } from './runtime.ts';
import { Scheduler } from './scheduler.ts';
import { Secrets } from './secrets-manager.ts';
import { Targets } from './targets.ts';
import { Topics } from './topics.ts';
import { Work } from './work.ts';

export interface RuntimeOptions
  extends Pick<
    Runtime,
    'access' | 'assets' | 'clock' | 'gateway' | 'log' | 'onClose' | 'place' | 'stackName' | 'whenCreated'
  > {
  readonly stackId: string;
  readonly sesOptions: Omit<SesOptions, 'place' | 'nowMs' | 'random' | 'publish' | 'schedule'>;
  readonly seed: number;
  /** What functions ask of the DNS goes there; without it they ask nobody. */
  readonly dnsServer: string | undefined;
  readonly onUnits?: (units: ConsumedUnits) => void;
  readonly onLog: (source: string, line: string) => void;
}

const sesService = 'ses.amazonaws.com';

/** Starts the engines, and joins them as AWS's services are joined. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { access, clock, gateway, log, onClose, place } = options;
  const nowMs = (): number => clock.nowMs();
  const countCall = (operation: string, payloadBytes?: number): void =>
    gateway.countCall(operation, 1, payloadBytes);
  const endpoint = (): string => gateway.endpoint;
  const work = new Work();
  const shared = { access, place, clock, work, countCall, log };

  const messaging = createMessaging({
    place,
    baseUrl: endpoint,
    onPublish: (published) => topics.published(published),
  });
  onClose(() => messaging.close());
  const dynamoDb = createDynamoDb({ nowMs, place, ...(options.onUnits && { onUnits: options.onUnits }) });
  onClose(() => dynamoDb.close());
  const queues = new Queues(messaging);
  const functions = new FunctionPool({
    place,
    dnsServer: options.dnsServer,
    endpoint,
    onLog: options.onLog,
    caCertificate: () => gateway.caCertificate,
  });
  onClose(() => functions.close());
  const asyncInvocations = new AsyncInvocations({
    ...shared,
    functions,
    async toDestination(functionId, destinationArn, record) {
      const roleArn = functions.named(functionId, 'destination').roleArn;
      const denied = await targets.send({ roleArn }, destinationArn, record);
      if (denied !== undefined) {
        log(`DROPPED: an invocation record of ${functionId}: ${denied}`);
      }
    },
  });
  const topics = new Topics({ ...shared, messaging, queues, asyncInvocations });
  const targets = new Targets({ ...shared, queues, functions, asyncInvocations, topics });
  const scheduler = new Scheduler({ ...shared, targets });
  onClose(() => scheduler.close());
  const ses = createSes({
    ...options.sesOptions,
    place,
    nowMs,
    trackingUrl: `${endpoint}/track`,
    random: seededRandom(options.seed),
    schedule: (delayMs, task) => void clock.after(delayMs, task),
    publish: (topicArn, eventJson) =>
      topics.publishAs(sesService, topicArn, eventJson, sesContext(eventJson, place)),
    async readObject(bucketName, key) {
      const arn = `arn:aws:s3:::${bucketName}/${key}`;
      const may = access.serviceMay(sesService, 's3:GetObject', arn, { 'aws:Referer': place.accountId });
      if (!may.allowed) {
        throw new Error(`SES may not read s3://${bucketName}/${key}: ${may.reason}`);
      }
      const { Body } = await messaging.call('s3', 'GetObject', { Bucket: bucketName, Key: key });
      return Body;
    },
    onFault: (error) => log(`DROPPED: an event of SES: ${String(error)}`),
  });
  onClose(() => ses.close());
  return {
    ...options,
    work,
    messaging,
    dynamoDb,
    ses,
    queues,
    functions,
    asyncInvocations,
    topics,
    targets,
    eventBus: new EventBus({ ...shared, targets }),
    scheduler,
    secrets: new Secrets(place, clock),
    customResources: new CustomResources(functions, gateway, options.stackId),
    httpApis: new Map(),
    httpApiPorts: { ...shared, functions },
    eventSources: [],
    eventSourcePorts: { ...shared, queues, functions },
  };
}

/** SES publishes for the configuration set that the mail was sent with. */
function sesContext(eventJson: string, { region, accountId }: Place): Record<string, string> {
  const event: { mail?: { tags?: Record<string, string[]> } } = JSON.parse(eventJson);
  const [set = ''] = event.mail?.tags?.['ses:configuration-set'] ?? [];
  return {
    'aws:SourceAccount': accountId,
    'aws:SourceArn': `arn:aws:ses:${region}:${accountId}:configuration-set/${set}`,
  };
}
