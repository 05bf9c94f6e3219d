import { bucket, bucketPolicy } from './bucket.ts';
import { customResource } from './custom-resource.ts';
import { globalTable, table } from './dynamodb-table.ts';
import { eventSourceMapping } from './event-source-mapping.ts';
import { rule, schedule, scheduleGroup } from './events.ts';
import { api, integration, route, stage } from './http-api.ts';
import { managedPolicy, policy, role } from './iam.ts';
import { key, keyAlias } from './kms-key.ts';
import { alias, eventInvokeConfig, lambdaFunction, permission, version } from './lambda-function.ts';
import type { Provisioner } from './provisioner.ts';
import { queue, queuePolicy } from './queue.ts';
import { secret, secretResourcePolicy } from './secret.ts';
import { configurationSet, configurationSetEventDestination, emailIdentity } from './ses.ts';
import { subscription, topic, topicPolicy } from './topic.ts';
import { watched } from './watched.ts';

const provisioners: Readonly<Record<string, Provisioner>> = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::ApiMapping': watched(),
  'AWS::ApiGatewayV2::DomainName': watched('RegionalDomainName', 'RegionalHostedZoneId'),
  'AWS::ApiGatewayV2::Integration': integration,
  'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::CDK::Metadata': watched(),
  'AWS::CloudFormation::CustomResource': customResource,
  'AWS::CloudWatch::Alarm': watched('Arn'),
  'AWS::CloudWatch::CompositeAlarm': watched('Arn'),
  'AWS::CloudWatch::Dashboard': watched(),
  'AWS::DynamoDB::GlobalTable': globalTable,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Rule': rule,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::KMS::Alias': keyAlias,
  'AWS::KMS::Key': key,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Version': version,
  'AWS::Logs::LogGroup': watched('Arn'),
  'AWS::Route53::RecordSet': watched(),
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SES::ConfigurationSet': configurationSet,
  'AWS::SES::ConfigurationSetEventDestination': configurationSetEventDestination,
  'AWS::SES::EmailIdentity': emailIdentity,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
  'AWS::SecretsManager::ResourcePolicy': secretResourcePolicy,
  'AWS::SecretsManager::Secret': secret,
};

/** Undefined for a type that is not run here. */
export function provisionerOf(type: string): Provisioner | undefined {
  if (type.startsWith('Custom::')) {
    return customResource;
  }
  return Object.hasOwn(provisioners, type) ? provisioners[type] : undefined;
}

/** Whether any property is accepted: custom resources, and types that do nothing here. */
export function takesAnyProperty(provisioner: Provisioner): boolean {
  return provisioner.done.length === 0 && provisioner.inert.length === 0;
}
