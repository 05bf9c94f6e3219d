import { InputError } from '../../domain/errors.ts';
import { isObject, type Json, type JsonObject, listOf } from './json.ts';

/** What intrinsic functions can refer to. */
export interface Scope {
  /** `AWS::Region` and the other pseudo parameters, and the template's own parameters. */
  readonly parameters: ReadonlyMap<string, Json>;
  readonly mappings: JsonObject;
  readonly conditions: ReadonlyMap<string, boolean>;
  /** The resource once it exists. */
  resource(logicalId: string): ResourceValues | undefined;
}

export interface ResourceValues {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Stands for `AWS::NoValue`: the property that holds it is left out. */
const noValue: unique symbol = Symbol('AWS::NoValue');

type Resolved = Json | typeof noValue;
type Intrinsic = (argument: Json, scope: Scope, where: string) => Resolved;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, where) => reference(textArgument(argument, 'Ref', where), scope, where),
  'Fn::GetAtt': (argument, scope, where) => {
    const path = typeof argument === 'string' ? argument : list(argument, scope, where).join('.');
    return attribute(path, scope, where);
  },
  'Fn::Join': (argument, scope, where) => {
    const [delimiter, parts] = list(argument, scope, where);
    return listOf(parts)
      .map((part) => scalar(part, 'Fn::Join', where))
      .join(scalar(delimiter ?? '', 'Fn::Join', where));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope, where) => {
    const [index, values] = list(argument, scope, where);
    const value = listOf(values)[Number(index)];
    if (value === undefined) {
      throw new InputError('intrinsic', where, `Fn::Select at ${where} has no element ${String(index)}`);
    }
    return value;
  },
  'Fn::Split': (argument, scope, where) => {
    const [delimiter, source] = list(argument, scope, where);
    return scalar(source ?? '', 'Fn::Split', where).split(scalar(delimiter ?? '', 'Fn::Split', where));
  },
  'Fn::If': (argument, scope, where) => resolveAny(takenBranch(argument, scope, where), scope, where),
  'Fn::FindInMap': (argument, scope, where) => {
    const keys = list(argument, scope, where).map((key) => scalar(key, 'Fn::FindInMap', where));
    let found: Json | undefined = scope.mappings;
    for (const key of keys) {
      found = isObject(found) ? found[key] : undefined;
    }
    if (keys.length !== 3 || found === undefined) {
      throw new InputError(
        'intrinsic',
        where,
        `Fn::FindInMap at ${where} finds nothing at ${keys.join(' / ')}`,
      );
    }
    return found;
  },
  'Fn::Base64': (argument, scope, where) =>
    Buffer.from(scalar(resolve(argument, scope, where), 'Fn::Base64', where)).toString('base64'),
};

/**
 * Replaces every intrinsic function in `value`.
 *
 * @param where - Place in the template, for messages: `Resources.Queue.Properties`.
 * @throws InputError `unknown-intrinsic` for a function that is not evaluated here.
 */
export function resolve(value: Json, scope: Scope, where: string): Json {
  const resolved = resolveAny(value, scope, where);
  return resolved === noValue ? null : resolved;
}

function resolveAny(value: Json, scope: Scope, where: string): Resolved {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolveAny(item, scope, `${where}[${index}]`))
      .filter((item) => item !== noValue);
  }
  if (!isObject(value)) {
    return value;
  }
  const call = intrinsicCall(value, where);
  if (call !== undefined) {
    return call.evaluate(call.argument, scope, where);
  }
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const resolved = resolveAny(item, scope, `${where}.${key}`);
    if (resolved !== noValue) {
      entries.push([key, resolved]);
    }
  }
  return Object.fromEntries(entries);
}

/** The intrinsic function that `value` calls, if it calls one. */
export function intrinsicCall(value: JsonObject, where: string) {
  const names = Object.keys(value).filter((key) => key === 'Ref' || key.startsWith('Fn::'));
  const [name] = names;
  if (name === undefined) {
    return undefined;
  }
  const evaluate = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  const argument = value[name];
  if (evaluate === undefined || argument === undefined || Object.keys(value).length > 1) {
    throw new InputError(
      'unknown-intrinsic',
      where,
      `intrinsic function ${names.join(', ')} at ${where} is not known here`,
    );
  }
  return { name, argument, evaluate };
}

/** The side of an `Fn::If` that its condition chooses. */
export function takenBranch(argument: Json, scope: Scope, where: string): Json {
  const [name, whenTrue = null, whenFalse = null] = listOf(argument);
  const holds = scope.conditions.get(String(name));
  if (holds === undefined) {
    throw new InputError(
      'unknown-condition',
      where,
      `Fn::If at ${where} names the unknown condition ${String(name)}`,
    );
  }
  return holds ? whenTrue : whenFalse;
}

function reference(name: string, scope: Scope, where: string): Resolved {
  if (name === 'AWS::NoValue') {
    return noValue;
  }
  const value = scope.parameters.get(name) ?? scope.resource(name)?.ref;
  if (value === undefined) {
    throw new InputError('unknown-reference', where, `Ref at ${where} names ${name}, which does not exist`);
  }
  return value;
}

function attribute(path: string, scope: Scope, where: string): string {
  const [logicalId = '', ...rest] = path.split('.');
  const resource = scope.resource(logicalId);
  if (resource === undefined) {
    throw new InputError(
      'unknown-reference',
      where,
      `Fn::GetAtt at ${where} names ${logicalId}, which does not exist`,
    );
  }
  const name = rest.join('.');
  const value = Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined;
  if (value === undefined) {
    throw new InputError(
      'unknown-attribute',
      where,
      `Fn::GetAtt at ${where}: attribute ${name} of ${logicalId} is not known here`,
    );
  }
  return value;
}

function substitute(argument: Json, scope: Scope, where: string): string {
  const [template = '', names = {}] = Array.isArray(argument) ? argument : [argument];
  const own = resolve(names, scope, where);
  return textArgument(template, 'Fn::Sub', where).replace(
    /\$\{(!?)([^}]*)\}/g,
    (_, literal: string, name: string) => {
      if (literal === '!') {
        return `\${${name}}`;
      }
      const given = isObject(own) && Object.hasOwn(own, name) ? own[name] : undefined;
      if (given !== undefined) {
        return scalar(given, 'Fn::Sub', where);
      }
      if (name.includes('.')) {
        return attribute(name, scope, where);
      }
      const value = reference(name, scope, where);
      return value === noValue ? '' : scalar(value, 'Fn::Sub', where);
    },
  );
}

/** The names in `${…}` of an `Fn::Sub`, without the escaped ones. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => match[1] ?? '');
}

function list(argument: Json, scope: Scope, where: string): readonly Json[] {
  return listOf(resolve(argument, scope, where));
}

export function textArgument(value: Json | undefined, name: string, where: string): string {
  if (typeof value !== 'string') {
    throw new InputError('intrinsic', where, `${name} at ${where} takes a string`);
  }
  return value;
}

function scalar(value: Json, name: string, where: string): string {
  if (value === null || typeof value === 'object') {
    throw new InputError('intrinsic', where, `${name} at ${where} takes strings`);
  }
  return String(value);
}
