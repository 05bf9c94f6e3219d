/** One Lambda function as the template describes it. */
export interface FunctionDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Absolute path of the unpacked code. */
  readonly codeDirectory: string;
  /** `index.handler`: file without extension, then the exported name. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Variables of the template; the runtime's own ones are added by the pool. */
  readonly variables: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
}
