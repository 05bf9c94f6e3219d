import type { Deliveries } from '../../aws/deliveries.ts';
import type { Traces } from '../../aws/traces.ts';
import { stateRank } from '../../domain/delivery.ts';
import type { Feedback } from '../../domain/feedback/feedback.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 24, 4, 0, 0);

let stack: QuietStack;
let deliveries: Deliveries;
let traces: Traces;

beforeAll(async () => {
  stack = await startQuietStack();
  const table = stack.output('DeliveriesTableName');
  deliveries = (await import('../../aws/deliveries.ts')).deliveriesTable(table);
  traces = (await import('../../aws/traces.ts')).traces(table);
});
afterAll(() => stack.close());

const feedback = (kind: Feedback['kind'], sesMessageId: string): Feedback => ({
  ...{ kind, sesMessageId, atMs: nowMs, tags: {}, recipient: 'taro@example.com' },
});
const bounced = { state: 'bounced', rank: stateRank.bounced, reason: 'user_unknown' } as const;
const delivered = { state: 'delivered', rank: stateRank.delivered } as const;

describe('mails of a recipient', () => {
  it('are found, newest first, not more than asked for and none from before', async () => {
    const facts = { recipientId: 'taro' };
    for (const i of [3, 1, 2]) {
      await deliveries.claim(`n#found-${i}`, facts, nowMs + i);
    }
    await deliveries.recordRejected('n#found-4', { reason: 'missing-data' }, facts, nowMs + 4);
    await deliveries.claim('n#other', { recipientId: 'jiro' }, nowMs);
    const ids = [4, 3, 2, 1].map((i) => `n#found-${i}`);
    expect(await traces.idsByRecipient('taro', 0, 100)).toEqual(ids);
    expect(await traces.idsByRecipient('taro', 0, 2)).toEqual(ids.slice(0, 2));
    expect(await traces.idsByRecipient('taro', nowMs + 3, 100)).toEqual(ids.slice(0, 2));
  });

  it('are found when an event was the first that was known of them, and of a campaign only failures are', async () => {
    const facts = (sesMessageId: string) => ({
      recipientId: 'hanako',
      sesMessageId,
      address: 'a@example.com',
    });
    const record = (id: string, kind: Feedback['kind'], more: object = {}) =>
      deliveries.recordEvidence(
        id,
        feedback(kind, `ses-${id}`),
        kind === 'bounce' ? bounced : delivered,
        { ...facts(`ses-${id}`), ...more },
        nowMs,
      );
    await record('f#foreign', 'delivery');
    await record('c#news#0#1', 'delivery', { campaignId: 'news' });
    await record('c#news#0#2', 'bounce', { campaignId: 'news' });
    expect((await traces.idsByRecipient('hanako', 0, 100)).sort()).toEqual(['c#news#0#2', 'f#foreign']);
    expect(await traces.idsBySesMessageId('ses-c#news#0#1')).toEqual([]);
    expect(await traces.idsBySesMessageId('ses-c#news#0#2')).toEqual(['c#news#0#2']);
    // It failed later, so it is found from now on.
    await record('c#news#0#1', 'bounce', { campaignId: 'news' });
    expect((await traces.idsByRecipient('hanako', 0, 100)).sort()).toContain('c#news#0#1');
    expect(await traces.idsBySesMessageId('ses-c#news#0#1')).toEqual(['c#news#0#1']);
  });

  it('are found by the id of SES once it has accepted them, and not after an erasure by the recipient', async () => {
    const id = 'n#accepted';
    await deliveries.claim(id, { recipientId: 'goro' }, nowMs);
    await deliveries.recordAccepted(id, 'ses-goro', nowMs);
    expect(await traces.idsBySesMessageId('ses-goro')).toEqual([id]);
    const { recipientRows } = await import('../../aws/recipient-rows.ts');
    await recipientRows(stack.output('DeliveriesTableName')).anonymise(
      { deliveryId: id, recipientId: 'goro' },
      nowMs,
    );
    expect(await traces.idsByRecipient('goro', 0, 100)).toEqual([]);
  });
});

it('reads more items than one request takes, each once, and none that do not exist', async () => {
  const ids = Array.from({ length: 130 }, (_, i) => `n#many-${i}`);
  await Promise.all(ids.map((id) => deliveries.claim(id, {}, nowMs)));
  const found = await traces.items([...ids, ...ids, 'n#nowhere']);
  expect([...found.keys()].sort()).toEqual(ids.toSorted());
});

it('shows the failures of a span of time, over midnight, of all or of a campaign, and says when there are more', async () => {
  const fromMs = Date.UTC(2026, 5, 1, 23);
  const put = (id: string, atMs: number, campaignId?: string) =>
    deliveries.recordRejected(id, { reason: 'x' }, campaignId === undefined ? {} : { campaignId }, atMs);
  await put('n#early', fromMs - 1);
  await put('n#evening', fromMs, 'news');
  await put('n#night', fromMs + 2 * 3_600_000);
  await put('n#late', fromMs + dayMs);
  const idsIn = async (span: object) => {
    const ids: string[] = [];
    const more = await traces.eachFailure({ fromMs, toMs: fromMs + dayMs - 1, ...span }, ({ deliveryId }) =>
      ids.push(deliveryId),
    );
    return [ids.sort(), more];
  };
  expect(await idsIn({})).toEqual([['n#evening', 'n#night'], false]);
  expect(await idsIn({ campaignId: 'news' })).toEqual([['n#evening'], false]);
  expect(await idsIn({ mostPages: 1 })).toEqual([['n#evening'], true]);
});

it('keeps how it stood with an identity, and lets one of two writers win', async () => {
  const { authenticationHistories } = await import('../../aws/authentication-history.ts');
  const { readAuthentication } = await import('../../aws/identity-state.ts');
  const histories = authenticationHistories(stack.output('DeliveriesTableName'));
  stack.pipeline.ses.createIdentity('seen.example.com', { verified: true });
  const state = { ...(await readAuthentication('seen.example.com')), sinceMs: nowMs };
  expect(state).toMatchObject({ verified: true, dkim: 'SUCCESS' });
  const first = await histories.read('seen.example.com');
  expect(await histories.write('seen.example.com', { ...first, seen: [state] })).toBe(true);
  expect(await histories.write('seen.example.com', { ...first, seen: [] })).toBe(false);
  const second = await histories.read('seen.example.com');
  expect(second).toEqual({ seen: [state], version: 1 });
  expect(await histories.write('seen.example.com', second)).toBe(true);
  expect(await readAuthentication('nowhere.example.com')).toEqual({ verified: false, dkim: 'NOT_FOUND' });
});
