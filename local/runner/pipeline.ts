import { randomUUID } from 'node:crypto';
import type { Place } from '../api.ts';
import { createDynamoDb } from '../engines/dynamodb.ts';
import { createMessaging, type Messaging } from '../engines/messaging.ts';
import { startGateway } from '../gateway/gateway.ts';
import { inboxRoutes } from '../ses/inbox.ts';
import { seededRandom } from '../ses/seeded-random.ts';
import { createSes, type Ses, type SesOptions } from '../ses/ses.ts';
import { Access, type Denial } from './access.ts';
import { type RawTemplate, readAssembly } from './assembly.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { type Clock, machineClock } from './clock.ts';
import { cloudFormation, type StackDescription } from './cloudformation.ts';
import { CustomResources } from './custom-resource.ts';
import { EventBus } from './event-bus.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { HttpApi } from './http-api.ts';
import { whenIdle } from './idle.ts';
import { FunctionPool, type InvocationResult } from './lambda/function-pool.ts';
import { lambdaService } from './lambda/invoke-api.ts';
import { cloudWatch, cloudWatchLogs } from './metrics.ts';
import { type QueueDepth, Queues } from './queues.ts';
import type { Runtime } from './runtime.ts';
import { Scheduler } from './scheduler.ts';
import { Secrets } from './secrets-manager.ts';
import { createStack, planStack } from './stack.ts';
import { Targets } from './targets.ts';
import { Topics } from './topics.ts';
import { Work } from './work.ts';

/** Where the runner says what happens: a line of a function's log, or of the runner itself. */
export type OnLog = (source: string, line: string) => void;

export interface PipelineOptions {
  /** `cdk.out`. */
  readonly assemblyDirectory: string;
  /** Needed when the assembly holds several stacks. */
  readonly stackName?: string;
  /** 0 takes a free port. */
  readonly port?: number;
  readonly place?: Partial<Place>;
  readonly ses?: Omit<SesOptions, 'place' | 'nowMs' | 'random' | 'publish' | 'schedule'>;
  /** Changes the template before it is run; what is on disk stays. */
  readonly transform?: (template: RawTemplate) => RawTemplate;
  readonly onLog?: OnLog;
  /** The same seed gives the same SES message ids, delays and faults. */
  readonly seed?: number;
  readonly clock?: Clock;
}

/** A stack that runs on this machine. */
export interface Pipeline {
  /** `http://127.0.0.1:PORT`, for every AWS SDK and the AWS CLI. */
  readonly endpoint: string;
  readonly secureEndpoint: string;
  readonly caCertificate: string;
  readonly stackName: string;
  readonly place: Place;
  readonly outputs: Readonly<Record<string, string>>;
  readonly ses: Ses;
  readonly messaging: Messaging;
  /** Calls that a role did not allow, in order. */
  readonly denials: readonly Denial[];
  /** AWS calls so far: `sqs:SendMessage` → 12. */
  calls(): Record<string, number>;
  /** How many of the `sqs:ReceiveMessage` calls of event source mappings found nothing. */
  emptyReceives(): number;
  /** @param reference - Logical id, name or ARN of a function. */
  invoke(reference: string, payload: unknown): Promise<InvocationResult>;
  /**
   * Resolves when nothing is queued, delayed, running or on its way; dead-letter queues do not count.
   *
   * @throws Error naming what is left when that takes longer than `timeoutMs`.
   */
  idle(timeoutMs: number): Promise<void>;
  /** By queue name. */
  queueDepths(): Promise<Record<string, QueueDepth>>;
  close(): Promise<void>;
}

const runner = 'runner';
const defaultPlace: Place = { region: 'us-east-1', accountId: '123456789012' };
const sesService = 'ses.amazonaws.com';
/** DynamoDB deletes expired items within days; here a minute is enough to see it. */
const sweepMs = 60_000;

/** Starts the stack of a synthesized assembly. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const assembly = readAssembly(options.assemblyDirectory, options.stackName);
  const place: Place = { ...defaultPlace, ...assembly.place, ...options.place };
  const clock = options.clock ?? machineClock;
  const onLog: OnLog = options.onLog ?? ((source, line) => console.error(`${source}: ${line}`));
  const log = (line: string): void => onLog(runner, line);
  const template = options.transform?.(assembly.template) ?? assembly.template;
  const { stackName } = assembly;
  const stackId = `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/${randomUUID()}`;
  const plan = planStack(
    { template },
    {
      'AWS::AccountId': place.accountId,
      'AWS::Partition': 'aws',
      'AWS::Region': place.region,
      'AWS::StackId': stackId,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
  );

  const work = new Work();
  const access = new Access(place, log);
  const gateway = await startGateway({
    port: options.port ?? 0,
    place,
    authorize: (caller, call) => access.authorize(caller, call),
  });
  const closers: (() => void | Promise<void>)[] = [() => gateway.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) {
      await closer();
    }
  };

  try {
    const messaging = createMessaging({
      place,
      baseUrl: () => gateway.endpoint,
      onPublish: (published) => topics.published(published),
    });
    closers.push(() => messaging.close());
    const dynamoDb = createDynamoDb({ nowMs: () => clock.nowMs(), place });
    closers.push(() => dynamoDb.close());
    const queues = new Queues(messaging);
    const functions = new FunctionPool({ place, endpoint: () => gateway.endpoint, onLog });
    closers.push(() => functions.close());
    const asyncInvocations = new AsyncInvocations({
      functions,
      clock,
      work,
      log,
      place,
      toDestination: async (functionId, destinationArn, record) => {
        const roleArn = functions.find(functionId)?.roleArn ?? '';
        const denied = await targets.send({ roleArn }, destinationArn, record);
        if (denied !== undefined) {
          log(`DROPPED: an invocation record of ${functionId}: ${denied}`);
        }
      },
    });
    const countCall = (operation: string): void => gateway.countCall(operation);
    const topics = new Topics({
      messaging,
      queues,
      asyncInvocations,
      access,
      place,
      clock,
      work,
      countCall,
      log,
    });
    const targets = new Targets({ queues, functions, asyncInvocations, topics, access });
    const eventBus = new EventBus({ targets, place, clock, work, log });
    const scheduler = new Scheduler({ targets, access, place, clock, work, log });
    closers.push(() => scheduler.close());
    const secrets = new Secrets(place, clock);
    const customResources = new CustomResources(functions, gateway, stackId);
    const ses = createSes({
      ...options.ses,
      place,
      nowMs: () => clock.nowMs(),
      random: seededRandom(options.seed ?? Date.now()),
      schedule: (delayMs, task) => void clock.after(delayMs, task),
      publish: (topicArn, eventJson) =>
        topics.publishAs(sesService, topicArn, eventJson, sesContext(eventJson, place)),
      onFault: (error) => log(`DROPPED: an event of SES: ${String(error)}`),
    });
    closers.push(() => ses.close());

    const eventSources: EventSourceMapping[] = [];
    const whenCreated: (() => void | Promise<void>)[] = [];
    let emptyReceives = 0;
    const runtime: Runtime = {
      place,
      stackName,
      assets: assembly.assets,
      clock,
      gateway,
      messaging,
      dynamoDb,
      ses,
      access,
      queues,
      functions,
      asyncInvocations,
      topics,
      targets,
      eventBus,
      scheduler,
      secrets,
      customResources,
      httpApis: new Map<string, HttpApi>(),
      httpApiPorts: { functions, access, place, clock, work, log },
      eventSources,
      eventSourcePorts: {
        queues,
        functions,
        work,
        countCall,
        onEmptyReceive: () => {
          emptyReceives += 1;
        },
        log,
      },
      whenCreated: (task) => whenCreated.push(task),
      onClose: (task) => closers.push(task),
    };

    let description: StackDescription | undefined;
    gateway.addService('sqs', messaging.sqs);
    gateway.addService('sns', messaging.sns);
    gateway.addService('s3', messaging.s3);
    gateway.addService('sts', messaging.sts);
    gateway.addService('dynamodb', dynamoDb.handle);
    gateway.addService('ses', ses.handle);
    gateway.addService('lambda', lambdaService(functions, asyncInvocations));
    gateway.addService('events', eventBus.handle);
    gateway.addService('scheduler', scheduler.handle);
    gateway.addService('secretsmanager', secrets.handle);
    gateway.addService(
      'cloudformation',
      cloudFormation(() => description),
    );
    gateway.addService('monitoring', cloudWatch());
    gateway.addService('logs', cloudWatchLogs());
    gateway.addRoute('/inbox', inboxRoutes(ses));

    const startedMs = clock.nowMs();
    const { outputs, resources } = await createStack(template, plan, runtime);
    for (const task of whenCreated) {
      await task();
    }
    description = {
      stackName,
      stackId,
      createdMs: startedMs,
      outputs,
      resources,
      templateText: JSON.stringify(template),
    };
    for (const mapping of eventSources) {
      mapping.start();
    }
    closers.push(() => {
      for (const mapping of eventSources) {
        mapping.stop();
      }
    });
    const sweep = (): void => {
      void dynamoDb.sweepExpired();
      cancelSweep = clock.after(sweepMs, sweep);
    };
    let cancelSweep = clock.after(sweepMs, sweep);
    closers.push(() => cancelSweep());

    return {
      endpoint: gateway.endpoint,
      secureEndpoint: gateway.secureEndpoint,
      caCertificate: gateway.caCertificate,
      stackName,
      place,
      outputs: Object.fromEntries([...outputs].map(([name, { value }]) => [name, value])),
      ses,
      messaging,
      denials: access.denials,
      calls: () => Object.fromEntries(gateway.calls),
      emptyReceives: () => emptyReceives,
      invoke: (reference, payload) =>
        work.track(
          functions.invoke(functions.named(reference, 'invoke').logicalId, JSON.stringify(payload) ?? 'null'),
        ),
      idle: (timeoutMs) => whenIdle({ eventSources, functions, work, ses }, timeoutMs),
      async queueDepths() {
        const depths = queues
          .arns()
          .map(async (arn) => [arn.slice(arn.lastIndexOf(':') + 1), await queues.depth(arn)]);
        return Object.fromEntries(await Promise.all(depths));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
