import type { Answer, Request } from '../../bench/faults/items.ts';
import { faultRun, lanes, matrixOf } from '../../bench/faults/matrix.ts';
import { tableKeys } from '../../bench/faults/tables.ts';
import { createDynamoDb } from '../../local/engines/dynamodb.ts';

const place = { region: 'us-east-1', accountId: '123456789012' };

async function localDynamoDb() {
  const engine = createDynamoDb({ nowMs: () => 0, place });
  for (const [TableName, key] of Object.entries(tableKeys)) {
    await engine.createTable({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    });
  }
  return {
    async ask(operation: string, request: Request): Promise<unknown> {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      };
      const body = Buffer.from(JSON.stringify(request));
      const { status, body: answer } = await engine.handle(
        { method: 'POST', path: '/', query: new URLSearchParams(), headers, body },
        { accessKeyId: 'operator', arn: '' },
      );
      const { __type: type = '', ...output } = JSON.parse(String(answer));
      return comparable(status === 200, type.replace(/^.*#/, ''), output);
    },
    close: () => engine.close(),
  };
}

interface Compared {
  readonly Item?: Attributes;
  readonly Attributes?: Attributes;
  readonly Responses?: Readonly<Record<string, readonly Attributes[]>>;
  readonly CancellationReasons?: readonly { readonly Code: string }[];
}

type Attributes = Readonly<Record<string, unknown>>;

/** What the code of `aws/` reads of an answer; found items are in no order. */
function comparable(ok: boolean, error: string, output: Readonly<Record<string, unknown>>) {
  const { Item, Attributes, Responses = {}, CancellationReasons } = output as Compared;
  return {
    ok,
    error,
    Item,
    Attributes,
    found: Object.values(Responses).map((items) =>
      items.map((item) => JSON.stringify(item.deliveryId ?? item.recipientId)).sort(),
    ),
    reasons: CancellationReasons?.map(({ Code }) => Code),
  };
}

it.each(lanes)('the tables of the fault matrix answer as DynamoDB does, in the %s lane', async (lane) => {
  const matrix = await matrixOf(lane);
  for (const seed of [3, 57, 150]) {
    const heard: [operation: string, request: Request, answer: Answer][] = [];
    await faultRun(matrix, lane, 'resend', seed, (...each) => heard.push(each));
    expect(heard.length).toBeGreaterThan(20);
    const local = await localDynamoDb();
    for (const [operation, request, answer] of heard) {
      const expected = answer.ok
        ? comparable(true, '', answer.output)
        : comparable(false, answer.error, answer.details);
      expect([operation, await local.ask(operation, request)]).toEqual([operation, expected]);
    }
    await local.close();
  }
});
