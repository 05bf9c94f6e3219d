import { labRoutes } from '../../../local/lab/routes.ts';
import { type Arrival, startArrival } from './arrival.ts';

let arrival: Arrival;

beforeAll(async () => {
  arrival = await startArrival();
});
afterEach(() => arrival.reset());
afterAll(() => arrival.close());

async function request(method: string, target: string, body?: unknown) {
  const [path = '', query] = target.split('?');
  const answer = await labRoutes(arrival.lab)({
    method,
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? '')),
  });
  const text = String(answer?.body ?? '');
  return { status: answer?.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

it('shows every receiver and where the DNS is', async () => {
  const seen = (await request('GET', '/lab')).json();
  expect(seen.nameServer).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(seen.receivers).toContainEqual(
    expect.objectContaining({ name: 'docomo', domains: ['docomo.ne.jp'], mails: 0 }),
  );
});

it('shows what arrived, and its source', async () => {
  await arrival.send('taro@docomo.ne.jp');
  const [mail] = JSON.parse((await request('GET', '/lab/mails?to=taro@docomo.ne.jp')).text);
  expect(mail).toMatchObject({
    ...{ receiver: 'docomo', folder: 'inbox', spf: { result: 'pass', aligned: true } },
    ...{ dmarc: { result: 'pass' }, oneClickSigned: false },
  });
  const source = await request('GET', `/lab/mails/docomo/${mail.id}`);
  expect(source.text).toMatch(/^Return-Path: </);
  expect(JSON.parse((await request('GET', '/lab/mails?to=hanako@docomo.ne.jp')).text)).toEqual([]);
});

it('changes records and receivers while mail flows', async () => {
  await request('PUT', '/lab/zone', { 'TXT _dmarc.example.com': null });
  expect((await request('GET', '/lab/zone')).json()).not.toHaveProperty(['TXT _dmarc.example.com']);
  await arrival.send('jiro@docomo.ne.jp');
  expect(arrival.lab.mailsTo('jiro@docomo.ne.jp')).toMatchObject([{ folder: 'spam' }]);

  const changed = await request('PUT', '/lab/receivers/yahoo', { mailsPerMinute: 3, greylistMs: 5 });
  expect(changed.json()).toMatchObject({ settings: { mailsPerMinute: 3, greylistMs: 5 } });
  await request('PUT', '/lab/receivers/yahoo', { mailsPerMinute: null });
  expect(arrival.lab.receiver('yahoo').settings().mailsPerMinute).toBe(Number.POSITIVE_INFINITY);
});

it.each([
  ['PUT', '/lab/zone', 'no JSON', 400, 'not-json'],
  ['PUT', '/lab/zone', { 'TXT example.com': 'not a list' }, 400, 'invalid-settings'],
  ['PUT', '/lab/zone', { nonsense: ['x'] }, 400, 'invalid-record'],
  ['PUT', '/lab/receivers/yahoo', { mailsPerMinute: -1 }, 400, 'invalid-settings'],
  ['PUT', '/lab/receivers/nobody', {}, 404, 'not-found'],
  ['GET', '/lab/mails/docomo/999', undefined, 404, 'not-found'],
  ['DELETE', '/lab/mails', undefined, 404, 'not-found'],
])('refuses %s %s %j', async (method, path, body, status, code) => {
  const answer = await request(method, path, body);
  expect([answer.status, answer.json().error]).toEqual([status, expect.objectContaining({ code })]);
});

it('leaves other paths to others', async () => {
  expect((await request('GET', '/laboratory')).status).toBeUndefined();
});
