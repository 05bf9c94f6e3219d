import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

/** CloudFormation calls these as SQS does. */
const sameName = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

export const queue: Provisioner = {
  done: [...sameName, 'QueueName', 'RedrivePolicy', 'KmsMasterKeyId'],
  inert: ['Tags', 'SqsManagedSseEnabled', 'KmsDataKeyReusePeriodSeconds', 'RedriveAllowPolicy'],
  async create({ logicalId, properties }, { place, stackName, queues, access }) {
    const fifo = properties.flag('FifoQueue', false);
    const suffix = fifo ? '.fifo' : '';
    const name =
      properties.optionalText('QueueName') ?? physicalName(stackName, logicalId, 80 - suffix.length) + suffix;
    const arn = `arn:aws:sqs:${place.region}:${place.accountId}:${name}`;
    const attributes = sameName.flatMap((attribute): [string, string][] => {
      const value = properties.optionalText(attribute);
      return value === undefined ? [] : [[attribute, value]];
    });
    const redrive = properties.optionalObject('RedrivePolicy');
    if (redrive !== undefined) {
      const policy = {
        deadLetterTargetArn: redrive.text('deadLetterTargetArn'),
        maxReceiveCount: redrive.number('maxReceiveCount', 0),
      };
      attributes.push(['RedrivePolicy', JSON.stringify(policy)]);
    }
    const url = await queues.create(name, arn, Object.fromEntries(attributes));
    const key = properties.optionalText('KmsMasterKeyId');
    if (key !== undefined) {
      access.encrypt(arn, key);
    }
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
};

export const queuePolicy: Provisioner = {
  done: ['PolicyDocument', 'Queues'],
  inert: [],
  async create({ logicalId, properties }, { place, access, messaging }) {
    for (const url of properties.texts('Queues')) {
      const Policy = JSON.stringify(properties.object('PolicyDocument').raw);
      await messaging.call('sqs', 'SetQueueAttributes', { QueueUrl: url, Attributes: { Policy } });
      const arn = `arn:aws:sqs:${place.region}:${place.accountId}:${url.slice(url.lastIndexOf('/') + 1)}`;
      access.addResourcePolicy(arn, properties.object('PolicyDocument').raw, logicalId);
    }
    return { ref: logicalId, attributes: { Id: logicalId } };
  },
};
