import type { ResourceValues } from '../intrinsics.ts';
import type { Properties } from '../properties.ts';
import type { Runtime } from '../runtime.ts';

/** One resource of the template, its properties resolved. */
export interface ResourceRequest {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** Id of the request that creates the stack: unique per resource, for generated parts of names. */
  readonly uniqueId: string;
}

/** How resources of one type come into being. */
export interface Provisioner {
  /** Properties that are done here. */
  readonly done: readonly string[];
  /** Properties that change nothing on this machine. A property in neither list stops the start. */
  readonly inert: readonly string[];
  create(resource: ResourceRequest, runtime: Runtime): Promise<ResourceValues> | ResourceValues;
}
