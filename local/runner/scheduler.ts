import { InputError } from '../../domain/errors.ts';
import type { Place } from '../api.ts';
import type { Access } from './access.ts';
import type { Clock } from './clock.ts';
import type { JsonObject } from './json.ts';
import { Properties } from './properties.ts';
import { recurring } from './recurring.ts';
import { parseSchedule } from './schedule-expression.ts';
import type { Targets } from './targets.ts';
import type { Work } from './work.ts';

export interface SchedulerPorts {
  readonly targets: Targets;
  readonly access: Access;
  readonly place: Place;
  readonly clock: Clock;
  readonly work: Work;
  readonly log: (line: string) => void;
}

export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  /** As given to CreateSchedule. */
  readonly input: JsonObject;
  readonly createdMs: number;
  readonly callOff: () => void;
}

const service = 'scheduler.amazonaws.com';

const knownInput = [
  'ActionAfterCompletion',
  'ClientToken',
  'Description',
  'EndDate',
  'FlexibleTimeWindow',
  'GroupName',
  'Name',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'StartDate',
  'State',
  'Target',
];
const knownTarget = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig', 'SqsParameters'];

/**
 * EventBridge Scheduler: one-time and recurring schedules that send to queues, functions and topics
 * with the rights of their role. A flexible time window fires at its beginning.
 */
export class Scheduler {
  readonly #ports: SchedulerPorts;
  readonly #schedules = new Map<string, Schedule>();
  readonly #groups = new Set(['default']);

  constructor(ports: SchedulerPorts) {
    this.#ports = ports;
  }

  addGroup(name: string): string {
    this.#groups.add(name);
    return `${this.#arnStart}:schedule-group/${name}`;
  }

  /**
   * @param input - The members of CreateSchedule, which are also the template's properties.
   * @returns The schedule's ARN.
   * @throws InputError for input that is not done here.
   */
  create(name: string, input: JsonObject, where: string): string {
    const { clock, targets, access } = this.#ports;
    const properties = new Properties(input, where);
    properties.refuseOthers(knownInput);
    const target = properties.object('Target');
    target.refuseOthers(knownTarget);
    const group = properties.optionalText('GroupName') ?? 'default';
    if (!this.#groups.has(group)) {
      throw new InputError(
        'unknown-group',
        `${where}.GroupName`,
        `schedule group ${group} of ${where} does not exist`,
      );
    }
    targets.check(target.text('Arn'), where);
    const trust = access.roleTrusts(target.text('RoleArn'), service);
    if (!trust.allowed) {
      throw new InputError('untrusted-role', `${where}.Target.RoleArn`, `role of ${where}: ${trust.reason}`);
    }
    const timeZone = properties.optionalText('ScheduleExpressionTimezone') ?? 'UTC';
    const startMs = dateMs(properties, 'StartDate') ?? clock.nowMs();
    const endMs = dateMs(properties, 'EndDate') ?? Number.POSITIVE_INFINITY;
    const times = parseSchedule(properties.text('ScheduleExpression'), timeZone, startMs, where);
    const key = `${group}/${name}`;
    const bounded = {
      next(afterMs: number): number | undefined {
        const atMs = times.next(Math.max(afterMs, startMs - 1));
        return atMs !== undefined && atMs <= endMs ? atMs : undefined;
      },
    };
    const forget = properties.optionalText('ActionAfterCompletion') === 'DELETE';
    const callOff =
      properties.optionalText('State') === 'DISABLED'
        ? () => {}
        : recurring(
            bounded,
            clock,
            () => this.#fire(key, target),
            forget ? () => this.#schedules.delete(key) : undefined,
          );
    this.#schedules.get(key)?.callOff();
    const arn = `${this.#arnStart}:schedule/${key}`;
    this.#schedules.set(key, { name, group, arn, input, createdMs: clock.nowMs(), callOff });
    return arn;
  }

  find(group: string, name: string): Schedule | undefined {
    return this.#schedules.get(`${group}/${name}`);
  }

  all(): Schedule[] {
    return [...this.#schedules.values()];
  }

  delete(group: string, name: string): void {
    this.find(group, name)?.callOff();
    this.#schedules.delete(`${group}/${name}`);
  }

  close(): void {
    for (const { callOff } of this.#schedules.values()) {
      callOff();
    }
    this.#schedules.clear();
  }

  get #arnStart(): string {
    const { region, accountId } = this.#ports.place;
    return `arn:aws:scheduler:${region}:${accountId}`;
  }

  #fire(key: string, target: Properties): void {
    const { targets, work, log } = this.#ports;
    const roleArn = target.text('RoleArn');
    const groupId = target.optionalObject('SqsParameters')?.optionalText('MessageGroupId');
    const body = target.optionalText('Input') ?? '{}';
    const sending = async (): Promise<void> => {
      const denied = await targets.send({ roleArn }, target.text('Arn'), body, groupId);
      if (denied === undefined) {
        return;
      }
      const spare = target.optionalObject('DeadLetterConfig')?.optionalText('Arn');
      const deniedToo = spare === undefined ? '' : await targets.send({ roleArn }, spare, body);
      log(`${deniedToo === undefined ? 'DEAD-LETTERED' : 'DROPPED'}: schedule ${key}: ${denied}`);
    };
    void work.track(sending().catch((error: unknown) => log(`DROPPED: schedule ${key}: ${String(error)}`)));
  }
}

/** Templates write dates in ISO 8601, the API in epoch seconds. */
function dateMs(properties: Properties, name: string): number | undefined {
  const text = properties.optionalText(name);
  if (text === undefined) {
    return undefined;
  }
  const ms = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(ms)) {
    throw new InputError(
      'wrong-property',
      `${properties.where}.${name}`,
      `${properties.where}.${name} is no date`,
    );
  }
  return ms;
}
