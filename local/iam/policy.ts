import type { ApiCall } from '../api.ts';
import { type Condition, condition } from './condition.ts';
import { type Pattern, pattern } from './pattern.ts';

/** A policy document, checked and compiled. */
export interface Policy {
  /** What the policy is attached to, for messages. */
  readonly where: string;
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly coversAction: (action: string) => boolean;
  readonly coversResource: (resource: string) => boolean;
  /** Absent in identity-based policies. */
  readonly principals: Principals | undefined;
  readonly conditions: readonly Condition[];
}

interface Principals {
  readonly anyone: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

/** Who calls: `AWS` with an ARN, or `Service` with `sns.amazonaws.com` and the like. */
export interface Principal {
  readonly type: 'AWS' | 'Service';
  readonly value: string;
}

export type Decision =
  | { readonly allowed: true; readonly matched: string }
  | { readonly allowed: false; readonly reason: string; readonly matched?: string };

export interface Question {
  /** Policies of the caller's role. */
  readonly identityPolicies: readonly Policy[];
  /** Policies of the resource: queue, topic, bucket, key, Lambda permission. */
  readonly resourcePolicies: readonly Policy[];
  readonly principal: Principal;
  readonly call: ApiCall;
}

/**
 * Whether a call is allowed inside one account: an explicit Deny wins; otherwise one Allow of the
 * identity or of the resource is enough. An AWS service has no identity policies. A call on
 * several resources needs every one of them.
 */
export function decide(question: Question): Decision {
  const { resources } = question.call;
  let matched = '';
  for (const resource of resources.length === 0 ? ['*'] : resources) {
    const decision = decideOne(question, resource);
    if (!decision.allowed) return decision;
    matched = decision.matched;
  }
  return { allowed: true, matched };
}

function decideOne(question: Question, resource: string): Decision {
  const { principal, call } = question;
  const identityPolicies = principal.type === 'Service' ? [] : question.identityPolicies;
  const covers = ({ coversAction, coversResource, conditions }: Statement): boolean =>
    coversAction(call.action) &&
    coversResource(resource) &&
    conditions.every(({ holds }) => holds(call.context));
  const subject = principal.type === 'Service' ? 'Service' : 'User';
  const refusal = `${subject}: ${principal.value} is not authorized to perform: ${call.action} on resource: ${resource}`;

  let allowedBy: string | undefined;
  for (const [kind, policies] of [
    ['identity-based', identityPolicies],
    ['resource-based', question.resourcePolicies],
  ] as const) {
    for (const policy of policies) {
      for (const statement of policy.statements) {
        const named = kind === 'identity-based' ? 'directly' : namedIn(statement.principals, principal);
        if (named === undefined || !covers(statement)) continue;
        const matched = statement.sid === undefined ? policy.where : `${policy.where} (${statement.sid})`;
        if (statement.effect === 'Deny') {
          return {
            allowed: false,
            reason: `${refusal} with an explicit deny in ${kind === 'identity-based' ? 'an' : 'a'} ${kind} policy`,
            matched,
          };
        }
        if (named === 'directly') allowedBy ??= matched;
      }
    }
  }
  if (allowedBy !== undefined) return { allowed: true, matched: allowedBy };
  const kind = principal.type === 'Service' ? 'resource-based' : 'identity-based';
  return { allowed: false, reason: `${refusal} because no ${kind} policy allows the ${call.action} action` };
}

/**
 * How a statement names a caller. Naming the account only lets the caller's own policies decide,
 * so an Allow of that kind grants nothing by itself; a Deny holds for the whole account.
 */
function namedIn(
  principals: Principals | undefined,
  caller: Principal,
): 'directly' | 'by account' | undefined {
  if (principals === undefined) return undefined;
  if (principals.anyone) return 'directly';
  if (caller.type === 'Service') return principals.services.includes(caller.value) ? 'directly' : undefined;
  const [, , , , account = ''] = caller.value.split(':');
  const role = /:assumed-role\/([^/]+)\//.exec(caller.value)?.[1];
  for (const named of principals.aws) {
    if (named === caller.value) return 'directly';
    const namedRole = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(named);
    if (role !== undefined && namedRole?.[1] === account && namedRole[2] === role) return 'directly';
  }
  return principals.aws.some((named) => named === account || named === `arn:aws:iam::${account}:root`)
    ? 'by account'
    : undefined;
}

const documentKeys: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const statementKeys: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * Reads a policy document (an object or its JSON text).
 *
 * @param where - What it is attached to: `role SendNotificationRole, policy DefaultPolicy`.
 * @throws Error naming what is not understood; a policy must never be half understood.
 */
export function parsePolicy(document: unknown, where: string): Policy {
  const parsed: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  const policy = record(parsed, where);
  for (const key of Object.keys(policy)) {
    if (!documentKeys.has(key)) throw new Error(`${where}: unknown policy element ${key}`);
  }
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return {
    where,
    statements: statements.map((statement: unknown, index) =>
      parseStatement(record(statement, where), `${where}, statement ${index + 1}`),
    ),
  };
}

function parseStatement(statement: Readonly<Record<string, unknown>>, where: string): Statement {
  for (const key of Object.keys(statement)) {
    if (!statementKeys.has(key)) throw new Error(`${where}: the statement element ${key} is not supported`);
  }
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}: Effect must be Allow or Deny`);
  return {
    sid: typeof statement.Sid === 'string' ? statement.Sid : undefined,
    effect,
    coversAction: cover(statement, 'Action', where, true),
    coversResource:
      // A trust policy has no Resource: the role is the resource.
      statement.Resource === undefined &&
      statement.NotResource === undefined &&
      statement.Principal !== undefined
        ? () => true
        : cover(statement, 'Resource', where, false),
    principals: statement.Principal === undefined ? undefined : parsePrincipal(statement.Principal, where),
    conditions: parseConditions(statement.Condition, where),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: exactly one of a pair. */
function cover(
  statement: Readonly<Record<string, unknown>>,
  element: 'Action' | 'Resource',
  where: string,
  ignoreCase: boolean,
): (text: string) => boolean {
  const positive = statement[element];
  const negative = statement[`Not${element}`];
  if ((positive === undefined) === (negative === undefined)) {
    throw new Error(`${where}: needs either ${element} or Not${element}`);
  }
  const patterns: readonly Pattern[] = strings(positive ?? negative, `${where}, ${element}`).map((source) =>
    pattern(source, { ignoreCase }),
  );
  const any = (text: string): boolean => patterns.some(({ matches }) => matches(text));
  return positive === undefined ? (text) => !any(text) : any;
}

function parsePrincipal(principal: unknown, where: string): Principals {
  if (principal === '*') return { anyone: true, aws: [], services: [] };
  const { AWS, Service, ...others } = record(principal, `${where}, Principal`);
  for (const kind of Object.keys(others))
    throw new Error(`${where}: the principal type ${kind} is not supported`);
  const aws = AWS === undefined ? [] : strings(AWS, `${where}, Principal`);
  return {
    anyone: aws.includes('*'),
    aws,
    services: Service === undefined ? [] : strings(Service, `${where}, Principal`),
  };
}

function parseConditions(block: unknown, where: string): readonly Condition[] {
  if (block === undefined) return [];
  return Object.entries(record(block, `${where}, Condition`)).flatMap(([operator, keys]) =>
    Object.entries(record(keys, `${where}, ${operator}`)).map(([key, values]) =>
      condition(operator, key, strings(values, `${where}, ${operator} ${key}`), where),
    ),
  );
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${where}: expected an object`);
  }
  return Object.fromEntries(Object.entries(value));
}

/** One value or a list of them. Policy variables are not resolved, so they are refused. */
function strings(value: unknown, where: string): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((element: unknown) => {
    if (typeof element !== 'string' && typeof element !== 'boolean' && typeof element !== 'number') {
      throw new Error(`${where}: expected text`);
    }
    const text = String(element);
    if (text.includes('${')) throw new Error(`${where}: the policy variable in ${text} is not supported`);
    return text;
  });
}
