import { randomUUID } from 'node:crypto';
import { InputError } from '../../domain/errors.ts';
import type { RawResource, RawTemplate } from './assembly.ts';
import { evaluateConditions } from './conditions.ts';
import { creationOrder } from './creation-order.ts';
import { type ResourceValues, resolve, type Scope } from './intrinsics.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf, textOf } from './json.ts';
import { Properties } from './properties.ts';
import { references } from './references.ts';
import { provisionerOf, takesAnyProperty } from './resources/provisioners.ts';
import type { Runtime } from './runtime.ts';

interface StackOutput {
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface CreatedStack {
  readonly outputs: ReadonlyMap<string, StackOutput>;
  readonly resources: readonly {
    readonly logicalId: string;
    readonly physicalId: string;
    readonly type: string;
  }[];
}

const sections = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
];
const resourceAttributes = [
  'Condition',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdateReplacePolicy',
];

/** Which of the template's resources there are, and what their intrinsic functions can refer to. */
export interface Plan {
  readonly order: readonly string[];
  readonly scope: Scope;
  readonly created: Map<string, ResourceValues>;
}

/**
 * Reads the whole template before anything is created.
 *
 * @throws InputError naming everything that is not run here: sections, resource types, intrinsic functions.
 */
export function planStack(template: RawTemplate, pseudoParameters: Readonly<Record<string, string>>): Plan {
  refuseUnknown(template);
  const created = new Map<string, ResourceValues>();
  const parameters = parametersOf(objectOf(sectionOf(template, 'Parameters')), pseudoParameters);
  const base = { parameters, mappings: objectOf(sectionOf(template, 'Mappings')) };
  const conditions = evaluateConditions(objectOf(sectionOf(template, 'Conditions')), base);
  const scope: Scope = { ...base, conditions, resource: (logicalId) => created.get(logicalId) };
  const dependencies = new Map<string, ReadonlySet<string>>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (conditions.get(textOf(resource.Condition) ?? '') === false) {
      continue;
    }
    const explicit =
      typeof resource.DependsOn === 'string' ? [resource.DependsOn] : listOf(resource.DependsOn);
    const implied = references(resource.Properties ?? {}, scope, `Resources.${logicalId}.Properties`);
    dependencies.set(logicalId, new Set([...explicit.map(String), ...implied]));
  }
  return { order: creationOrder(dependencies), scope, created };
}

/** Creates the resources in the plan's order, then works the outputs out. */
export async function createStack(
  template: RawTemplate,
  plan: Plan,
  runtime: Runtime,
): Promise<CreatedStack> {
  const resources: { logicalId: string; physicalId: string; type: string }[] = [];
  for (const logicalId of plan.order) {
    const resource = template.Resources[logicalId];
    if (resource === undefined) {
      continue;
    }
    const values = await createResource(logicalId, resource, plan, runtime);
    plan.created.set(logicalId, values);
    resources.push({ logicalId, physicalId: values.ref, type: resource.Type });
  }
  return { outputs: outputsOf(objectOf(sectionOf(template, 'Outputs')), plan.scope), resources };
}

async function createResource(
  logicalId: string,
  resource: RawResource,
  { scope }: Plan,
  runtime: Runtime,
): Promise<ResourceValues> {
  const provisioner = provisionerOf(resource.Type);
  if (provisioner === undefined) {
    throw new InputError(
      'unknown-resource-type',
      logicalId,
      `${logicalId} (${resource.Type}) is not run here`,
    );
  }
  const where = `${logicalId} (${resource.Type})`;
  const resolved = resolve(resource.Properties ?? {}, scope, `Resources.${logicalId}.Properties`);
  const properties = new Properties(objectOf(resolved), where);
  if (!takesAnyProperty(provisioner)) {
    properties.refuseOthers([...provisioner.done, ...provisioner.inert]);
  }
  return provisioner.create({ logicalId, type: resource.Type, properties, uniqueId: randomUUID() }, runtime);
}

function refuseUnknown(template: RawTemplate): void {
  const unknownSections = Object.keys(template).filter((name) => !sections.includes(name));
  if (unknownSections.length > 0) {
    throw new InputError(
      'unknown-section',
      'template',
      `template sections that are not run here: ${unknownSections.join(', ')}`,
    );
  }
  const resources = Object.entries(template.Resources);
  const unknownTypes = resources.filter(([, { Type }]) => provisionerOf(Type) === undefined);
  if (unknownTypes.length > 0) {
    const names = unknownTypes.map(([logicalId, { Type }]) => `${logicalId} (${Type})`).join(', ');
    throw new InputError(
      'unknown-resource-type',
      'Resources',
      `resource types that are not run here: ${names}`,
    );
  }
  for (const [logicalId, resource] of resources) {
    const unknown = Object.keys(resource).filter((name) => !resourceAttributes.includes(name));
    if (unknown.length > 0) {
      throw new InputError(
        'unknown-attribute',
        logicalId,
        `attributes of ${logicalId} that are not run here: ${unknown.join(', ')}`,
      );
    }
  }
}

function sectionOf(template: RawTemplate, name: string): Json | undefined {
  const section = template[name];
  return section as Json | undefined;
}

/** Parameters take their defaults: nobody is there to be asked. */
function parametersOf(
  parameters: JsonObject,
  pseudoParameters: Readonly<Record<string, string>>,
): Map<string, Json> {
  const values = new Map<string, Json>(Object.entries(pseudoParameters));
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = objectOf(parameter).Default;
    if (value === undefined) {
      throw new InputError('missing-parameter', `Parameters.${name}`, `parameter ${name} has no default`);
    }
    values.set(name, String(objectOf(parameter).Type).startsWith('List<') ? String(value).split(',') : value);
  }
  return values;
}

function outputsOf(outputs: JsonObject, scope: Scope): Map<string, StackOutput> {
  const values = new Map<string, StackOutput>();
  for (const [name, output] of Object.entries(outputs)) {
    if (!isObject(output) || scope.conditions.get(textOf(output.Condition) ?? '') === false) {
      continue;
    }
    const where = `Outputs.${name}`;
    const description = textOf(output.Description);
    const exportName = textOf(objectOf(resolve(output.Export ?? {}, scope, where)).Name);
    values.set(name, {
      value: String(resolve(output.Value ?? '', scope, `${where}.Value`)),
      ...(description !== undefined && { description }),
      ...(exportName !== undefined && { exportName }),
    });
  }
  return values;
}
