import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from '../../local/announcement.ts';
import { commandLine, type Todoke } from '../cli/running-todoke.ts';
import { type RunningPipeline, runPipeline } from './running-pipeline.ts';

interface Status {
  readonly state: string;
  readonly recipients: number;
  readonly accepted: number;
  readonly unknown: number;
  readonly stopped: number;
  readonly stage: { readonly kind: string; readonly number?: number };
  readonly halt?: { readonly code: string; readonly ja: string; readonly en: string; readonly count: number };
  readonly stops: readonly { readonly code: string; readonly provider: string; readonly count: number }[];
  readonly providers: Record<string, Record<string, number>>;
}

const directory = mkdtempSync(join(tmpdir(), 'todoke-campaigns-'));
let pipeline: RunningPipeline;
let todoke: Todoke;

beforeAll(async () => {
  pipeline = await runPipeline({
    ses: {
      account: { maxSendRate: 200 },
      recipientBehaviour: (address) => (address.startsWith('gone') ? 'bounce' : undefined),
    },
  });
  todoke = await commandLine(announce(directory, pipeline).file);
});
afterAll(async () => {
  await pipeline.close();
  rmSync(directory, { recursive: true });
});

async function start(name: string, addresses: readonly string[], ...more: readonly string[]): Promise<void> {
  const audience = join(directory, `${name}.csv`);
  writeFileSync(
    audience,
    ['address,couponCode', ...addresses.map((address) => `${address},ASAGIRI10`)].join('\n'),
  );
  const args = ['--template', 'product-announcement', '--name', name, '--audience', audience, ...more];
  expect(await todoke(['campaign', 'start', ...args, '--yes'])).toMatchObject({ code: 0 });
}

async function run(...args: readonly string[]): Promise<Status> {
  const { code, err, json } = await todoke(['campaign', ...args, '--json']);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return json() as Status;
}

async function until<T>(look: () => T | Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const deadlineMs = Date.now() + 90_000;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) {
      return seen;
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain; last seen: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const reaches = (name: string, state: string) =>
  until(
    () => run('status', name),
    (status) => status.state === state,
  );

/** Chunks that are waiting or in a worker's hand. */
async function chunksAtWork(): Promise<number> {
  const depths = Object.entries(await pipeline.queueDepths());
  const [, chunks] = depths.find(([name]) => /Chunks(?!DeadLetter)/.test(name)) ?? [];
  return chunks === undefined ? Number.NaN : chunks.visible + chunks.inFlight;
}

/** Mails of a campaign that SES accepted: to whom, and when. */
const acceptedOf = (name: string) =>
  [...pipeline.ses.store.all()].filter(({ tags }) =>
    tags.some(([tag, value]) => tag === 'todoke-campaign' && value === name),
  );
const sortedRecipients = (name: string) =>
  acceptedOf(name)
    .flatMap(({ recipients }) => recipients)
    .sort();
const people = (count: number, domain = 'example.com', prefix = 'r') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}@${domain}`);

it('pauses within seconds, and resumes so that everybody gets it exactly once', async () => {
  const everybody = people(700);
  await start('paused', everybody, '--no-canary');
  await until(
    () => acceptedOf('paused').length,
    (count) => count > 150,
  );
  await run('pause', 'paused', '--by', 'hanako', '--why', 'a wrong price');
  const pausedMs = Date.now();
  // Nothing is queued, running or on its way any more: so nothing can be accepted later.
  await pipeline.idle(90_000);
  const accepted = acceptedOf('paused');
  expect(accepted.length).toBeLessThan(700);
  expect(Math.max(...accepted.map(({ acceptedAtMs }) => acceptedAtMs)) - pausedMs).toBeLessThan(5_000);
  expect(await run('resume', 'paused')).toMatchObject({ state: 'sending' });
  // Which halts it, unless people can unsubscribe.
  expect(await pipeline.invoke(pipeline.functionId('CampaignWatch'), {})).toMatchObject({ outcome: 'done' });
  expect(await reaches('paused', 'completed')).toMatchObject({ accepted: 700, unknown: 0, stopped: 0 });
  expect(sortedRecipients('paused')).toEqual([...everybody].sort());
  const { out } = await todoke(['campaign', 'status', 'paused']);
  expect(out).toMatch(/ paused +hanako +a wrong price/);
}, 150_000);

it('cancels within seconds, and accounts for everybody', async () => {
  await start('cancelled', people(900), '--no-canary');
  await until(
    () => acceptedOf('cancelled').length,
    (count) => count > 150,
  );
  await run('cancel', 'cancelled');
  const cancelledMs = Date.now();
  // Every chunk is closed then: so nothing can be accepted later.
  const status = await until(
    () => run('status', 'cancelled'),
    ({ accepted, unknown, stopped }) => accepted + unknown + stopped === 900,
  );
  const accepted = acceptedOf('cancelled');
  expect(status).toMatchObject({ state: 'cancelled', accepted: accepted.length, unknown: 0 });
  expect(status.stopped).toBeGreaterThan(0);
  expect(Math.max(...accepted.map(({ acceptedAtMs }) => acceptedAtMs)) - cancelledMs).toBeLessThan(5_000);
  expect(await todoke(['campaign', 'resume', 'cancelled'])).toMatchObject({
    ...{ code: 1, err: 'todoke: campaign "cancelled" is cancelled: it cannot be resumed' },
  });
}, 150_000);

it('stops for the one provider that refuses unauthenticated mail, goes on for the others, and resumes', async () => {
  pipeline.ses.setRecipients('gmail.com', 'unauthenticated');
  const others = people(350);
  await start('refused', [...people(150, 'gmail.com'), ...others]);
  const halted = await reaches('refused', 'halted');
  expect(halted.stops).toMatchObject([{ code: 'authentication', provider: 'google' }]);
  expect(halted.stops[0]?.count).toBeLessThanOrEqual(5);
  expect(halted.halt?.ja).toMatch(/^Gmail 宛ての配信を停止しました.*DNS.*todoke doctor.*再開してください。$/);
  expect(halted.halt?.en).toMatch(/^Mail to Gmail was stopped .*DNS.*todoke doctor.*resume\.$/);
  expect(halted.providers).toMatchObject({ other: { accepted: 350 } });
  expect(halted.stopped + (halted.providers.google?.accepted ?? 0)).toBe(150);
  // Not one mail more was refused.
  expect(halted.providers.google).toMatchObject({ accepted: 5, auth: 5, stopped: 145 });
  // Each of the 500 has one verdict.
  const traced = await todoke(['trace', '--campaign', 'refused', '--json']);
  expect(traced.json()).toMatchObject({
    ...{ rows: 500, state: 'halted' },
    verdicts: { accepted_no_failure: 350, rejected_our_fault: 5, never_sent_stopped: 145 },
  });
  pipeline.ses.setRecipients('gmail.com', 'delivery');
  await run('resume', 'refused', '--why', 'SPF is mended');
  expect(await reaches('refused', 'completed')).toMatchObject({ accepted: 500, stopped: 0 });
  expect(sortedRecipients('refused')).toEqual([...people(150, 'gmail.com'), ...others].sort());
}, 150_000);

it('halts in the canary when six in a hundred bounce hard, and keeps the rest', async () => {
  const good = people(564, 'example.com', 'good');
  const gone = people(36, 'example.com', 'gone');
  await start(
    'stale-list',
    good.flatMap((address, i) => (i % 15 === 0 ? [address, gone[i / 15] ?? address] : [address])),
  );
  const halted = await reaches('stale-list', 'halted');
  expect(halted).toMatchObject({ halt: { code: 'hard_bounces' }, stage: { kind: 'canary' } });
  expect(halted.halt?.en).toMatch(
    /^The campaign was stopped \(\d+ of \d+, [\d.]+ %\): Too many mails bounced/,
  );
  expect(halted.halt?.ja).toMatch(/^キャンペーン全体の配信を停止しました/);
  await until(chunksAtWork, (count) => count === 0);
  expect(acceptedOf('stale-list').length).toBeLessThanOrEqual(400);
  const { out } = await todoke(['campaign', 'watch', 'stale-list']);
  expect(out).toContain(halted.halt?.ja);
  // The next canary is as bad; whoever waits is told by the exit code.
  expect(await todoke(['campaign', 'resume', 'stale-list', '--wait', '--json'])).toMatchObject({ code: 1 });
  expect(await run('status', 'stale-list')).toMatchObject({ state: 'halted', stage: { number: 2 } });
}, 150_000);

it('starts a scheduled campaign when its time has come', async () => {
  const audience = join(directory, 'scheduled.csv');
  writeFileSync(audience, 'address,couponCode\nlater@example.com,ASAGIRI10\n');
  const args = ['--template', 'product-announcement', '--name', 'later', '--audience', audience];
  const at = new Date(Date.now() + 61_000).toISOString().slice(0, 16);
  await run('schedule', '--at', `${at}Z`, ...args, '--yes');
  expect(acceptedOf('later')).toEqual([]);
  const { campaignsTable } = await import('../../aws/campaigns.ts');
  const campaigns = campaignsTable(pipeline.outputs.CampaignsTableName ?? '');
  const read = await campaigns.get('later');
  // Its time has come sooner than anybody would wait for.
  expect(read && (await campaigns.change(read, { startAtMs: 1, dueAtMs: 1 }))).toBe(true);
  expect(await pipeline.invoke(pipeline.functionId('CampaignWatch'), {})).toMatchObject({ outcome: 'done' });
  expect(await reaches('later', 'completed')).toMatchObject({ accepted: 1 });
}, 150_000);

it('mails everybody when it is that time where they are', async () => {
  const audience = join(directory, 'zones.csv');
  const rows = ['early@example.com,Pacific/Kiritimati', 'late@example.com,Pacific/Pago_Pago'];
  writeFileSync(audience, `address,timeZone,couponCode\n${rows.map((row) => `${row},ASAGIRI10\n`).join('')}`);
  const args = ['--template', 'product-announcement', '--name', 'zones', '--audience', audience];
  const wall = new Date().toISOString().slice(0, 16);
  await run('schedule', '--at', wall, '--local', '--late', ...args, '--yes');
  const { campaignsTable } = await import('../../aws/campaigns.ts');
  const campaigns = campaignsTable(pipeline.outputs.CampaignsTableName ?? '');
  const comes = async (changes: object) => {
    const read = await campaigns.get('zones');
    // Sooner than anybody would wait for.
    expect(read && (await campaigns.change(read, { dueAtMs: 1, ...changes }))).toBe(true);
    expect(await pipeline.invoke(pipeline.functionId('CampaignWatch'), {})).toMatchObject({
      outcome: 'done',
    });
  };
  await comes({ startAtMs: 1 });
  await until(
    () => acceptedOf('zones'),
    (accepted) => accepted.length === 1,
  );
  const { plan, state } =
    (await until(
      () => campaigns.get('zones'),
      (seen) => seen?.dueAtMs !== undefined && seen.dueAtMs === seen.plan?.releases?.[1]?.atMs,
    )) ?? {};
  expect([state, plan?.releases?.map(({ chunks }) => chunks)]).toEqual(['sending', [1, 2]]);
  await comes({ plan: { ...plan, releases: plan?.releases?.map((each) => ({ ...each, atMs: 1 })) } });
  expect(await reaches('zones', 'completed')).toMatchObject({ accepted: 2 });
}, 150_000);
