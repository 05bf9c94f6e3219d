import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { announce } from '../../local/announcement.ts';
import { notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const run = promisify(execFile);

let pipeline: RunningPipeline;
let directory: string;

beforeAll(async () => {
  pipeline = await runPipeline();
  directory = mkdtempSync(join(tmpdir(), 'todoke-test-'));
  announce(directory, pipeline);
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await pipeline.close();
});

interface Seen {
  readonly deliveryId: string;
  readonly state: string;
  readonly reason?: string;
  readonly field?: string;
  readonly detail?: string;
  readonly duplicates?: number;
}

/** What the command line says, as an operator would ask. */
async function status(...args: string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [main, 'status', ...args, '--json'], {
    env: { ...process.env, TODOKE_LOCAL_FILE: join(directory, 'local.json') },
  });
  return JSON.parse(stdout);
}

const marker = 'secret-marker-4711';

it('gives every bad message of a batch a stated outcome, and none blocks the good ones', async () => {
  const MiB = 1024 * 1024;
  const bodies: unknown[] = [
    notification('good-1'),
    `{"not json ${marker}`,
    { ...notification('no-recipient'), recipient: undefined },
    notification('unknown-template', { template: 'nothing-of-that-name' }),
    notification('missing-data', { data: { code: '123456' } }),
    notification('bad-address', { recipient: { address: `${marker} at example.com` } }),
    notification('bad-name', {
      recipient: { address: 'x@example.com', name: `Taro\r\nBcc: ${marker}@example.com` },
    }),
    notification('expired', { expiresAt: '2020-01-01T00:00:00Z' }),
    notification('twice'),
    notification('twice'),
    notification('good-2'),
  ];
  const huge = JSON.stringify(
    notification('huge', { data: { code: '1234', expiresInMinutes: 1, filler: '' } }),
  );
  bodies.push(huge.replace('"filler":""', `"filler":"${'x'.repeat(MiB - huge.length)}"`));
  for (const body of bodies) {
    await pipeline.publish(body);
  }
  await pipeline.idle(90_000);

  expect(pipeline.mailTo('good-1@example.com')).toHaveLength(1);
  expect(pipeline.mailTo('good-2@example.com')).toHaveLength(1);
  expect(pipeline.mailTo('twice@example.com')).toHaveLength(1);
  expect(pipeline.ses.store.count()).toBe(3);

  const { failures, queues } = (await status()) as {
    failures: Seen[];
    queues: { queue: string; deadLetters: number; waiting: number }[];
  };
  const outcomes = failures.map(({ deliveryId, state, reason, field }) => ({
    id: deliveryId.startsWith('m#') ? 'by message id' : deliveryId.slice(2),
    state,
    reason,
    ...(field === undefined ? {} : { field }),
  }));
  expect(outcomes).toHaveLength(8);
  expect(outcomes).toEqual(
    expect.arrayContaining([
      { id: 'by message id', state: 'rejected', reason: 'not-json', field: '' },
      { id: 'by message id', state: 'rejected', reason: 'body-too-large', field: '' },
      { id: 'no-recipient', state: 'rejected', reason: 'schema', field: 'recipient' },
      { id: 'unknown-template', state: 'rejected', reason: 'unknown-template', field: 'template' },
      { id: 'missing-data', state: 'rejected', reason: 'missing-data', field: 'expiresInMinutes' },
      { id: 'bad-address', state: 'rejected', reason: 'address-syntax', field: 'recipient.address' },
      { id: 'bad-name', state: 'rejected', reason: 'header-injection', field: 'recipient.name' },
      { id: 'expired', state: 'expired', reason: 'expired', field: 'expiresAt' },
    ]),
  );
  // Kept for whoever mends them; what expired is not poison.
  expect(queues.find(({ queue }) => queue === 'notifications')).toMatchObject({ waiting: 0, deadLetters: 7 });
  expect(JSON.stringify(failures)).not.toContain(marker);
  expect(pipeline.log.join('\n')).not.toContain(marker);
});

it.each([
  { id: 'twice', seen: { state: 'delivered', duplicates: 1 } },
  { id: 'expired', seen: { state: 'expired' } },
  { id: 'missing-data', seen: { state: 'rejected', detail: 'expiresInMinutes is missing' } },
])('shows what became of $id', async ({ id, seen }) => {
  expect(await status(id)).toMatchObject(seen);
});

it('refuses more than a MiB at the queue, with the limit', async () => {
  await expect(pipeline.publish('x'.repeat(1024 * 1024 + 1))).rejects.toThrow(/1048576/);
});

it('sends a rejected notification once its publisher has mended it, under the same id', async () => {
  await pipeline.publish(notification('missing-data'));
  await pipeline.idle(90_000);
  expect(pipeline.mailTo('missing-data@example.com')).toHaveLength(1);
  expect(await status('missing-data')).toMatchObject({ state: 'delivered' });
});
