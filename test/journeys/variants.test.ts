import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recipientIdOf } from '../../domain/address.ts';
import { drawnVariant } from '../../domain/experiment/variant.ts';
import { announce } from '../../local/announcement.ts';
import { commandLine, type Todoke } from '../cli/running-todoke.ts';
import { type RunningPipeline, runPipeline } from './running-pipeline.ts';

interface Status {
  readonly state: string;
  readonly accepted: number;
  readonly chunksDone: number;
  readonly lastChunkAtMs: number;
  readonly stage: { readonly kind: string; readonly chunks: number };
  readonly variantCounts: Record<string, Record<string, number>>;
  readonly winner?: { readonly variant: string; readonly ja: string; readonly en: string };
}

const directory = mkdtempSync(join(tmpdir(), 'todoke-variants-'));
const people = Array.from({ length: 800 }, (_, i) => `r${i}@example.com`);
let pipeline: RunningPipeline;
let todoke: Todoke;

beforeAll(async () => {
  pipeline = await runPipeline({ ses: { account: { maxSendRate: 1_000 } } });
  todoke = await commandLine(announce(directory, pipeline).file);
});
afterAll(async () => {
  await pipeline.close();
  rmSync(directory, { recursive: true });
});

async function run(...args: readonly string[]): Promise<Status> {
  const { code, err, json } = await todoke(['campaign', ...args, '--json']);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return json() as Status;
}

async function until(isSo: (seen: Status) => boolean): Promise<Status> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const seen = await run('status', 'sale');
    if (isSo(seen)) {
      return seen;
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain; last seen: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const accepted = () =>
  [...pipeline.ses.store.all()].map(({ messageId, recipients: [to = ''], subject, tags }) => ({
    ...{ messageId, to, subject },
    variant: tags.find(([name]) => name === 'todoke-variant')?.[1] ?? '',
  }));

it('tries two subjects out on some, sees who clicks, and sends the better one to everybody else', async () => {
  const audience = join(directory, 'people.csv');
  writeFileSync(audience, ['address,couponCode', ...people.map((each) => `${each},ASAGIRI10`)].join('\n'));
  const mail = [
    '--template',
    'product-announcement',
    '--variant',
    'B=subject=Look{{#if couponCode}}: {{couponCode}}{{/if}}',
  ];
  const trial = ['--track', 'clicks', '--winner', 'clicks', '--after', '3s', '--share', '50%'];
  await run('start', '--name', 'sale', '--audience', audience, '--no-canary', '--yes', ...mail, ...trial);
  const { lastChunkAtMs } = await until(
    ({ stage, chunksDone }) => stage?.kind === 'trial' && chunksDone === stage.chunks,
  );
  await run('pause', 'sale');

  // Each got what was drawn for it, and the other four hundred got nothing.
  const tried = accepted();
  expect(tried).toHaveLength(400);
  for (const { to, variant, subject } of tried) {
    expect(variant).toBe(drawnVariant('sale', recipientIdOf(to), 2));
    expect(subject.startsWith('Look: ASAGIRI10')).toBe(variant === 'B');
  }

  // Links lead through SES, but for the one to unsubscribe.
  const [first] = tried;
  const { html } = (await pipeline.inbox(`/${first?.messageId}`)) as { html: string };
  expect(html).toMatch(/<a [^>]*href="[^"]+\/track\/L0\//);
  expect(html).toMatch(new RegExp(`<a [^>]*href="${pipeline.outputs.UnsubscribeBaseUrl}/u/`));
  expect(html).not.toContain('ses:no-track');
  expect(html).not.toContain('/track/I0/');

  // A quarter of B's recipients follow a link a minute later, a twentieth of A's; a scanner follows some of the others at once.
  const clicks = { A: 0, B: 0 };
  for (const [i, { messageId, variant }] of tried.entries()) {
    const isPerson = i % (variant === 'B' ? 4 : 20) === 0;
    if (!isPerson && i % 50 !== 1) {
      continue;
    }
    clicks[variant as 'A' | 'B'] += isPerson ? 1 : 0;
    const { acceptedAtMs = 0 } = pipeline.ses.store.get(messageId) ?? {};
    const atMs = acceptedAtMs + (isPerson ? 60_000 : 1_000);
    const click = { type: 'click', link: 'https://www.example.com/ja/kettle', atMs } as const;
    expect(pipeline.ses.engage(messageId, click)).toBe(true);
    expect(pipeline.ses.engage(messageId, { type: 'open' })).toBe(false);
  }
  await until(({ variantCounts: { A = {}, B = {} } }) => A.clicked === clicks.A && B.clicked === clicks.B);
  await until(
    ({ variantCounts: { A = {}, B = {} } }) => (A.machineClicked ?? 0) + (B.machineClicked ?? 0) > 0,
  );

  // Nothing is chosen while it stands still; once a minute it is looked whether the time has come.
  const watch = async () =>
    expect(await pipeline.invoke(pipeline.functionId('CampaignWatch'), {})).toMatchObject({
      outcome: 'done',
    });
  await new Promise((resolve) => setTimeout(resolve, lastChunkAtMs + 3_000 - Date.now()));
  await watch();
  expect(await run('status', 'sale')).toMatchObject({ state: 'paused', stage: { kind: 'trial' } });
  expect(accepted()).toHaveLength(400);
  await run('resume', 'sale');
  await watch();
  const done = await until(({ state }) => state === 'completed');
  expect(done).toMatchObject({
    accepted: 800,
    winner: {
      variant: 'B',
      ja: expect.stringMatching(/^B が選ばれました。/),
      en: expect.stringMatching(/^Variant B won: .* Everybody else gets B\.$/),
    },
    variantCounts: { A: { clicked: clicks.A }, B: { clicked: clicks.B } },
  });
  const waited = accepted().slice(400);
  expect(new Set(waited.map(({ variant }) => variant))).toEqual(new Set(['B']));
  expect(
    accepted()
      .map(({ to }) => to)
      .sort(),
  ).toEqual([...people].sort());
  const { to, variant } = tried[0] ?? { to: '', variant: '' };
  const { json: trace } = await todoke(['trace', to, '--json']);
  expect(trace()).toMatchObject({ mails: [{ campaign: 'sale', variant }] });
  const { out } = await todoke(['campaign', 'status', 'sale']);
  expect(out).toMatch(/^B +product-announcement \w+ +\d+ /m);
}, 180_000);
