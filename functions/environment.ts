/**
 * Names of the environment variables that the stack sets and the functions read, declared once.
 * A function gets only those it reads.
 */
export const environmentNames = {
  /** Names of DynamoDB tables. */
  deliveriesTable: 'DELIVERIES_TABLE',
  suppressionsTable: 'SUPPRESSIONS_TABLE',
  campaignsTable: 'CAMPAIGNS_TABLE',
  contactsTable: 'CONTACTS_TABLE',
  sendRateTable: 'SEND_RATE_TABLE',
  /** Name of the S3 bucket with templates, audiences and attachments. */
  bucketName: 'BUCKET_NAME',
  /** Queue that the function itself serves: the rest of its work goes back there. */
  queueUrl: 'QUEUE_URL',
  /** Where poison of that queue goes. */
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  /** How many campaigns may mail somebody within some days, as JSON: `{"mails":3,"days":7}`, or `null`. */
  frequencyCap: 'FREQUENCY_CAP',
  /** Queue of campaign chunks, for the planner. */
  chunksQueueUrl: 'CHUNKS_QUEUE_URL',
  /** SES configuration set that publishes every event of a mail. */
  configurationSetName: 'CONFIGURATION_SET_NAME',
  /** SES configuration set that publishes only what went wrong, for campaigns. */
  campaignConfigurationSetName: 'CAMPAIGN_CONFIGURATION_SET_NAME',
  /** SES configuration set that publishes deliveries and what went wrong, for campaigns with a row for each recipient. */
  tracedCampaignConfigurationSetName: 'TRACED_CAMPAIGN_CONFIGURATION_SET_NAME',
  /** The same with opens and clicks, of the one and of the other. */
  engagementConfigurationSetName: 'ENGAGEMENT_CONFIGURATION_SET_NAME',
  tracedEngagementConfigurationSetName: 'TRACED_ENGAGEMENT_CONFIGURATION_SET_NAME',
  /** Recipients per second of campaigns by mailbox provider: `{"docomo":5}`. */
  providerPaces: 'PROVIDER_PACES',
  /** How long a claim holds: after it a worker that has not finished is taken to be dead. Longer than the function's time-out. */
  leaseSeconds: 'LEASE_SECONDS',
  /** What is done about mail in doubt: `transactional=resend,marketing=hold`. */
  inDoubtPolicies: 'IN_DOUBT_POLICIES',
  /** When guardrails stop a campaign, as JSON: `{"hardBounces":{"unclear":0.02,"stop":0.04},…}`. */
  guardrails: 'GUARDRAILS',
  /** Name of the function that plans campaigns and releases their chunks. */
  planCampaignFunctionName: 'PLAN_CAMPAIGN_FUNCTION_NAME',
  /** When feedback suppresses, as JSON: `{"complaints":"marketing","softBounces":{"count":3,…}}`. */
  suppressionPolicy: 'SUPPRESSION_POLICY',
  /** Domain of the RFC 5322 From header: `example.com`. */
  mailDomain: 'MAIL_DOMAIN',
  /** Https URL without a trailing slash; a token is appended as `/u/<token>`. */
  unsubscribeBaseUrl: 'UNSUBSCRIBE_BASE_URL',
  /** ARN of the Secrets Manager secret with the keys of unsubscribe tokens. */
  unsubscribeKeysSecretArn: 'UNSUBSCRIBE_KEYS_SECRET_ARN',
} as const;

export type EnvironmentName = keyof typeof environmentNames;

/**
 * Reads variables by name and fails at once, naming those that are missing.
 *
 * @throws Error when a variable is unset or empty: a fault of the stack, not of the input.
 */
export function readEnvironment<const N extends EnvironmentName>(
  names: readonly N[],
  source: Readonly<Record<string, string | undefined>> = process.env,
): Record<N, string> {
  const missing = names.filter((name) => !source[environmentNames[name]]);
  if (missing.length > 0) {
    throw new Error(
      `environment variables are not set: ${missing.map((name) => environmentNames[name]).join(', ')}`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, source[environmentNames[name]]])) as Record<N, string>;
}
