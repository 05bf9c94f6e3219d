import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentName, environmentNames } from '../functions/environment.ts';
import { type AfterBundling, bundledCode } from './bundled-code.ts';
import type { Stage } from './stage.ts';

/** The environment variables that one function reads, under the names that `functions/environment.ts` declares. */
export type FunctionEnvironment = {
  readonly [name in (typeof environmentNames)[EnvironmentName]]?: string;
};

export interface TodokeFunctionProps {
  readonly stage: Stage;
  /** File in `functions/`, without its extension. */
  readonly entry: string;
  /** What it does, in one sentence, for whoever meets it in the console. */
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
  readonly environment: FunctionEnvironment;
  readonly recursiveLoop?: RecursiveLoop;
  readonly afterBundling?: AfterBundling;
}

/** A Lambda function with the settings that all of Todoke's functions share, and a role of its own. */
export class TodokeFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: TodokeFunctionProps) {
    super(scope, id);
    const { stage } = props;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed basic execution role: that one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    this.function = new LambdaFunction(this, 'Function', {
      code: bundledCode(props.entry, props.afterBundling),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: props.description,
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // Start, end and report lines of every invocation would cost more than the invocations.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(props.recursiveLoop ? { recursiveLoop: props.recursiveLoop } : {}),
      ...(stage.tracing ? { tracing: Tracing.ACTIVE } : {}),
    });
    this.grantPrincipal = this.function.grantPrincipal;
    this.addVariables(props.environment);

    if (stage.tracing) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'xray:PutTraceSegments and PutTelemetryRecords know no resources; IAM accepts only * for them.',
      });
    }
  }

  /** For names of what is made after the function. */
  addVariables(environment: FunctionEnvironment): void {
    for (const [name, value] of Object.entries(environment)) {
      this.function.addEnvironment(name, value);
    }
  }
}
