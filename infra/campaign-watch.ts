import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { environmentNames } from '../functions/environment.ts';
import type { CampaignPlanner } from './campaign-planner.ts';
import { watchFunction } from './function-alarms.ts';
import { guardrailsOf } from './guardrails.ts';
import type { Operations } from './operations.ts';
import type { SendingIdentity } from './sending-identity.ts';
import type { Stage } from './stage.ts';
import { grantIndexQuery, grantTableReadWrite, type Tables } from './tables.ts';
import { TodokeFunction } from './todoke-function.ts';
import type { UnsubscribeApi } from './unsubscribe-api.ts';

export interface CampaignWatchProps {
  readonly stage: Stage;
  readonly operations: Operations;
  readonly tables: Tables;
  readonly planner: CampaignPlanner;
  readonly unsubscribeApi: UnsubscribeApi;
  readonly identity: SendingIdentity;
}

/** Looks at the campaigns that are not over, once a minute, and notes when the state of the sending identity has changed. */
export class CampaignWatch extends Construct {
  readonly function: TodokeFunction;

  constructor(
    scope: Construct,
    id: string,
    { stage, operations, tables, planner, unsubscribeApi, identity }: CampaignWatchProps,
  ) {
    super(scope, id);
    this.function = new TodokeFunction(this, 'Watch', {
      stage,
      entry: 'watch-campaigns',
      description: 'Starts scheduled campaigns, judges canaries and halts campaigns',
      timeout: Duration.seconds(60),
      memoryMegabytes: 256,
      environment: {
        [environmentNames.campaignsTable]: tables.campaigns.tableName,
        [environmentNames.guardrails]: guardrailsOf(stage),
        [environmentNames.planCampaignFunctionName]: planner.function.function.functionName,
        [environmentNames.unsubscribeBaseUrl]: unsubscribeApi.baseUrl,
        [environmentNames.deliveriesTable]: tables.deliveries.tableName,
        [environmentNames.mailDomain]: identity.mailDomain,
      },
    });
    grantTableReadWrite(tables.campaigns, this.function);
    grantIndexQuery(tables.campaigns, 'active', this.function);
    grantTableReadWrite(tables.deliveries, this.function);
    identity.grantRead(this.function);
    planner.grantStart(this.function);
    new Rule(this, 'EveryMinute', {
      description: 'Has the campaigns looked at that are not over',
      schedule: Schedule.rate(Duration.minutes(1)),
      // What is missed is done a minute later.
      targets: [new LambdaFunction(this.function.function, { retryAttempts: 0 })],
    });

    watchFunction(operations, this.function);
    operations.alarm(this, 'CampaignHalted', {
      // Counted once a minute for each campaign that is stopped, until somebody resumes or cancels it.
      metric: new Metric({
        namespace: 'Todoke',
        metricName: 'CampaignHalted',
        dimensionsMap: { service: this.function.function.functionName },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: 1,
      meaning:
        'A guardrail stopped a campaign or its mail to one mailbox provider, and somebody has to decide.',
      runbook: 'campaign-halted',
    });
  }
}
