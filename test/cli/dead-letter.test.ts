import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

interface Row {
  readonly queue: string;
  readonly sqsMessageId: string;
  readonly deliveryId?: string;
  readonly reason: string;
  readonly field?: string;
  readonly detail: string;
}

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  running = await startTodoke();
});
afterAll(() => running.close());

/** Messages that the sender refuses: no body that it can read, a template that is not published. */
async function poison(...bodies: string[]): Promise<Row[]> {
  for (const MessageBody of bodies) {
    await running.pipeline.messaging.call('sqs', 'SendMessage', {
      QueueUrl: running.pipeline.outputs.NotificationsQueueUrl ?? '',
      MessageBody,
    });
  }
  await running.pipeline.idle(90_000);
  return await list();
}

const list = async () => (await todoke(['dead-letter', 'list', '--json'])).json() as Row[];
const unknownTemplate = JSON.stringify(aPassword('unknown', { template: 'not-yet' }));

describe('with dead letters', () => {
  afterEach(async () => {
    await todoke(['dead-letter', 'drop', '--all', '--yes']);
  });

  it('lists what was given up and why, again and again, without the body', async () => {
    const rows = await poison('{"secret-marker"', unknownTemplate);
    expect(rows.map(({ queue, reason, field }) => ({ queue, reason, field }))).toEqual(
      expect.arrayContaining([
        { queue: 'notifications', reason: 'not-json', field: undefined },
        { queue: 'notifications', reason: 'unknown-template', field: 'template' },
      ]),
    );
    expect(JSON.stringify(rows)).not.toContain('secret-marker');
    expect(await list()).toHaveLength(2);
    const { out, code } = await todoke(['dead-letter', 'list']);
    expect(code).toBe(0);
    expect(out).toMatch(/^queue +message +since +reason +detail\n/);
    expect(out).toContain('template not-yet is not published');
  });

  it('shows one with its body', async () => {
    const [row] = await poison('{"secret-marker"');
    const { out } = await todoke(['dead-letter', 'show', row?.sqsMessageId ?? '']);
    expect(out).toContain('reason: not-json');
    expect(out).toContain('{"secret-marker"');
    expect(await list()).toHaveLength(1);
  });

  it('redrives by id: what is still wrong comes back, and the others stay', async () => {
    const rows = await poison('{"not json', unknownTemplate);
    const id = rows.find(({ reason }) => reason === 'unknown-template')?.sqsMessageId ?? '';
    const { code, json } = await todoke(['dead-letter', 'redrive', id, '--json']);
    expect([code, json()]).toEqual([0, [{ queue: 'notifications', sqsMessageId: id }]]);
    await running.pipeline.idle(90_000);
    const after = await list();
    expect(after.map(({ reason }) => reason).sort()).toEqual(['not-json', 'unknown-template']);
    expect(after.map(({ sqsMessageId }) => sqsMessageId)).not.toContain(id);
  });

  it('redrives what faults had given up, and it is mailed', async () => {
    const before = running.pipeline.ses.store.count();
    await running.pipeline.messaging.call('sqs', 'SendMessage', {
      QueueUrl: running.pipeline.outputs.NotificationsDeadLetterQueueUrl ?? '',
      MessageBody: JSON.stringify(aPassword('after-the-fault')),
    });
    expect(await list()).toMatchObject([{ queue: 'notifications', reason: 'faults' }]);
    const { code, out } = await todoke(['dead-letter', 'redrive', '--all']);
    expect([code, out]).toEqual([0, '1 put back on their queue']);
    await running.pipeline.idle(90_000);
    expect(running.pipeline.ses.store.count()).toBe(before + 1);
    expect(await list()).toEqual([]);
  });

  it('drops by id, and all of them only with --yes', async () => {
    const [first] = await poison('{1', '{2', '{3');
    expect((await todoke(['dead-letter', 'drop', first?.sqsMessageId ?? ''])).out).toBe('1 deleted');
    const refused = await todoke(['dead-letter', 'drop', '--all']);
    expect([refused.code, refused.err]).toEqual([
      1,
      'todoke: this deletes all dead letters for good; repeat with --yes',
    ]);
    expect(await list()).toHaveLength(2);
    expect((await todoke(['dead-letter', 'drop', '--all', '--yes'])).out).toBe('2 deleted');
    expect((await todoke(['dead-letter', 'list'])).out).toBe('No dead letters.');
  });
});

it.each([
  { args: ['redrive'], code: 2, says: 'name the messages by their ids, or all of them with --all' },
  {
    args: ['drop', 'x', '--all'],
    code: 2,
    says: 'name the messages by their ids, or all of them with --all',
  },
  {
    args: ['list', '--queue', 'nothing'],
    code: 2,
    says: '--queue is one of notifications, chunks, feedback',
  },
  { args: ['list', '--limit', '0'], code: 2, says: '--limit takes a whole number from 1' },
  { args: ['show', 'no-such-id'], code: 1, says: 'no dead letter has the id no-such-id' },
  { args: ['redrive', 'no-such-id'], code: 1, says: '0 of 1 were found and put back on their queue' },
])('dead-letter $args ends with $code', async ({ args, code, says }) => {
  const ran = await todoke(['dead-letter', ...args]);
  expect([ran.code, ran.out]).toEqual([code, '']);
  expect(ran.err).toContain(says);
});
