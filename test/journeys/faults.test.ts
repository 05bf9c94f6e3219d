import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chunkSize } from '../../domain/campaign/campaign.ts';
import { announce } from '../../local/announcement.ts';
import type { Kill } from '../../local/runner/kills.ts';
import {
  deadLetters,
  hasty,
  impatient,
  type Reported,
  reportedChunks,
  reportedNotifications,
} from './fault-reports.ts';
import { announcement, notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

/** For the first of each operation, unless another is named; of a read it makes no difference whether it took effect. */
const kills = (functionId: string, ...operations: readonly (readonly [operation: string, nth?: number])[]) =>
  operations.flatMap(([operation, nth = 1]) =>
    (/Get/.test(operation) ? (['after'] as const) : (['before', 'after'] as const)).map(
      (when): Kill => ({ function: functionId, operation, nth, when }),
    ),
  );

/** Resolves as soon as something is so. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 90_000;
  while (!isSo()) {
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain for: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Those of whom something else is reported than what SES knows, or who were mailed twice. */
function wrong(reports: readonly Reported[]): Reported[] {
  const allowed = (accepted: number) => (accepted === 1 ? ['accepted', 'delivered', 'unknown'] : ['unknown']);
  return reports.filter(({ accepted, state }) => accepted > 1 || !allowed(accepted).includes(state));
}

async function withPipeline(
  options: Parameters<typeof runPipeline>[0],
  check: (pipeline: RunningPipeline) => Promise<void>,
): Promise<void> {
  const pipeline = await runPipeline(options);
  try {
    await check(pipeline);
  } finally {
    await pipeline.close();
  }
}

const commandLine = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Starts a campaign of so many recipients, as the command line does. */
async function startCampaign(pipeline: RunningPipeline, name: string, recipients: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-faults-'));
  try {
    const audience = join(directory, 'audience.csv');
    const rows = Array.from({ length: recipients }, (_, i) => `r${i}@example.com,ASAGIRI10`);
    writeFileSync(audience, ['address,couponCode', ...rows].join('\n'));
    const { file } = announce(directory, pipeline);
    // All at once: what goes wrong is to come while much is under way.
    const args = [
      'campaign',
      'start',
      '--template',
      'product-announcement',
      '--name',
      name,
      '--no-canary',
      '--yes',
    ];
    await promisify(execFile)(process.execPath, [commandLine, ...args, '--audience', audience], {
      env: { ...process.env, TODOKE_LOCAL_FILE: file, NODE_OPTIONS: '' },
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

it('accounts for every mail of both lanes when senders die at any of their calls, and when SES fails', async () => {
  await withPipeline({ transform: hasty }, async (pipeline) => {
    const recipients = 1_000;
    const ofCampaign = kills(
      pipeline.functionId('ChunksWorker'),
      ['s3:GetObject', 2],
      ['dynamodb:GetItem', 3],
      ['dynamodb:PutItem'],
      ['dynamodb:UpdateItem', 5],
      ['dynamodb:BatchGetItem', 3],
      ['ses:SendEmail', 60],
      ['dynamodb:TransactWriteItems'],
    ).map((kill) => pipeline.killAt(kill));
    await startCampaign(pipeline, 'faults', recipients);

    const passwords: string[] = [];
    for (const kill of kills(
      pipeline.functionId('NotificationsWorker'),
      ['s3:GetObject'],
      ['secretsmanager:GetSecretValue'],
      ['dynamodb:PutItem'],
      ['dynamodb:GetItem'],
      ['dynamodb:UpdateItem', 1],
      ['dynamodb:UpdateItem', 2],
      ['dynamodb:BatchGetItem'],
      ['ses:SendEmail'],
    )) {
      const pending = pipeline.killAt(kill);
      passwords.push(`password-${passwords.length}`);
      await pipeline.publish(notification(passwords.at(-1) ?? ''));
      await until(pending.happened, `death ${kill.when} ${kill.operation}`);
    }
    pipeline.ses.faults.update({
      calls: {
        throttle: { next: 2 },
        errorBeforeAcceptance: { next: 1 },
        timeoutAfterAcceptance: { next: 1 },
        errorAfterAcceptance: { next: 1 },
      },
    });
    const announcements = Array.from({ length: 6 }, (_, i) => `announcement-${i}`);
    for (const id of announcements) {
      await pipeline.publish(announcement(id));
    }
    await pipeline.idle(90_000);
    expect(ofCampaign.map((kill) => kill.happened())).not.toContain(false);

    // A password's doubt ends with the event that proves it, or with its being sent again.
    const ofPasswords = await reportedNotifications(pipeline, passwords);
    expect(wrong(ofPasswords)).toEqual([]);
    expect(ofPasswords.filter(({ accepted, state }) => accepted !== 1 || state === 'unknown')).toEqual([]);
    expect(wrong(await reportedNotifications(pipeline, announcements))).toEqual([]);

    const ofChunks = await reportedChunks(pipeline, 'faults');
    expect(ofChunks).toHaveLength(recipients);
    expect(wrong(ofChunks)).toEqual([]);
    // In doubt is only who was in the quantum of a death, or among those whom SES failed.
    expect(ofChunks.filter(({ state }) => state === 'unknown').length).toBeLessThan(recipients / 2);
    expect(await deadLetters(pipeline)).toEqual([]);
  });
}, 150_000);

it('sends every mail, and takes none for poison, while SES answers three in ten calls with 429', async () => {
  await withPipeline({ transform: impatient }, async (pipeline) => {
    pipeline.ses.faults.update({ seed: 7, calls: { throttle: { probability: 0.3 } } });
    const ids = Array.from({ length: 60 }, (_, i) => `busy-${i}`);
    await Promise.all(ids.map((id) => pipeline.publish(notification(id))));
    await startCampaign(pipeline, 'busy', 300);
    await pipeline.idle(90_000);
    const reports = [
      ...(await reportedNotifications(pipeline, ids)),
      ...(await reportedChunks(pipeline, 'busy')),
    ];
    expect(reports).toHaveLength(360);
    expect(reports.filter(({ accepted, state }) => accepted !== 1 || state === 'unknown')).toEqual([]);
    expect(await deadLetters(pipeline)).toEqual([]);
    expect(pipeline.calls()['ses:SendEmail']).toBeGreaterThan(450);
  });
}, 150_000);

it('accepts a one-time password within a second while 100,000 mails of a campaign are queued at 14 a second', async () => {
  await withPipeline({ ses: { account: { maxSendRate: 14 } } }, async (pipeline) => {
    await pipeline.publish(notification('warm-up'));
    await startCampaign(pipeline, 'hundred-thousand', 100_000);
    const chunks = async () => {
      const depths = Object.entries(await pipeline.queueDepths());
      const [, { visible, inFlight } = { visible: 0, inFlight: 0 }] =
        depths.find(([name]) => name.includes('Chunks') && !name.includes('DeadLetter')) ?? [];
      return visible + inFlight;
    };
    for (let tries = 0; (await chunks()) < 100_000 / chunkSize; tries++) {
      expect(tries).toBeLessThan(900);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const sentBefore = pipeline.ses.store.count();
    const tookMs: number[] = [];
    for (const id of ['a', 'b', 'c']) {
      const publishedMs = Date.now();
      await pipeline.publish(notification(`password-${id}`));
      await until(() => pipeline.mailTo(`password-${id}@example.com`).length > 0, 'the password');
      const [mail] = pipeline.mailTo(`password-${id}@example.com`);
      const accepted = pipeline.ses.store.get(mail ?? '')?.acceptedAtMs ?? Number.POSITIVE_INFINITY;
      tookMs.push(accepted - publishedMs);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    // Of three, since others use this machine as well.
    expect(tookMs.toSorted((one, other) => one - other)[1]).toBeLessThan(1_000);
    // And the campaign went on meanwhile.
    expect(pipeline.ses.store.count() - sentBefore).toBeGreaterThan(8);

    await pipeline.publish(
      notification('too-late', { expiresAt: new Date(Date.now() - 1_000).toISOString() }),
    );
    let late: Reported | undefined;
    for (let tries = 0; late?.state !== 'expired'; tries++) {
      expect([tries, late]).not.toEqual([100, late]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      [late] = await reportedNotifications(pipeline, ['too-late']);
    }
    expect(late).toMatchObject({ accepted: 0, state: 'expired', reason: 'expired' });
  });
}, 150_000);
