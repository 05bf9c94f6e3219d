import { InputError } from '../../domain/errors.ts';
import type { ApiCall, Caller, Place } from '../api.ts';
import type { Authorization } from '../gateway/gateway.ts';
import { decide, type Policy, type Principal, parsePolicy } from '../iam/policy.ts';
import type { Json } from './json.ts';
import { type Role, Roles } from './roles.ts';

/** A call of a function that its role does not allow. */
export interface Denial {
  readonly functionId: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
}

/** What the use of an encrypted resource asks of its key, by prefix of the action. */
const keyUses: readonly (readonly [string, readonly string[]])[] = [
  ['sqs:SendMessage', ['kms:GenerateDataKey', 'kms:Decrypt']],
  ['sqs:ReceiveMessage', ['kms:Decrypt']],
  ['sns:Publish', ['kms:GenerateDataKey', 'kms:Decrypt']],
  ['s3:PutObject', ['kms:GenerateDataKey']],
  ['s3:GetObject', ['kms:Decrypt']],
  ['secretsmanager:GetSecretValue', ['kms:Decrypt']],
  ['dynamodb:', ['kms:Decrypt']],
];

/** Who may do what: the roles, the resource policies and the key policies of the stack. */
export class Access {
  readonly roles = new Roles();
  readonly denials: Denial[] = [];
  readonly #place: Place;
  readonly #log: (line: string) => void;
  readonly #functionRoles = new Map<string, string>();
  readonly #resourcePolicies = new Map<string, Policy[]>();
  /** Key ARN by the ARN of what it encrypts. */
  readonly #keys = new Map<string, string>();
  readonly #aliases = new Map<string, string>();
  /** Verified identities; SES authorizes sending on the closest one. */
  readonly #identities = new Set<string>();

  constructor(place: Place, log: (line: string) => void) {
    this.#place = place;
    this.#log = log;
  }

  addResourcePolicy(resourceArn: string, document: Json, where: string): void {
    const policies = this.#resourcePolicies.get(resourceArn) ?? [];
    policies.push(parsePolicy(document, where));
    this.#resourcePolicies.set(resourceArn, policies);
  }

  /** @param key - ARN or id of a key of the stack, or an alias of a key that AWS manages. */
  encrypt(resourceArn: string, key: string): void {
    const id = key.replace(/^arn:[^/]*:(key\/)?/, '');
    this.#keys.set(resourceArn, this.#aliases.get(id) ?? this.#keyArn(id));
  }

  /** @param alias - `alias/name`. @param key - ARN or id. */
  addKeyAlias(alias: string, key: string): void {
    this.#aliases.set(alias, this.#keyArn(key.replace(/^arn:.*:key\//, '')));
  }

  addIdentity(identity: string): void {
    this.#identities.add(identity.toLowerCase());
  }

  bindFunction(functionId: string, roleArn: string, where: string): void {
    this.#functionRoles.set(functionId, this.roles.named(roleArn, where).arn);
    const trust = this.roleTrusts(roleArn, 'lambda.amazonaws.com');
    if (!trust.allowed) {
      throw new InputError(
        'untrusted-role',
        where,
        `the role of ${where} cannot be assumed by Lambda: ${trust.reason}`,
      );
    }
  }

  /** Asked by the gateway for every action of every signed request. */
  authorize(caller: Caller, call: ApiCall): Authorization {
    const { functionId } = caller;
    if (functionId === undefined) {
      return { allowed: true };
    }
    const decision = this.functionMay(functionId, {
      ...call,
      resources: call.resources.map((arn) => this.#identity(arn, call)),
    });
    if (!decision.allowed) {
      const denial = {
        functionId,
        action: call.action,
        resource: call.resources.join(', '),
        reason: decision.reason,
      };
      this.denials.push(denial);
      this.#log(`ACCESS DENIED: function ${functionId}: ${decision.reason}`);
    }
    return decision;
  }

  functionMay(functionId: string, call: ApiCall): Authorization {
    const role = this.roles.named(this.#functionRoles.get(functionId) ?? '', functionId);
    return this.#roleDecision(
      role,
      `arn:aws:sts::${this.#place.accountId}:assumed-role/${role.name}/${functionId}`,
      call,
    );
  }

  roleMay(roleArn: string, action: string, resourceArn: string): Authorization {
    const role = this.roles.named(roleArn, action);
    const session = `arn:aws:sts::${this.#place.accountId}:assumed-role/${role.name}/local`;
    return this.#roleDecision(role, session, { action, resources: [resourceArn], context: this.#context() });
  }

  /** Whether an AWS service may take on the role. */
  roleTrusts(roleArn: string, service: string): Authorization {
    const { trust, arn } = this.roles.named(roleArn, service);
    return decide({
      identityPolicies: [],
      // A trust policy speaks of its role without naming it.
      resourcePolicies: [trust],
      principal: { type: 'Service', value: service },
      call: { action: 'sts:AssumeRole', resources: [arn], context: this.#context() },
    });
  }

  /** Whether the policies of a resource, and of the key that encrypts it, let an AWS service act on it. */
  serviceMay(
    service: string,
    action: string,
    resourceArn: string,
    context: Readonly<Record<string, string>>,
  ): Authorization {
    const call = { action, resources: [resourceArn], context: { ...this.#context(), ...context } };
    const resourcePolicies = this.#policiesOf(resourceArn);
    const decision = decide({
      identityPolicies: [],
      resourcePolicies,
      principal: { type: 'Service', value: service },
      call,
    });
    const keyArn = this.#keys.get(resourceArn);
    if (!decision.allowed || keyArn === undefined) {
      return decision;
    }
    return this.#firstDenied(action, (keyAction) =>
      decide({
        identityPolicies: [],
        resourcePolicies: this.#policiesOf(keyArn),
        principal: { type: 'Service', value: service },
        call: { action: keyAction, resources: [keyArn], context: call.context },
      }),
    );
  }

  #roleDecision(role: Role, session: string, call: ApiCall): Authorization {
    const principal: Principal = { type: 'AWS', value: session };
    for (const resource of call.resources) {
      const decision = decide({
        identityPolicies: role.policies,
        resourcePolicies: this.#policiesOf(resource),
        principal,
        call: { ...call, resources: [resource] },
      });
      if (!decision.allowed) {
        return decision;
      }
      const keyArn = this.#keys.get(resource);
      const keyDecision =
        keyArn &&
        this.#firstDenied(call.action, (action) => this.#keyDecision(role, session, keyArn, action));
      if (keyDecision && !keyDecision.allowed) {
        return keyDecision;
      }
    }
    return { allowed: true };
  }

  /** A key's policy decides alone, or leaves it to the account's own policies by naming the account. */
  #keyDecision(role: Role, session: string, keyArn: string, action: string): Authorization {
    if (keyArn.includes(':key/alias/aws/')) {
      return { allowed: true };
    }
    const call = { action, resources: [keyArn], context: this.#context() };
    const resourcePolicies = this.#policiesOf(keyArn);
    const principal: Principal = { type: 'AWS', value: session };
    const direct = decide({ identityPolicies: [], resourcePolicies, principal, call });
    const root: Principal = { type: 'AWS', value: `arn:aws:iam::${this.#place.accountId}:root` };
    const delegated = decide({ identityPolicies: [], resourcePolicies, principal: root, call });
    return !direct.allowed && delegated.allowed
      ? decide({ identityPolicies: role.policies, resourcePolicies, principal, call })
      : direct;
  }

  #firstDenied(action: string, decideOn: (keyAction: string) => Authorization): Authorization {
    const [, keyActions = []] = keyUses.find(([prefix]) => action.startsWith(prefix)) ?? [];
    return keyActions.map(decideOn).find((decision) => !decision.allowed) ?? { allowed: true };
  }

  #policiesOf(resourceArn: string): Policy[] {
    const bucketArn = resourceArn.startsWith('arn:aws:s3:::') ? resourceArn.split('/')[0] : undefined;
    return this.#resourcePolicies.get(bucketArn ?? resourceArn) ?? [];
  }

  /** The gateway knows only the domain of the From address; SES authorizes on the identity that is verified. */
  #identity(arn: string, { context }: ApiCall): string {
    const from = context['ses:FromAddress']?.toLowerCase();
    if (from === undefined || !arn.includes(':identity/')) {
      return arn;
    }
    const labels = from.slice(from.lastIndexOf('@') + 1).split('.');
    const candidates = [from, ...labels.map((_, index) => labels.slice(index).join('.'))];
    const identity = candidates.find((candidate) => this.#identities.has(candidate));
    return identity === undefined ? arn : arn.replace(/:identity\/.*$/, `:identity/${identity}`);
  }

  #keyArn(id: string): string {
    return `arn:aws:kms:${this.#place.region}:${this.#place.accountId}:key/${id}`;
  }

  /** Loopback stands for TLS here. */
  #context(): Record<string, string> {
    return {
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': this.#place.region,
      'kms:CallerAccount': this.#place.accountId,
    };
  }
}
