import type { Suppressions } from '../../aws/suppressions.ts';
import { recipientIdOf } from '../../domain/address.ts';
import type { Suppression, SuppressionScope } from '../../domain/suppression/suppression.ts';
import { releasedNow } from '../../domain/suppression/suppression-record.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const manual: Suppression = { reason: 'manual', source: 'cli', atMs: Date.UTC(2026, 10, 24) };

let stack: QuietStack;
let suppressions: Suppressions;
let people = 0;

beforeAll(async () => {
  stack = await startQuietStack();
  const { suppressionsTable } = await import('../../aws/suppressions.ts');
  suppressions = suppressionsTable(stack.output('SuppressionsTableName'));
});
afterAll(() => stack.close());

function person() {
  const address = `person-${++people}@example.com`;
  return { address, recipientId: recipientIdOf(address) };
}

async function listed(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { recipientId } of suppressions.list()) ids.push(recipientId);
  return ids;
}

describe('find', () => {
  it('answers for more than the hundred keys of one call, whatever is doubled among them', async () => {
    const suppressed = Array.from({ length: 130 }, person);
    await Promise.all(suppressed.map((each) => suppressions.add(each, 'all', manual)));
    const free = Array.from({ length: 130 }, person);
    const ids = [...suppressed, ...free, ...suppressed.slice(0, 20)].map(({ recipientId }) => recipientId);
    const found = await suppressions.find(ids);
    expect(new Set(found.keys())).toEqual(new Set(suppressed.map(({ recipientId }) => recipientId)));
    expect(found.get(suppressed[129]?.recipientId ?? '')).toEqual({ all: manual });
  });

  it('asks for nobody when nobody is asked for', async () => {
    const before = stack.pipeline.calls()['dynamodb:BatchGetItem'];
    expect(await suppressions.find([])).toEqual(new Map());
    expect(stack.pipeline.calls()['dynamodb:BatchGetItem']).toBe(before);
  });
});

describe('add', () => {
  it('keeps scopes that are set at the same time', async () => {
    const someone = person();
    const scopes: SuppressionScope[] = ['all', 'marketing', 'transactional', 'topic:news', 'topic:offers'];
    await Promise.all(scopes.map((scope) => suppressions.add(someone, scope, manual)));
    expect(await suppressions.get(someone.recipientId)).toMatchObject({
      ...someone,
      suppressions: Object.fromEntries(scopes.map((scope) => [scope, manual])),
    });
  });

  it('keeps the weightier of two in the same scope, and both in the history', async () => {
    const someone = person();
    const ends: Suppression = { reason: 'bounce', source: 'ses', atMs: 1, evidence: '5.1.1', expiresAtMs: 2 };
    await suppressions.add(someone, 'all', manual);
    await suppressions.add(someone, 'all', ends);
    expect(await suppressions.get(someone.recipientId)).toEqual({
      ...someone,
      suppressions: { all: manual },
      releases: {},
      history: [
        { kind: 'suppressed', scope: 'all', ...ends },
        { kind: 'suppressed', scope: 'all', ...manual },
      ],
    });
  });
});

describe('change', () => {
  it('loses none of twelve that come at once', async () => {
    const someone = person();
    const topics = Array.from({ length: 12 }, (_, i) => `topic:t${i}` as const);
    await Promise.all(topics.map((topic) => suppressions.add(someone, topic, manual)));
    const record = await suppressions.get(someone.recipientId);
    expect(Object.keys(record?.suppressions ?? {}).toSorted()).toEqual(topics.toSorted());
    expect(record?.history).toHaveLength(12);
  });

  it('writes nothing where nothing changes', async () => {
    const someone = person();
    await suppressions.add(someone, 'all', manual);
    const before = stack.pipeline.calls()['dynamodb:PutItem'];
    await suppressions.add(someone, 'all', { ...manual, atMs: manual.atMs + 1 });
    const { recipientId } = person();
    await suppressions.change({ recipientId }, (record) => record);
    expect(stack.pipeline.calls()['dynamodb:PutItem']).toBe(before);
    expect(await suppressions.get(recipientId)).toBeUndefined();
  });

  it('keeps the address that is known when somebody else does not know it', async () => {
    const someone = person();
    await suppressions.add(someone, 'all', manual);
    await suppressions.add({ ...someone, address: '' }, 'marketing', manual);
    expect(await suppressions.get(someone.recipientId)).toMatchObject({ address: someone.address });
  });

  it('leaves nobody behind who has no suppression left', async () => {
    const someone = person();
    await suppressions.add(someone, 'all', manual);
    await suppressions.change(someone, (record) =>
      releasedNow(record, { scope: 'all', source: 'cli', atMs: manual.atMs }),
    );
    expect(await suppressions.find([someone.recipientId])).toEqual(new Map());
    expect(await listed()).not.toContain(someone.recipientId);
    expect((await suppressions.get(someone.recipientId))?.history).toHaveLength(2);
  });
});

describe('forget', () => {
  it('leaves nothing', async () => {
    const someone = person();
    await suppressions.add(someone, 'all', manual);
    await suppressions.forget(someone.recipientId);
    expect(await suppressions.get(someone.recipientId)).toBeUndefined();
  });
});

describe('list', () => {
  it('gives everybody once, over as many pages as it takes', async () => {
    // A page of Scan is 1 MB: 400 items of 4 KB are two of them.
    const everybody = Array.from({ length: 400 }, person);
    const long = { ...manual, evidence: 'x'.repeat(4_000) };
    await Promise.all(everybody.map((each) => suppressions.add(each, 'all', long)));
    const before = stack.pipeline.calls()['dynamodb:Scan'] ?? 0;
    const ids = await listed();
    expect((stack.pipeline.calls()['dynamodb:Scan'] ?? 0) - before).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(everybody.map(({ recipientId }) => recipientId)));
  });
});
