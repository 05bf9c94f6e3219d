import { InputError } from '../../../domain/errors.ts';
import { compileEventPattern } from '../event-pattern.ts';
import type { Properties } from '../properties.ts';
import type { Runtime } from '../runtime.ts';
import type { Subscription } from '../subscription.ts';
import { physicalName } from './physical-name.ts';
import type { Provisioner, ResourceRequest } from './provisioner.ts';

export const topic: Provisioner = {
  done: ['TopicName', 'KmsMasterKeyId', 'Subscription'],
  inert: ['DisplayName', 'Tags', 'TracingConfig', 'SignatureVersion', 'DeliveryStatusLogging'],
  async create(resource, runtime) {
    const { logicalId, properties } = resource;
    const name = properties.optionalText('TopicName') ?? physicalName(runtime.stackName, logicalId, 256);
    const arn = await runtime.topics.create(name);
    const key = properties.optionalText('KmsMasterKeyId');
    if (key !== undefined) {
      runtime.access.encrypt(arn, key);
    }
    for (const own of properties.objects('Subscription')) {
      own.refuseOthers(['Endpoint', 'Protocol']);
      subscribe(arn, resource, own, runtime);
    }
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
};

export const topicPolicy: Provisioner = {
  done: ['PolicyDocument', 'Topics'],
  inert: [],
  async create({ logicalId, properties }, { access, messaging }) {
    for (const arn of properties.texts('Topics')) {
      const Policy = JSON.stringify(properties.object('PolicyDocument').raw);
      // What is asked for is answered by the engine; what is allowed is decided here.
      await messaging.call('sns', 'SetTopicAttributes', {
        TopicArn: arn,
        AttributeName: 'Policy',
        AttributeValue: Policy,
      });
      access.addResourcePolicy(arn, properties.object('PolicyDocument').raw, logicalId);
    }
    return { ref: logicalId, attributes: { Id: logicalId } };
  },
};

export const subscription: Provisioner = {
  done: [
    'TopicArn',
    'Protocol',
    'Endpoint',
    'RawMessageDelivery',
    'FilterPolicy',
    'FilterPolicyScope',
    'RedrivePolicy',
  ],
  inert: ['Region'],
  create(resource, runtime) {
    const arn = subscribe(resource.properties.text('TopicArn'), resource, resource.properties, runtime);
    return { ref: arn, attributes: { Arn: arn } };
  },
};

/** Mail to operators is inert: there is nobody to read it here. */
const inertProtocols = ['email', 'email-json'];

function subscribe(
  topicArn: string,
  { logicalId, uniqueId }: ResourceRequest,
  given: Properties,
  runtime: Runtime,
): string {
  const protocol = given.text('Protocol');
  const arn = `${topicArn}:${uniqueId}`;
  if (inertProtocols.includes(protocol)) {
    return arn;
  }
  if (protocol !== 'sqs' && protocol !== 'lambda') {
    const where = `${given.where}.Protocol`;
    throw new InputError(
      'unknown-protocol',
      where,
      `subscriptions of protocol ${protocol} (${where}) are not run here`,
    );
  }
  const endpointArn = given.text('Endpoint');
  const deadLetterArn = given.optionalObject('RedrivePolicy')?.text('deadLetterTargetArn');
  const filter = filterOf(given);
  runtime.topics.subscribe({
    logicalId,
    arn,
    topicArn,
    endpointArn,
    rawMessageDelivery: given.flag('RawMessageDelivery', false),
    ...(filter && { filter }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  });
  runtime.whenCreated(() => runtime.targets.check(endpointArn, given.where));
  return arn;
}

function filterOf(given: Properties): Subscription['filter'] {
  const policy = given.optionalObject('FilterPolicy');
  return (
    policy && {
      scope: given.optionalText('FilterPolicyScope') === 'MessageBody' ? 'MessageBody' : 'MessageAttributes',
      matches: compileEventPattern(policy.raw, `${given.where}.FilterPolicy`),
      policy: JSON.stringify(policy.raw),
    }
  );
}
