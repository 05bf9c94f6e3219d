import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

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
  'CampaignsTableName',
  'SendRateTableName',
  'BucketName',
  'PlanCampaignFunctionName',
  'UnsubscribeBaseUrl',
  'ConfigurationSetName',
  'FeedbackTopicArn',
  'MailDomain',
] as const;

export type OutputName = (typeof outputNames)[number];

/**
 * Reads the outputs of a deployed stack.
 *
 * @throws Error when there is no such stack, or it is not one of Todoke
 */
export async function readStackOutputs(stackName: string): Promise<StackOutputs> {
  const { Stacks = [] } = await new CloudFormationClient({}).send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const outputs = Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const missing = outputNames.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `stack ${stackName} has no output ${missing.join(', ')}: is it a stack of Todoke, deployed to its end?`,
    );
  }
  return outputs as StackOutputs;
}
