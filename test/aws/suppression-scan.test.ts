import { recipientIdOf } from '../../domain/address.ts';
import type {
  Suppression,
  SuppressionScope,
  SuppressionsByScope,
} from '../../domain/suppression/suppression.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const manual: Suppression = { reason: 'manual', source: 'cli', atMs: Date.UTC(2026, 10, 24) };

let stack: QuietStack;
beforeAll(async () => {
  stack = await startQuietStack();
});
afterAll(() => stack.close());

it('sees everybody who has one of the scopes, with these alone, whatever else is in the table', async () => {
  const tableName = stack.output('SuppressionsTableName');
  const { suppressionsTable } = await import('../../aws/suppressions.ts');
  const { suppressionScan } = await import('../../aws/suppression-scan.ts');
  const { erasuresTable } = await import('../../aws/erasures.ts');
  const suppressions = suppressionsTable(tableName);
  const scopesOf = (n: number): SuppressionScope[] =>
    n % 4 === 0
      ? ['all', 'topic:other']
      : n % 4 === 1
        ? ['topic:news']
        : n % 4 === 2
          ? ['topic:other']
          : ['marketing'];
  const people = Array.from({ length: 120 }, (_, n) => ({
    address: `person-${n}@example.com`,
    recipientId: recipientIdOf(`person-${n}@example.com`),
    scopes: scopesOf(n),
  }));
  for (const person of people) {
    for (const scope of person.scopes) {
      await suppressions.add(person, scope, manual);
    }
  }
  await erasuresTable(tableName).put('k1.mark', { all: manual });

  const seen = new Map<string, SuppressionsByScope>();
  await suppressionScan(tableName)(['all', 'topic:news'], (recipientId, found) => {
    expect(seen.has(recipientId)).toBe(false);
    seen.set(recipientId, found);
  });
  expect(seen).toEqual(
    new Map(
      people.flatMap(({ recipientId, scopes: [scope] }) =>
        scope === 'all' || scope === 'topic:news' ? [[recipientId, { [scope]: manual }]] : [],
      ),
    ),
  );
});
