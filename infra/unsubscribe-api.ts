import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  type HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environmentNames } from '../functions/environment.ts';
import { watchFunction } from './function-alarms.ts';
import type { Operations } from './operations.ts';
import type { Stage, UnsubscribeDomain } from './stage.ts';
import { grantTableReadWrite, grantTableUpdate, type Tables } from './tables.ts';
import { TodokeFunction } from './todoke-function.ts';
import type { UnsubscribeKeys } from './unsubscribe-keys.ts';

export interface UnsubscribeApiProps {
  readonly stage: Stage;
  readonly operations: Operations;
  readonly tables: Tables;
  readonly keys: UnsubscribeKeys;
}

/** Where the links of `List-Unsubscribe` lead: one-click POST of RFC 8058, and a page for people. */
export class UnsubscribeApi extends Construct {
  /** Https URL without a trailing slash. */
  readonly baseUrl: string;
  readonly function: TodokeFunction;

  constructor(scope: Construct, id: string, { stage, operations, tables, keys }: UnsubscribeApiProps) {
    super(scope, id);
    this.function = new TodokeFunction(this, 'Unsubscribe', {
      stage,
      entry: 'unsubscribe',
      description: 'Unsubscribes a recipient on POST, shows a page on GET',
      timeout: Duration.seconds(10),
      memoryMegabytes: 256,
      environment: {
        [environmentNames.campaignsTable]: tables.campaigns.tableName,
        [environmentNames.suppressionsTable]: tables.suppressions.tableName,
        [environmentNames.unsubscribeKeysSecretArn]: keys.secretArn,
      },
    });
    grantTableReadWrite(tables.suppressions, this.function);
    grantTableUpdate(tables.campaigns, this.function);
    keys.grantRead(this.function);

    const api = new HttpApi(this, 'Api', {
      description: 'Unsubscribe links of mails',
      createDefaultStage: false,
    });
    api.addRoutes({
      path: '/u/{token}',
      methods: [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST],
      integration: new HttpLambdaIntegration('Unsubscribe', this.function.function),
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'RFC 8058 has mailbox providers call the link without cookies or credentials; the signed token in ' +
        'the path is the authorization.',
    });

    const domain = stage.unsubscribeDomain && this.#domain(stage.unsubscribeDomain);
    const apiStage = api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      // A campaign of a million draws a few hundred calls a second at most; beyond that it is abuse.
      throttle: { rateLimit: 500, burstLimit: 1000 },
      accessLogSettings: { destination: this.#accessLog(stage), format: accessLogFormat },
      ...(domain ? { domainMapping: { domainName: domain } } : {}),
    });
    // The API's own endpoint stays open beside the domain: mails sent before it point there.
    this.baseUrl = domain ? `https://${domain.name}` : api.apiEndpoint;
    this.#watch(operations, apiStage);
  }

  #domain({ domainName, certificateArn }: UnsubscribeDomain): DomainName {
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    });
    new CfnOutput(this, 'DomainTarget', {
      description: 'Target of the alias or CNAME record of the unsubscribe domain',
      value: domain.regionalDomainName,
    });
    return domain;
  }

  #accessLog(stage: Stage): LogGroupLogDestination {
    return new LogGroupLogDestination(
      new LogGroup(this, 'AccessLog', {
        retention: stage.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    );
  }

  #watch(operations: Operations, apiStage: HttpStage): void {
    watchFunction(operations, this.function);
    operations.alarm(this, 'ServerErrors', {
      metric: apiStage.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      meaning:
        'Somebody who wanted to unsubscribe got an error, and mailbox providers count that against us.',
      runbook: 'unsubscribe-server-errors',
    });
  }
}

/** Neither path nor address of the caller: the path holds the token, and both are personal data. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    requestTime: '$context.requestTime',
    routeKey: '$context.routeKey',
    status: '$context.status',
    responseLatency: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
  }),
);
