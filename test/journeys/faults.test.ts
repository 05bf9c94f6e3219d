import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from '../../local/announcement.ts';
import type { Kill } from '../../local/runner/kills.ts';
import { commandLine } from '../cli/running-todoke.ts';
import { deadLetters, hasty, type Reported, reportedChunks, reportedNotifications } from './fault-reports.ts';
import { announcement, notification, type RunningPipeline, runPipeline } from './running-pipeline.ts';

const kills = (functionId: string, ...operations: readonly (readonly [operation: string, nth?: number])[]) =>
  operations.flatMap(([operation, nth = 1]) =>
    (['before', 'after'] as const).map((when): Kill => ({ function: functionId, operation, nth, when })),
  );

/** Resolves as soon as something is so. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 12_000;
  while (!isSo()) {
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain for: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Nobody is mailed twice where doubt is held, and what is reported is what SES knows. */
function expectHonest(reports: readonly Reported[]): void {
  const wrong = reports.filter(
    ({ accepted, state }) =>
      !(accepted === 1 ? ['accepted', 'delivered', 'unknown'] : ['unknown']).includes(state) || accepted > 1,
  );
  expect(wrong).toEqual([]);
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

/** Starts a campaign of so many recipients, as the command line does. */
async function startCampaign(pipeline: RunningPipeline, name: string, recipients: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-faults-'));
  try {
    const todoke = await commandLine(announce(directory, pipeline).file);
    const audience = join(directory, 'audience.csv');
    const rows = Array.from({ length: recipients }, (_, i) => `r${i}@example.com,ASAGIRI10`);
    writeFileSync(audience, ['address,couponCode', ...rows].join('\n'));
    const { code, err } = await todoke([
      ...['campaign', 'start', '--template', 'product-announcement'],
      ...['--name', name, '--audience', audience],
    ]);
    expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

it('accounts for every notification when its sender dies at any of its calls, and when SES fails', async () => {
  await withPipeline({ transform: hasty() }, async (pipeline) => {
    const ids: string[] = [];
    const publish = async () => {
      const id = `fault-${ids.length}`;
      ids.push(id);
      await pipeline.publish(ids.length % 2 === 0 ? announcement(id) : notification(id));
    };
    const sender = pipeline.functionId('NotificationsWorker');
    for (const kill of kills(
      sender,
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
      await publish();
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
    for (let n = 0; n < 6; n++) {
      await publish();
    }
    await pipeline.idle(30_000);
    const reports = await reportedNotifications(pipeline, ids);
    expectHonest(reports);
    // A sender dies with nothing in doubt, unless it is just then that SES is asked or its answer recorded.
    expect(reports.filter(({ accepted }) => accepted === 1).length).toBeGreaterThan(ids.length - 8);
    expect(await deadLetters(pipeline)).toEqual([]);
  });
}, 60_000);

it('accounts for every recipient of a campaign when its senders die at any of their calls', async () => {
  await withPipeline({ transform: hasty() }, async (pipeline) => {
    const recipients = 1_600;
    const sender = pipeline.functionId('ChunksWorker');
    const pending = kills(
      sender,
      ['s3:GetObject', 2],
      ['dynamodb:GetItem', 3],
      ['dynamodb:PutItem'],
      ['dynamodb:UpdateItem', 5],
      ['dynamodb:UpdateItem', 8],
      ['dynamodb:BatchGetItem', 3],
      ['ses:SendEmail', 150],
      ['dynamodb:TransactWriteItems'],
    ).map((kill) => pipeline.killAt(kill));
    await startCampaign(pipeline, 'faults', recipients);
    await pipeline.idle(40_000);
    expect(pending.every((kill) => kill.happened())).toBe(true);
    const reports = await reportedChunks(pipeline, 'faults');
    expect(reports).toHaveLength(recipients);
    expectHonest(reports);
    expect(await deadLetters(pipeline)).toEqual([]);
  });
}, 60_000);

it('sends every mail, and takes none for poison, while SES answers three in ten calls with 429', async () => {
  // A message that is received twice would be given up.
  await withPipeline({ transform: hasty({ maxReceiveCount: 1 }) }, async (pipeline) => {
    pipeline.ses.faults.update({ seed: 7, calls: { throttle: { probability: 0.3 } } });
    const ids = Array.from({ length: 60 }, (_, i) => `busy-${i}`);
    await Promise.all(ids.map((id) => pipeline.publish(notification(id))));
    await startCampaign(pipeline, 'busy', 300);
    await pipeline.idle(30_000);
    const reports = [
      ...(await reportedNotifications(pipeline, ids)),
      ...(await reportedChunks(pipeline, 'busy')),
    ];
    expect(reports).toHaveLength(360);
    expect(reports.filter(({ accepted, state }) => accepted !== 1 || state === 'unknown')).toEqual([]);
    expect(await deadLetters(pipeline)).toEqual([]);
    expect(pipeline.calls()['ses:SendEmail']).toBeGreaterThan(450);
  });
}, 60_000);

it('accepts a one-time password within a second while 100,000 mails of a campaign are queued at 14 a second', async () => {
  await withPipeline({ ses: { account: { maxSendRate: 14 } } }, async (pipeline) => {
    await pipeline.publish(notification('warm-up'));
    await startCampaign(pipeline, 'hundred-thousand', 100_000);
    const waiting = async () =>
      Object.entries(await pipeline.queueDepths()).find(
        ([name]) => name.includes('Chunks') && !name.includes('DeadLetter'),
      )?.[1].visible ?? 0;
    for (let tries = 0; (await waiting()) < 400; tries++) {
      expect(tries).toBeLessThan(200);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const sentBefore = pipeline.ses.store.count();
    for (const id of ['a', 'b', 'c']) {
      const publishedMs = Date.now();
      await pipeline.publish(notification(`password-${id}`));
      await until(() => pipeline.mailTo(`password-${id}@example.com`).length > 0, 'the password');
      const [mail] = pipeline.mailTo(`password-${id}@example.com`);
      const accepted = pipeline.ses.store.get(mail ?? '')?.acceptedAtMs ?? Number.POSITIVE_INFINITY;
      expect(accepted - publishedMs).toBeLessThan(1_000);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
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
}, 60_000);
