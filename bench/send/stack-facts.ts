import { type RawTemplate, readAssembly } from '../../local/runner/assembly.ts';
import { isObject, type Json } from '../../local/runner/json.ts';

/** What a function of the stack is allowed, as the template says. */
export interface WorkerFacts {
  readonly logicalId: string;
  readonly memoryMegabytes: number;
  /** Concurrent invocations; 1 for a function without a queue. */
  readonly maxConcurrency: number;
}

export interface StackFacts {
  readonly notifications: WorkerFacts;
  readonly chunks: WorkerFacts;
  readonly feedback: WorkerFacts;
  readonly planner: WorkerFacts;
}

export function stackFacts(assemblyDirectory: string): StackFacts {
  const { template } = readAssembly(assemblyDirectory);
  return {
    notifications: factsOf(template, 'NotificationsWorker'),
    chunks: factsOf(template, 'ChunksWorker'),
    feedback: factsOf(template, 'FeedbackWorker'),
    planner: factsOf(template, 'CampaignsPlanner'),
  };
}

/** @param path - Of constructs: what the logical id begins with. */
function factsOf({ Resources }: RawTemplate, path: string): WorkerFacts {
  const ofType = (type: string) =>
    Object.entries(Resources).filter(([, { Type }]) => Type === `AWS::Lambda::${type}`);
  const [found] = ofType('Function').filter(([id]) => id.startsWith(path));
  if (found === undefined) {
    throw new Error(`the stack has no function ${path}`);
  }
  const [logicalId, { Properties = {} }] = found;
  const [mapping] = ofType('EventSourceMapping')
    .map(([, { Properties: properties = {} }]) => properties)
    .filter(({ FunctionName: name }) => isObject(name) && name.Ref === logicalId);
  return {
    logicalId,
    memoryMegabytes: numberOf(Properties.MemorySize),
    maxConcurrency: isObject(mapping?.ScalingConfig) ? numberOf(mapping.ScalingConfig.MaximumConcurrency) : 1,
  };
}

function numberOf(value: Json | undefined): number {
  if (typeof value !== 'number') {
    throw new Error('the template has no number where one is due');
  }
  return value;
}
