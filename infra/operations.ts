import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Stage } from './stage.ts';

export interface AlarmDescription {
  readonly metric: IMetric;
  /** Goes off at this value and above, in the unit of the metric. */
  readonly threshold: number;
  /** Periods of the metric that are looked at. */
  readonly evaluationPeriods?: number;
  /** How many of them must be at the threshold; all, if left out. */
  readonly datapointsToAlarm?: number;
  /** What it means when it goes off, in one sentence. */
  readonly meaning: string;
  /** Heading of `docs/runbook.md` in the form of an anchor: `bounce-rate`. */
  readonly runbook: string;
}

export interface OperationsProps {
  readonly stage: Stage;
}

/** How the operator learns that something needs a person. */
export class Operations extends Construct {
  readonly #topic: Topic;
  readonly #runbookUrl: string;

  constructor(scope: Construct, id: string, { stage }: OperationsProps) {
    super(scope, id);
    this.#runbookUrl = `${stage.documentationUrl}/docs/runbook.md`;
    // No key of its own: an alarm names queues and functions, never a recipient.
    this.#topic = new Topic(this, 'Alarms', { displayName: `Todoke ${stage.name}`, enforceSSL: true });
    // A topic with a policy of its own loses the one that lets the account's alarms in.
    this.#topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (stage.operatorAddress !== undefined) {
      this.#topic.addSubscription(new EmailSubscription(stage.operatorAddress));
    }
  }

  /** An alarm named after its place in the stack: `Todoke-prod/Feedback/DeadLetterQueueNotEmpty`. */
  alarm(scope: Construct, id: string, { meaning, runbook, ...condition }: AlarmDescription): Alarm {
    const options: CreateAlarmOptions = {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // An idle queue or function reports nothing, and that is how it should be.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...condition,
    };
    const alarm = new Alarm(scope, id, {
      ...options,
      metric: condition.metric,
      alarmName: `${scope.node.path}/${id}`,
      alarmDescription: `${meaning}\n\nRunbook: ${this.#runbookUrl}#${runbook}`,
    });
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }
}
