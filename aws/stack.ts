import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InputError } from '../domain/errors.ts';

/** Outputs of the stack, by name: how everything outside of it finds its parts. */
export type StackOutputs = Readonly<Record<OutputName, string>>;

const outputNames = [
  'NotificationsQueueUrl',
  'NotificationsDeadLetterQueueUrl',
  'ChunksQueueUrl',
  'ChunksDeadLetterQueueUrl',
  'FeedbackQueueUrl',
  'FeedbackDeadLetterQueueUrl',
  'DeliveriesTableName',
  'SuppressionsTableName',
  'ContactsTableName',
  'CampaignsTableName',
  'SendRateTableName',
  'BucketName',
  'PlanCampaignFunctionName',
  'UnsubscribeBaseUrl',
  'ConfigurationSetName',
  'CampaignConfigurationSetName',
  'TracedCampaignConfigurationSetName',
  'EngagementConfigurationSetName',
  'TracedEngagementConfigurationSetName',
  'FeedbackTopicArn',
  'UnsubscribeKeysSecretArn',
  'MailDomain',
] as const;

export type OutputName = (typeof outputNames)[number];

/**
 * Reads the outputs of a deployed stack.
 *
 * @throws InputError `unknown-stack`, `stack-outputs`: there is no such stack, or it is not one of Todoke
 */
export async function readStackOutputs(stackName: string): Promise<StackOutputs> {
  const { Stacks = [] } = await describe(stackName);
  const outputs = Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const missing = outputNames.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) {
    throw new InputError(
      'stack-outputs',
      'stack',
      `stack ${stackName} has no output ${missing.join(', ')}: is it a stack of Todoke, deployed to its end?`,
    );
  }
  return outputs as StackOutputs;
}

async function describe(stackName: string) {
  const client = new CloudFormationClient({});
  try {
    return await client.send(new DescribeStacksCommand({ StackName: stackName }));
  } catch (error) {
    // CloudFormation has no exception of its own for this.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      const region = await client.config.region();
      throw new InputError('unknown-stack', 'stack', `there is no stack ${stackName} in ${region}`, {
        cause: error,
      });
    }
    throw error;
  }
}
