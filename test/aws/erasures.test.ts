import type { Erasures } from '../../aws/erasures.ts';
import { recipientIdOf } from '../../domain/address.ts';
import { erasureMark } from '../../domain/suppression/erasure.ts';
import type { SuppressionsByScope } from '../../domain/suppression/suppression.ts';
import { sender } from '../functions/in-memory-ports.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const left: SuppressionsByScope = { marketing: { reason: 'manual', source: 'erasure', atMs: 1 } };

let stack: QuietStack;
let erasures: Erasures;

beforeAll(async () => {
  stack = await startQuietStack();
  const { erasuresTable } = await import('../../aws/erasures.ts');
  erasures = erasuresTable(stack.output('SuppressionsTableName'));
});
afterAll(() => stack.close());

it('costs one read while nobody was erased', async () => {
  const before = { ...stack.pipeline.calls() };
  expect(await erasures.all()).toEqual(new Map());
  const after = stack.pipeline.calls();
  expect((after['dynamodb:GetItem'] ?? 0) - (before['dynamodb:GetItem'] ?? 0)).toBe(1);
  expect(after['dynamodb:BatchGetItem']).toBe(before['dynamodb:BatchGetItem']);
});

it('keeps the marks of many, each until it is removed, and lists none of them as recipients', async () => {
  const marks = Array.from({ length: 150 }, (_, i) =>
    erasureMark(sender.tokenKeys, recipientIdOf(`person-${i}@example.com`)),
  );
  await Promise.all(marks.map((mark) => erasures.put(mark, left)));
  expect(await erasures.all()).toEqual(new Map(marks.map((mark) => [mark, left])));
  const [first = '', ...others] = marks;
  expect(await erasures.remove(first)).toBe(true);
  expect(await erasures.remove(first)).toBe(false);
  expect([...(await erasures.all()).keys()].toSorted()).toEqual(others.toSorted());
  const { suppressionsTable } = await import('../../aws/suppressions.ts');
  for await (const recipient of suppressionsTable(stack.output('SuppressionsTableName')).list()) {
    throw new Error(`${recipient.recipientId} is listed`);
  }
});
