import { userInfo } from 'node:os';
import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  running = await startTodoke();
});
afterAll(() => running.close());

const scopesOf = async (address: string) => {
  const { json } = await todoke(['suppression', 'list', address, '--json']);
  return (json() as { scope: string }[]).map(({ scope }) => scope).toSorted();
};

it('is empty at first', async () => {
  expect((await todoke(['suppression', 'list', '--json'])).json()).toEqual([]);
  expect((await todoke(['suppression', 'list'])).out.split('\n')).toHaveLength(2);
});

it('is added, listed with where it comes from, and removed', async () => {
  const added = await todoke(['suppression', 'add', 'Taro@Example.com', '--evidence', 'ticket 42', '--json']);
  expect(added).toMatchObject({ code: 0, err: '' });
  const recipientId = expect.stringMatching(/^[A-Za-z0-9_-]{22}$/);
  expect(added.json()).toEqual({ address: 'Taro@example.com', recipientId, scope: 'all' });
  // The same mailbox, whatever the case.
  const { json } = await todoke(['suppression', 'list', 'taro@example.com', '--json']);
  expect(json()).toEqual([
    {
      recipientId,
      address: 'Taro@example.com',
      scope: 'all',
      reason: 'manual',
      source: 'cli',
      actor: userInfo().username,
      atMs: expect.any(Number),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      evidence: 'ticket 42',
    },
  ]);
  const removed = await todoke(['suppression', 'remove', 'taro@example.com', '--json']);
  expect([removed.code, removed.json()]).toEqual([0, { address: 'taro@example.com', removed: ['all'] }]);
  expect(await scopesOf('taro@example.com')).toEqual([]);
});

it('says in a sentence what it did', async () => {
  const add = await todoke(['suppression', 'add', 'jiro@example.com', '--scope', 'topic:newsletter']);
  expect(add.out).toBe('jiro@example.com gets no more mail: topic:newsletter');
  const remove = await todoke(['suppression', 'remove', 'jiro@example.com']);
  expect(remove.out).toBe('jiro@example.com gets mail again: topic:newsletter');
});

it('has scopes of its own, which are removed one by one or together', async () => {
  const scopes = ['all', 'marketing', 'topic:newsletter', 'transactional'];
  for (const scope of scopes) await todoke(['suppression', 'add', 'saburo@example.com', '--scope', scope]);
  expect(await scopesOf('saburo@example.com')).toEqual(scopes);
  await todoke(['suppression', 'remove', 'saburo@example.com', '--scope', 'topic:newsletter']);
  expect(await scopesOf('saburo@example.com')).toEqual(['all', 'marketing', 'transactional']);
  const { json } = await todoke(['suppression', 'remove', 'saburo@example.com', '--json']);
  expect((json() as { removed: string[] }).removed.toSorted()).toEqual(['all', 'marketing', 'transactional']);
  expect(await scopesOf('saburo@example.com')).toEqual([]);
});

it.each([
  { when: 'nobody knows the address', args: ['nobody@example.com'] },
  { when: 'only another scope is set', args: ['shiro@example.com', '--scope', 'marketing'] },
])('is not removed when $when, which is told', async ({ args }) => {
  await todoke(['suppression', 'add', 'shiro@example.com', '--scope', 'topic:newsletter']);
  const { code, out } = await todoke(['suppression', 'remove', ...args]);
  expect([code, out]).toEqual([1, `${args[0]} was not suppressed`]);
  expect(await scopesOf('shiro@example.com')).toEqual(['topic:newsletter']);
  expect(await scopesOf('nobody@example.com')).toEqual([]);
});

it('stops mail, and lets it through again', async () => {
  const recipient = { address: 'goro@example.com', locale: 'ja' };
  const outcome = async (id: string) => {
    const body = JSON.stringify(aPassword(id, { recipient }));
    return (await todoke(['publish', '-', '--wait', '20', '--json'], body)).json();
  };
  await todoke(['suppression', 'add', 'goro@example.com', '--scope', 'transactional']);
  expect(await outcome('goro-1')).toMatchObject([{ state: 'suppressed', reason: 'manual' }]);
  await todoke(['suppression', 'remove', 'goro@example.com']);
  expect(await outcome('goro-1')).toMatchObject([{ state: 'delivered' }]);
});

it('is listed as a table, with evidence that cannot play tricks on the terminal', async () => {
  await todoke(['suppression', 'add', 'rokuro@example.com', '--evidence', '手紙\x1b[31m']);
  const { out } = await todoke(['suppression', 'list', 'rokuro@example.com']);
  const [header, , row] = out.split('\n');
  expect(header?.split(/\s+/)).toEqual([
    'address',
    'scope',
    'reason',
    'source',
    'since',
    'expires',
    'evidence',
  ]);
  expect(row).toMatch(/^rokuro@example\.com +all +manual +cli +\d{4}-\S+Z +手紙�\[31m$/);
  expect(out).not.toContain('\x1b');
});

it('ends by itself when it was said to', async () => {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const { out } = await todoke(['suppression', 'add', 'shichiro@example.com', '--expires', expires]);
  expect(out).toBe(`shichiro@example.com gets no more mail: all until ${expires}`);
  const { json } = await todoke(['suppression', 'list', 'shichiro@example.com', '--json']);
  expect(json()).toEqual([expect.objectContaining({ scope: 'all', expires })]);
});

it.each(['yesterday', '2020-01-01T00:00:00Z'])('does not end %s', async (expires) => {
  const { code, err } = await todoke(['suppression', 'add', 'x@example.com', '--expires', expires]);
  expect([code, err]).toEqual([2, expect.stringContaining('--expires is a time to come')]);
});

it('shows what is stopped and all that led to it, with who did it and why', async () => {
  const address = 'hachiro@example.com';
  await todoke([
    'suppression',
    'add',
    address,
    '--scope',
    'marketing',
    '--evidence',
    'ticket 7',
    '--by',
    'hanako',
  ]);
  await todoke(['suppression', 'remove', address, '--by', 'jiro', '--evidence', 'called us']);
  await todoke(['suppression', 'add', address, '--scope', 'topic:news', '--by', 'hanako']);
  const shown = (await todoke(['suppression', 'show', address, '--json'])).json();
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(shown).toEqual({
    address,
    recipientId: expect.any(String),
    suppressions: [
      expect.objectContaining({ scope: 'topic:news', reason: 'manual', actor: 'hanako', inForce: true, at }),
    ],
    history: [
      expect.objectContaining({
        kind: 'suppressed',
        scope: 'marketing',
        actor: 'hanako',
        evidence: 'ticket 7',
        at,
      }),
      expect.objectContaining({
        kind: 'released',
        scope: 'marketing',
        actor: 'jiro',
        evidence: 'called us',
        at,
      }),
      expect.objectContaining({ kind: 'suppressed', scope: 'topic:news', actor: 'hanako', at }),
    ],
  });
  const { out } = await todoke(['suppression', 'show', address]);
  expect(out).toMatch(/released +marketing +cli +jiro +called us/);
});

it('says whether SES would still hold mail back, and removes it there as well', async () => {
  const address = 'kuro@example.com';
  const { accountSuppressionList } = await import('../../aws/account-suppression-list.ts');
  const ses = accountSuppressionList();
  await todoke(['suppression', 'add', address]);
  await ses.put(address, 'BOUNCE');
  const first = await todoke(['suppression', 'remove', address, '--json']);
  expect(first.json()).toEqual({ address, removed: ['all'], heldBySes: 'BOUNCE' });
  expect(first.err).toContain('--also-ses');
  expect((await todoke(['suppression', 'show', address])).out).toContain(
    'On the account suppression list of SES: BOUNCE',
  );
  const second = await todoke(['suppression', 'remove', address, '--also-ses']);
  expect([second.code, second.out]).toEqual([0, `${address} gets mail again: SES`]);
  expect(await ses.get(address)).toBeUndefined();
  expect((await todoke(['suppression', 'remove', address, '--also-ses'])).code).toBe(1);
});
