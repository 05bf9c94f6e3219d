import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../../domain/errors.ts';
import type { Place } from '../api.ts';
import { isObject, type Json, type JsonObject, objectOf, parseObject, textOf } from './json.ts';

/** A template as it stands in `<Stack>.template.json`. */
export interface RawTemplate {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly [section: string]: Json | Readonly<Record<string, RawResource>>;
}
export interface RawResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly [attribute: string]: Json | undefined;
}

/** One stack of a synthesized CDK assembly, read and otherwise untouched. */
export interface Assembly {
  readonly stackName: string;
  readonly template: RawTemplate;
  /** Absolute paths of file assets, by the object key that templates use for them: `<hash>.zip`. */
  readonly assets: ReadonlyMap<string, string>;
  /** What the stack's environment fixes; `unknown-account` and `unknown-region` are left out. */
  readonly place: Partial<Place>;
}

/**
 * Reads a stack of a cloud assembly (`cdk.out`).
 *
 * @param stackName - Needed when the assembly holds more than one stack.
 */
export function readAssembly(directory: string, stackName?: string): Assembly {
  const manifest = readObject(join(directory, 'manifest.json'));
  const artifacts = Object.entries(objectOf(manifest.artifacts));
  const stacks = artifacts.filter(([, artifact]) => objectOf(artifact).type === 'aws:cloudformation:stack');
  const chosen = stacks.filter(([id, artifact]) => !stackName || nameOf(id, artifact) === stackName);
  const [only] = chosen;
  if (only === undefined || chosen.length > 1) {
    const names = stacks.map(([id, artifact]) => nameOf(id, artifact)).join(', ') || 'none';
    throw new InputError('stack', 'stackName', `choose one stack of ${directory}; it has: ${names}`);
  }
  const [id, artifact] = only;
  const file = textOf(objectOf(objectOf(artifact).properties).templateFile) ?? `${id}.template.json`;
  return {
    stackName: nameOf(id, artifact),
    template: templateOf(readObject(join(directory, file)), file),
    assets: readAssets(directory, artifacts),
    place: placeOf(textOf(objectOf(artifact).environment) ?? ''),
  };
}

/** Checks only the outline that everything else relies on. */
function templateOf(document: JsonObject, where: string): RawTemplate {
  const resources = document.Resources;
  if (!isObject(resources)) {
    throw new InputError('template', where, `${where} has no Resources`);
  }
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (!isObject(resource) || typeof resource.Type !== 'string') {
      throw new InputError('template', where, `resource ${logicalId} of ${where} has no Type`);
    }
  }
  return document as JsonObject & RawTemplate;
}

function nameOf(artifactId: string, artifact: Json): string {
  return textOf(objectOf(objectOf(artifact).properties).stackName) ?? artifactId;
}

/** `aws://<account>/<region>` */
function placeOf(environment: string): Partial<Place> {
  const [, accountId = '', region = ''] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  return {
    ...(/^\d{12}$/.test(accountId) && { accountId }),
    ...(region !== '' && region !== 'unknown-region' && { region }),
  };
}

function readAssets(directory: string, artifacts: readonly (readonly [string, Json])[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    const file = textOf(objectOf(objectOf(artifact).properties).file);
    if (objectOf(artifact).type !== 'cdk:asset-manifest' || file === undefined) {
      continue;
    }
    for (const asset of Object.values(objectOf(readObject(join(directory, file)).files))) {
      const path = textOf(objectOf(objectOf(asset).source).path);
      for (const destination of Object.values(objectOf(objectOf(asset).destinations))) {
        const key = textOf(objectOf(destination).objectKey);
        if (path !== undefined && key !== undefined) {
          paths.set(key, resolve(directory, path));
        }
      }
    }
  }
  return paths;
}

function readObject(file: string): JsonObject {
  return parseObject(readFileSync(file, 'utf8'), file);
}
