import * as sdk from '@aws-sdk/client-sesv2';
import type { ApiRequest } from '../../../local/api.ts';
import { operationOf } from '../../../local/gateway/operation.ts';
import { seededRandom } from '../../../local/ses/seeded-random.ts';
import { createSes } from '../../../local/ses/ses.ts';
import { place } from './started-cloud.ts';

/** As the SDK's schemas have an operation: 9, namespace, name, traits. */
type OperationSchema = readonly [
  kind: 9,
  namespace: string,
  name: string,
  traits: { http: [method: string, path: string, status: number] },
];

const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;

const ses = createSes({
  place,
  nowMs: () => 0,
  random: seededRandom(1),
  publish: async () => undefined,
});
afterAll(() => ses.close());

const requestOf = ([, , , { http }]: OperationSchema): ApiRequest => ({
  method: http[0],
  path: http[1].replace(/\{[^}]+\}/g, 'some'),
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.from('{}'),
});

const operations = Object.values(sdk as Record<string, unknown>).filter(isOperation);

it('names every operation that the local SES has as the SDK does, and none otherwise', async () => {
  const answered: string[] = [];
  for (const operation of operations) {
    const request = requestOf(operation);
    const { headers } = await ses.handle(request, { accessKeyId: 'test', arn: 'arn:test' });
    const isAnswered = headers?.['x-amzn-errortype'] !== 'UnknownOperationException';
    if (isAnswered) {
      answered.push(operation[2]);
    }
    const named = operationOf('ses', request);
    expect({ named, isAnswered }).toEqual(
      named === 'ses:UnknownOperation'
        ? { named, isAnswered: false }
        : { named: `ses:${operation[2]}`, isAnswered },
    );
  }
  expect(answered).toContain('SendEmail');
  expect(answered.length).toBeGreaterThan(25);
});
