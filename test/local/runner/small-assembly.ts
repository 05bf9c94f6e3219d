// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the notation of CloudFormation
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawResource } from '../../../local/runner/assembly.ts';
import type { Json, JsonObject } from '../../../local/runner/json.ts';

/** A cloud assembly written by hand into a temporary directory. */
export interface SmallAssembly {
  readonly directory: string;
  remove(): void;
}

export interface SmallStack {
  readonly resources: Readonly<Record<string, RawResource>>;
  /** Source of `index.mjs` by asset name. */
  readonly code?: Readonly<Record<string, string>>;
  readonly outputs?: JsonObject;
  readonly sections?: JsonObject;
}

export function writeAssembly({
  resources,
  code = {},
  outputs = {},
  sections = {},
}: SmallStack): SmallAssembly {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-assembly-'));
  const write = (file: string, value: unknown): void =>
    writeFileSync(join(directory, file), JSON.stringify(value));
  write('manifest.json', {
    version: '48.0.0',
    artifacts: {
      'Small.assets': { type: 'cdk:asset-manifest', properties: { file: 'Small.assets.json' } },
      Small: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Small.template.json' },
      },
    },
  });
  write('Small.assets.json', {
    files: Object.fromEntries(
      Object.keys(code).map((name) => [
        name,
        {
          source: { path: `asset.${name}`, packaging: 'zip' },
          destinations: { 'current_account-current_region': { objectKey: `${name}.zip` } },
        },
      ]),
    ),
  });
  const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
  write('Small.template.json', { Resources: resources, Outputs, ...sections });
  for (const [name, source] of Object.entries(code)) {
    mkdirSync(join(directory, `asset.${name}`));
    writeFileSync(join(directory, `asset.${name}`, 'index.mjs'), source);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}

export const arnOf = (logicalId: string): JsonObject => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const ref = (logicalId: string): JsonObject => ({ Ref: logicalId });

export function allow(Action: Json, Resource: Json, more: JsonObject = {}): JsonObject {
  return { Effect: 'Allow', Action, Resource, ...more };
}

export function policyDocument(...statements: readonly JsonObject[]): JsonObject {
  return { Version: '2012-10-17', Statement: statements };
}

export function roleFor(service: string, ...statements: readonly JsonObject[]): RawResource {
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: policyDocument(trust),
      Policies:
        statements.length > 0
          ? [{ PolicyName: 'grants', PolicyDocument: policyDocument(...statements) }]
          : [],
    },
  };
}

export interface SmallFunction {
  readonly code: string;
  readonly grants?: readonly JsonObject[];
  readonly properties?: JsonObject;
}

/** A function `<id>` and its role `<id>Role`. */
export function functionWithRole(id: string, { code, grants = [], properties = {} }: SmallFunction) {
  return {
    [`${id}Role`]: roleFor('lambda.amazonaws.com', ...grants),
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: {
          S3Bucket: { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
          S3Key: `${code}.zip`,
        },
        Handler: 'index.handler',
        Role: arnOf(`${id}Role`),
        Runtime: 'nodejs24.x',
        Timeout: 5,
        ...properties,
      },
    },
  } satisfies Record<string, RawResource>;
}

export const poll = (queue: string): JsonObject =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf(queue));

export function mapping(queue: string, functionId: string, properties: JsonObject = {}): RawResource {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: arnOf(queue), FunctionName: ref(functionId), ...properties },
  };
}

export function queue(properties: JsonObject = {}): RawResource {
  return { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 30, ...properties } };
}

/** Source of a helper for handlers: calls an AWS JSON API with the function's own credentials, without an SDK. */
export const callSource = `
export async function call(service, target, input) {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20270101/' +
        process.env.AWS_REGION + '/' + service + '/aws4_request, SignedHeaders=host, Signature=0',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
    },
    body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), { name: answer.__type });
  return answer;
}
`;
