import { InputError } from '../../domain/errors.ts';
import type { Access } from './access.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { FunctionPool } from './lambda/function-pool.ts';
import type { Queues } from './queues.ts';
import type { Topics } from './topics.ts';

/** Who sends to a target: a role that the sender takes on, or the AWS service itself. */
export type Sender =
  | { readonly roleArn: string }
  | { readonly service: string; readonly context: Readonly<Record<string, string>> };

export interface TargetsPorts {
  readonly queues: Queues;
  readonly functions: FunctionPool;
  readonly asyncInvocations: AsyncInvocations;
  readonly topics: Topics;
  readonly access: Access;
  readonly countCall: (operation: string) => void;
}

/** Queues, functions and topics as targets of rules, schedules and destinations. */
export class Targets {
  readonly #ports: TargetsPorts;

  constructor(ports: TargetsPorts) {
    this.#ports = ports;
  }

  /** @throws InputError `unknown-target` when `arn` is none of this stack's queues, functions and topics. */
  check(arn: string, where: string): void {
    if (this.#action(arn) === undefined) {
      throw new InputError(
        'unknown-target',
        where,
        `the target of ${where} is no queue, function or topic of this stack: ${arn}`,
      );
    }
  }

  /** Why `sender` may not send to the target; undefined when it has been sent. */
  async send(sender: Sender, arn: string, body: string, groupId?: string): Promise<string | undefined> {
    const { access, queues, asyncInvocations, topics, countCall } = this.#ports;
    const action = this.#action(arn);
    if (action === undefined) {
      return `${arn} does not exist`;
    }
    const decision =
      'roleArn' in sender
        ? access.roleMay(sender.roleArn, action, arn)
        : access.serviceMay(sender.service, action, arn, sender.context);
    if (!decision.allowed) {
      return decision.reason;
    }
    if (action === 'sqs:SendMessage') {
      countCall(action);
      await queues.send(arn, body, groupId === undefined ? {} : { groupId });
    } else if (action === 'lambda:InvokeFunction') {
      await asyncInvocations.invoke(arn, body);
    } else {
      countCall(action);
      await topics.publish(arn, body);
    }
    return undefined;
  }

  #action(arn: string): string | undefined {
    if (this.#ports.queues.has(arn)) {
      return 'sqs:SendMessage';
    }
    if (this.#ports.functions.find(arn) !== undefined) {
      return 'lambda:InvokeFunction';
    }
    return this.#ports.topics.has(arn) ? 'sns:Publish' : undefined;
  }
}
