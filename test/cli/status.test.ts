import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

interface Status {
  readonly queues: readonly Record<string, unknown>[];
  readonly campaigns: readonly unknown[];
  readonly failures: readonly Record<string, unknown>[];
}

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  running = await startTodoke();
});
afterAll(() => running.close());

const statusJson = async (...args: string[]) =>
  (await todoke(['status', ...args, '--json'])).json() as Status;
const publishRaw = async (MessageBody: string) => {
  const QueueUrl = running.pipeline.outputs.NotificationsQueueUrl ?? '';
  const { MessageId } = await running.pipeline.messaging.call('sqs', 'SendMessage', {
    QueueUrl,
    MessageBody,
  });
  return MessageId;
};

it('of a new pipeline shows empty queues and no failure', async () => {
  const { code, out, err } = await todoke(['status']);
  expect([code, err]).toEqual([0, '']);
  const [header, , ...rows] = out.split('\n');
  expect(header?.split(/\s{2,}/)).toEqual(['queue', 'waiting', 'in flight', 'delayed', 'dead letters']);
  expect(rows.slice(0, 3).map((row) => row.split(/\s+/))).toEqual(
    ['notifications', 'chunks', 'feedback'].map((queue) => [queue, '0', '0', '0', '0']),
  );
  expect(rows.at(-1)).toBe('No mail of today or yesterday failed.');
  expect(await statusJson()).toEqual({
    queues: ['notifications', 'chunks', 'feedback'].map((queue) => ({
      queue,
      waiting: 0,
      inFlight: 0,
      delayed: 0,
      deadLetters: 0,
    })),
    campaigns: [],
    failures: [],
  });
});

it('of a notification shows what became of it', async () => {
  await todoke(['publish', '-', '--wait', '20'], JSON.stringify(aPassword('good/1')));
  const { code, json } = await todoke(['status', 'good/1', '--json']);
  expect(code).toBe(0);
  expect(json()).toMatchObject({
    deliveryId: 'n#good/1',
    notificationId: 'good/1',
    state: 'delivered',
    template: 'one-time-password',
    address: 'taro@example.com',
    sesMessageId: expect.any(String),
  });
  const { out } = await todoke(['status', 'good/1']);
  expect(out).toMatch(/^state +delivered$/m);
});

describe('of what nobody can send', () => {
  const cases = [
    { what: 'a body that is not JSON', body: 'hello\u202e', reason: 'not-json' },
    { what: 'a body of another shape', body: '{"to":"taro@example.com"}', reason: 'schema' },
    { what: 'a body of 300 KB', body: `"${'x'.repeat(300_000)}"`, reason: 'body-too-large' },
  ];

  it.each(cases)('shows the reason of $what under the id of its message', async ({ body, reason }) => {
    const id = await publishRaw(body);
    await running.pipeline.idle(90_000);
    const { code, json, out } = await todoke(['status', id, '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ deliveryId: `m#${id}`, state: 'rejected', reason, sqsMessageId: id });
    // Never the value: it is personal data.
    expect(out).not.toContain('taro@example.com');
  });

  it.each([
    { id: 'no-data', changes: { data: {} }, field: /^code$/ },
    { id: 'no-template', changes: { template: 'no-such' }, field: /^template$/ },
    { id: 'bad-address', changes: { recipient: { address: 'taro@' } }, field: /^recipient\.address$/ },
    { id: 'bad-name', changes: { recipient: { address: 'a@example.com', name: 'a\r\nb' } }, field: /name$/ },
  ])('shows where $id is wrong', async ({ id, changes, field }) => {
    await publishRaw(JSON.stringify(aPassword(id, changes)));
    await running.pipeline.idle(90_000);
    const { json } = await todoke(['status', id, '--json']);
    expect(json()).toMatchObject({
      notificationId: id,
      state: 'rejected',
      reason: expect.any(String),
      field: expect.stringMatching(field),
      detail: expect.any(String),
    });
  });

  it('lists them newest first, keeps them as dead letters, and finds each as it is listed', async () => {
    await publishRaw(JSON.stringify(aPassword('late', { expiresAt: '2020-01-01T00:00:00Z' })));
    await running.pipeline.idle(90_000);
    const { queues, failures } = await statusJson();
    expect(queues[0]).toMatchObject({ queue: 'notifications', waiting: 0, deadLetters: 7 });
    expect(failures).toHaveLength(8);
    expect(failures[0]).toMatchObject({ deliveryId: 'n#late', state: 'expired', reason: 'expired' });
    for (const { deliveryId } of failures) {
      const { code, json } = await todoke(['status', String(deliveryId), '--json']);
      expect([code, json()]).toMatchObject([0, { deliveryId }]);
    }
    expect((await statusJson('--limit', '2')).failures).toEqual(failures.slice(0, 2));
  });

  it('shows a table of them', async () => {
    const { out } = await todoke(['status', '--limit', '3']);
    const table = out.slice(out.indexOf('when')).split('\n');
    expect(table[0]?.split(/\s+/)).toEqual(['when', 'delivery', 'state', 'reason', 'detail']);
    expect(table).toHaveLength(5);
    expect(table[2]).toMatch(/^\d{4}-\S+Z +n#late +expired +expired$/);
    expect(out).not.toContain('\x1b');
  });
});

it('of an id that nobody published says what that can mean', async () => {
  const { code, out, err } = await todoke(['status', 'nobody-published-it']);
  expect([code, out, err]).toEqual([
    1,
    '',
    'todoke: nothing is known of "nobody-published-it": not published, still on the queue, or older than the retention',
  ]);
});
