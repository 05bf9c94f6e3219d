import type { Place } from '../api.ts';
import type { DynamoDb } from '../engines/dynamodb.ts';
import type { Messaging } from '../engines/messaging.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Ses } from '../ses/ses.ts';
import type { Access } from './access.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { Clock } from './clock.ts';
import type { CustomResources } from './custom-resource.ts';
import type { EventBus } from './event-bus.ts';
import type { EventSourceMapping, EventSourceMappingPorts } from './event-source-mapping.ts';
import type { HttpApi, HttpApiPorts } from './http-api.ts';
import type { FunctionPool } from './lambda/function-pool.ts';
import type { Queues } from './queues.ts';
import type { Scheduler } from './scheduler.ts';
import type { Secrets } from './secrets-manager.ts';
import type { Targets } from './targets.ts';
import type { Topics } from './topics.ts';
import type { Work } from './work.ts';

/** Everything a resource can be made of. */
export interface Runtime {
  readonly place: Place;
  readonly stackName: string;
  readonly assets: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly gateway: Gateway;
  readonly messaging: Messaging;
  readonly dynamoDb: DynamoDb;
  readonly ses: Ses;
  readonly access: Access;
  readonly queues: Queues;
  readonly functions: FunctionPool;
  readonly asyncInvocations: AsyncInvocations;
  readonly topics: Topics;
  readonly targets: Targets;
  readonly eventBus: EventBus;
  readonly scheduler: Scheduler;
  readonly secrets: Secrets;
  readonly customResources: CustomResources;
  readonly httpApis: Map<string, HttpApi>;
  readonly httpApiPorts: HttpApiPorts;
  readonly eventSources: EventSourceMapping[];
  readonly eventSourcePorts: EventSourceMappingPorts;
  readonly work: Work;
  readonly log: (line: string) => void;
  /** Runs after every resource exists, in the order given. */
  readonly whenCreated: (task: () => void | Promise<void>) => void;
  readonly onClose: (task: () => void | Promise<void>) => void;
}
