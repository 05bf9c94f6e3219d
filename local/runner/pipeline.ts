import { randomUUID } from 'node:crypto';
import type { Place } from '../api.ts';
import type { ConsumedUnits } from '../engines/dynamodb-units.ts';
import type { Messaging } from '../engines/messaging.ts';
import { type AnsweredCall, type Gateway, startGateway } from '../gateway/gateway.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ses, SesOptions } from '../ses/ses.ts';
import { Access, type Denial } from './access.ts';
import { addServices } from './api-services.ts';
import { type RawTemplate, readAssembly } from './assembly.ts';
import { type Clock, machineClock } from './clock.ts';
import { createRuntime } from './create-runtime.ts';
import { whenIdle } from './idle.ts';
import { type Kill, Kills, type PendingKill } from './kills.ts';
import type { InvocationResult } from './lambda/function-pool.ts';
import type { QueueDepth } from './queues.ts';
import type { Runtime } from './runtime.ts';
import { createStack, planStack } from './stack.ts';

/** Where the runner says what happens: a line of a function's log, or of the runner itself. */
type OnLog = (source: string, line: string) => void;

export interface PipelineOptions {
  /** `cdk.out`. */
  readonly assemblyDirectory: string;
  /** Needed when the assembly holds several stacks. */
  readonly stackName?: string;
  /** 0 takes a free port. */
  readonly port?: number;
  readonly place?: Partial<Place>;
  readonly ses?: Omit<
    SesOptions,
    'place' | 'nowMs' | 'random' | 'publish' | 'schedule' | 'transport' | 'readObject'
  >;
  /** `lab`: mail goes by SMTP to the receivers of the arrival lab, instead of being taken within this process. */
  readonly arrival?: 'lab';
  /** Changes the template before it is run; what is on disk stays. */
  readonly transform?: (template: RawTemplate) => RawTemplate;
  readonly onLog?: OnLog;
  /** The same seed gives the same SES message ids, delays and faults. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Told of every answered AWS call, for meters. */
  readonly onCall?: (call: AnsweredCall) => void;
  /** Told of the capacity units that each DynamoDB call would be billed. */
  readonly onUnits?: (units: ConsumedUnits) => void;
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
  /** Where mail arrives when `arrival` is `lab`. */
  readonly lab: Lab | undefined;
  /** Calls that a role did not allow, in order. */
  readonly denials: readonly Denial[];
  /** AWS calls so far: `sqs:SendMessage` → 12. */
  calls(): Record<string, number>;
  /** How many of the `sqs:ReceiveMessage` calls of event source mappings found nothing. */
  emptyReceives(): number;
  /** Invocations so far, by logical id of the function. */
  invocations(): Record<string, number>;
  /** @param reference - Logical id, name or ARN of a function. */
  invoke(reference: string, payload: unknown): Promise<InvocationResult>;
  /**
   * Kills a worker at one of its AWS calls.
   *
   * @throws InputError `unknown-function`
   */
  killAt(kill: Kill): PendingKill;
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
  const plan = planStack(template, {
    'AWS::AccountId': place.accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': place.region,
    'AWS::StackId': stackId,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  });
  const access = new Access(place, log);
  const gateway = await startGateway({
    port: options.port ?? 0,
    place,
    authorize: (caller, call) => access.authorize(caller, call),
    ...(options.onCall && { onCall: options.onCall }),
    intercept: (operation, caller, request) => kills?.intercept(operation, caller, request),
  });
  let kills: Kills | undefined;
  const closers: (() => void | Promise<void>)[] = [() => gateway.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) {
      await closer();
    }
  };
  try {
    const whenCreated: (() => void | Promise<void>)[] = [];
    const lab = options.arrival === undefined ? undefined : await openLab(gateway, place, clock, log);
    if (lab !== undefined) {
      closers.push(() => lab.close());
    }
    const runtime = createRuntime({
      place,
      stackName,
      stackId,
      assets: assembly.assets,
      clock,
      gateway,
      access,
      sesOptions: { ...options.ses, ...(lab && { transport: lab.transport }) },
      seed: options.seed ?? Date.now(),
      dnsServer: lab?.nameServer,
      ...(options.onUnits && { onUnits: options.onUnits }),
      onLog,
      log,
      whenCreated: (task) => whenCreated.push(task),
      onClose: (task) => closers.push(task),
    });
    kills = new Kills(runtime.functions);
    const identity = { stackName, stackId, createdMs: clock.nowMs(), templateText: JSON.stringify(template) };
    const complete = addServices(runtime);
    const { outputs, resources } = await createStack(template, plan, runtime);
    for (const task of whenCreated) {
      await task();
    }
    complete({ ...identity, outputs, resources });
    begin(runtime);
    const values = Object.fromEntries([...outputs].map(([name, { value }]) => [name, value]));
    if (values.MailDomain !== undefined) {
      lab?.publishSender(values.MailDomain);
    }
    return pipelineOf(runtime, kills, values, lab, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Loaded only when it is wanted: its libraries take a tenth of a second. */
async function openLab(
  gateway: Gateway,
  place: Place,
  clock: Clock,
  log: (line: string) => void,
): Promise<Lab> {
  const [{ startLab }, { labRoutes }] = await Promise.all([
    import('../lab/lab.ts'),
    import('../lab/routes.ts'),
  ]);
  const lab = await startLab({
    place,
    nowMs: () => clock.nowMs(),
    onFault: (error) => log(`the arrival lab: ${String(error)}`),
  });
  gateway.addRoute('/lab', labRoutes(lab));
  return lab;
}

/** Lets the queues feed their functions, and expired items go. */
function begin({ eventSources, dynamoDb, clock, log, onClose }: Runtime): void {
  for (const mapping of eventSources) {
    mapping.start();
    onClose(() => mapping.stop());
  }
  const sweep = (): void => {
    dynamoDb.sweepExpired().catch((error: unknown) => log(`expired items stay: ${String(error)}`));
    cancelSweep = clock.after(sweepMs, sweep);
  };
  let cancelSweep = clock.after(sweepMs, sweep);
  onClose(() => cancelSweep());
}

function pipelineOf(
  runtime: Runtime,
  kills: Kills,
  outputs: Readonly<Record<string, string>>,
  lab: Lab | undefined,
  close: () => Promise<void>,
): Pipeline {
  const { access, functions, gateway, messaging, place, queues, ses, stackName, work } = runtime;
  return {
    endpoint: gateway.endpoint,
    secureEndpoint: gateway.secureEndpoint,
    caCertificate: gateway.caCertificate,
    stackName,
    place,
    outputs,
    ses,
    messaging,
    lab,
    denials: access.denials,
    calls: () => Object.fromEntries(gateway.calls),
    invocations: () => Object.fromEntries(functions.invocations),
    emptyReceives: () => runtime.eventSources.reduce((sum, mapping) => sum + mapping.emptyReceives, 0),
    async invoke(reference, payload) {
      const { logicalId } = functions.named(reference, 'invoke');
      return work.track(functions.invoke(logicalId, JSON.stringify(payload) ?? 'null'));
    },
    killAt: (kill) => kills.add(kill),
    idle: (timeoutMs) => whenIdle(runtime, timeoutMs),
    async queueDepths() {
      const named = queues.arns().map((arn) => [arn.slice(arn.lastIndexOf(':') + 1), arn] as const);
      const depths = named.map(async ([name, arn]) => [name, await queues.depth(arn)] as const);
      return Object.fromEntries(await Promise.all(depths));
    },
    close,
  };
}
