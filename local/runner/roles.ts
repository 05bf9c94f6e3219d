import { InputError } from '../../domain/errors.ts';
import { type Policy, parsePolicy } from '../iam/policy.ts';
import type { Json } from './json.ts';
import { managedPolicies } from './managed-policies.ts';

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** Who may take the role on. */
  readonly trust: Policy;
  readonly policies: Policy[];
}

/** The IAM roles of the stack. Wherever a role is asked for, its name and its ARN will do. */
export class Roles {
  readonly #roles = new Map<string, Role>();
  readonly #managed = new Map<string, Policy>();

  constructor() {
    for (const [arn, document] of Object.entries(managedPolicies)) {
      this.addManagedPolicy(arn, document, arn);
    }
  }

  add(name: string, arn: string, trust: Json, where: string): void {
    const trustPolicy = parsePolicy(trust, `${where}.AssumeRolePolicyDocument`);
    this.#roles.set(arn, { name, arn, trust: trustPolicy, policies: [] });
  }

  attach(role: string, document: Json, where: string): void {
    this.named(role, where).policies.push(parsePolicy(document, where));
  }

  addManagedPolicy(arn: string, document: Json, where: string): void {
    this.#managed.set(arn, parsePolicy(document, where));
  }

  /** @throws InputError `unknown-policy` for a policy that neither the stack nor this runner knows. */
  attachManaged(role: string, policyArn: string, where: string): void {
    const policy = this.#managed.get(policyArn);
    if (policy === undefined) {
      const message = `managed policy ${policyArn} of ${where} is not known here`;
      throw new InputError('unknown-policy', where, message);
    }
    this.named(role, where).policies.push(policy);
  }

  /** @throws InputError `unknown-role` when the stack has no such role. */
  named(nameOrArn: string, where: string): Role {
    for (const role of this.#roles.values()) {
      if (role.arn === nameOrArn || role.name === nameOrArn) {
        return role;
      }
    }
    throw new InputError('unknown-role', where, `the role of ${where} is no role of this stack`);
  }
}
