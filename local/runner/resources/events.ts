import { InputError } from '../../../domain/errors.ts';
import type { Rule, RuleTarget } from '../event-bus.ts';
import { compileEventPattern } from '../event-pattern.ts';
import type { Properties } from '../properties.ts';
import { recurring } from '../recurring.ts';
import { parseSchedule } from '../schedule-expression.ts';
import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

export const rule: Provisioner = {
  done: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets'],
  inert: ['Description', 'Tags'],
  create({ logicalId, properties }, runtime) {
    const { place, stackName, eventBus, targets, clock, whenCreated, onClose } = runtime;
    const bus = properties.optionalText('EventBusName') ?? 'default';
    if (bus !== 'default' && bus !== eventBus.arn) {
      const where = `${properties.where}.EventBusName`;
      throw new InputError('unknown-event-bus', where, `${where}: only the default event bus runs here`);
    }
    const name = properties.optionalText('Name') ?? physicalName(stackName, logicalId, 64);
    const arn = `arn:aws:events:${place.region}:${place.accountId}:rule/${name}`;
    const pattern = properties.optionalObject('EventPattern');
    const made: Rule = {
      logicalId,
      arn,
      targets: properties.objects('Targets').map(targetOf),
      ...(pattern && { matches: compileEventPattern(pattern.raw, pattern.where) }),
    };
    const expression = properties.optionalText('ScheduleExpression');
    const times =
      expression === undefined
        ? undefined
        : parseSchedule(expression, 'UTC', clock.nowMs(), properties.where);
    whenCreated(() => {
      for (const target of made.targets) {
        targets.check(target.arn, properties.where);
      }
      if (properties.optionalText('State') === 'DISABLED') {
        return;
      }
      eventBus.add(made);
      if (times !== undefined) {
        onClose(recurring(times, clock, () => eventBus.fire(made)));
      }
    });
    return { ref: name, attributes: { Arn: arn } };
  },
};

function targetOf(target: Properties): RuleTarget {
  target.refuseOthers([
    'Id',
    'Arn',
    'RoleArn',
    'Input',
    'InputPath',
    'SqsParameters',
    'DeadLetterConfig',
    'RetryPolicy',
  ]);
  const roleArn = target.optionalText('RoleArn');
  const input = target.optionalText('Input');
  const path = target.optionalText('InputPath');
  if (path !== undefined && !/^\$(\.[\w-]+)*$/.test(path)) {
    throw new InputError(
      'input-path',
      `${target.where}.InputPath`,
      `${target.where}.InputPath is no plain path like $.detail`,
    );
  }
  const groupId = target.optionalObject('SqsParameters')?.optionalText('MessageGroupId');
  const deadLetterArn = target.optionalObject('DeadLetterConfig')?.optionalText('Arn');
  return {
    arn: target.text('Arn'),
    ...(roleArn !== undefined && { roleArn }),
    ...(input !== undefined && { input }),
    ...(path !== undefined && { inputPath: path.split('.').slice(1) }),
    ...(groupId !== undefined && { groupId }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
}

export const schedule: Provisioner = {
  done: [
    'Name',
    'GroupName',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartDate',
    'EndDate',
    'State',
    'Target',
    'FlexibleTimeWindow',
  ],
  inert: ['Description'],
  create({ logicalId, properties }, { place, stackName, scheduler, whenCreated }) {
    const name = properties.optionalText('Name') ?? physicalName(stackName, logicalId, 64);
    const group = properties.optionalText('GroupName') ?? 'default';
    whenCreated(() => void scheduler.create(name, properties.raw, properties.where));
    const arn = `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${group}/${name}`;
    return { ref: name, attributes: { Arn: arn } };
  },
};

export const scheduleGroup: Provisioner = {
  done: ['Name'],
  inert: ['Tags'],
  create({ logicalId, properties }, { stackName, scheduler }) {
    const name = properties.optionalText('Name') ?? physicalName(stackName, logicalId, 64);
    return { ref: name, attributes: { Arn: scheduler.addGroup(name) } };
  },
};
