import { InputError } from '../../../domain/errors.ts';
import { EventSourceMapping } from '../event-source-mapping.ts';
import type { Provisioner } from './provisioner.ts';

/** What Lambda's pollers do with the function's role. */
const pollerActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** Lambda starts with five concurrent batches and scales up; without a maximum it stays at five here. */
const defaultConcurrency = 5;

export const eventSourceMapping: Provisioner = {
  done: [
    'EventSourceArn',
    'FunctionName',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'FunctionResponseTypes',
    'ScalingConfig',
    'Enabled',
  ],
  inert: ['Tags', 'MetricsConfig'],
  create({ logicalId, properties, uniqueId }, runtime) {
    const { queues, functions, access, place } = runtime;
    const queueArn = properties.text('EventSourceArn');
    if (!queues.has(queueArn)) {
      throw new InputError(
        'unknown-source',
        properties.where,
        `the source of ${logicalId} is no queue of this stack`,
      );
    }
    const definition = functions.named(properties.text('FunctionName'), properties.where);
    const batchSize = properties.number('BatchSize', 10);
    const windowSeconds = properties.number('MaximumBatchingWindowInSeconds', 0);
    if (batchSize > 10 && windowSeconds < 1) {
      throw new InputError(
        'batch-size',
        properties.where,
        `${logicalId}: a BatchSize over 10 needs a MaximumBatchingWindowInSeconds of at least 1`,
      );
    }
    runtime.whenCreated(async () => {
      for (const action of pollerActions) {
        const decision = access.functionMay(definition.logicalId, {
          action,
          resources: [queueArn],
          context: {},
        });
        if (!decision.allowed) {
          throw new InputError(
            'access-denied',
            properties.where,
            `${logicalId} cannot poll for function ${definition.logicalId}: ${decision.reason}`,
          );
        }
      }
      const visibilityTimeout = Number((await queues.attributes(queueArn)).VisibilityTimeout ?? 30);
      if (visibilityTimeout < definition.timeoutSeconds) {
        const seconds = `${visibilityTimeout} seconds is less than Function timeout: ${definition.timeoutSeconds} seconds`;
        throw new InputError(
          'visibility-timeout',
          properties.where,
          `${logicalId}: Queue visibility timeout: ${seconds}`,
        );
      }
    });
    const mapping = new EventSourceMapping(
      {
        logicalId,
        functionId: definition.logicalId,
        queueArn,
        region: place.region,
        batchSize,
        windowSeconds,
        reportBatchItemFailures: properties
          .texts('FunctionResponseTypes')
          .includes('ReportBatchItemFailures'),
        maximumConcurrency:
          properties.optionalObject('ScalingConfig')?.number('MaximumConcurrency', defaultConcurrency) ??
          defaultConcurrency,
      },
      runtime.eventSourcePorts,
    );
    if (properties.flag('Enabled', true)) {
      runtime.eventSources.push(mapping);
    }
    return {
      ref: uniqueId,
      attributes: {
        Id: uniqueId,
        EventSourceMappingArn: `arn:aws:lambda:${place.region}:${place.accountId}:event-source-mapping:${uniqueId}`,
      },
    };
  },
};
