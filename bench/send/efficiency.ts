import type { AnsweredCall } from '../../local/gateway/gateway.ts';
import type { Pipeline } from '../../local/runner/pipeline.ts';
import { medianOf } from '../timing/rounds.ts';
import { audienceOf } from './audience.ts';
import { type BareSenders, startBareSenders } from './bare-senders.ts';
import { type CapturedMail, capturedMail } from './captured-mail.ts';
import { noLimit, planCampaign, startStack, templateName } from './running-stack.ts';
import { type StackFacts, stackFacts, type WorkerFacts } from './stack-facts.ts';

export type Lane = 'campaign' | 'notification';

/** How much is sent, and how often. */
export interface Course {
  /** In a round, by each of the two; a multiple of `finishedMails`. */
  readonly mails: number;
  /** Different ones that the bare loop has in memory: as many as do not make garbage collection what is measured. */
  readonly finishedMails: number;
  /** Rounds that do not count. V8 is still compiling what a campaign needs during its first ten thousands of mails. */
  readonly warmUpRounds: number;
  readonly rounds: number;
}

export interface Efficiency extends Course {
  readonly lane: Lane;
  /** Mails per second of the whole path, from the queue until each is recorded, over those of the bare loop. */
  readonly efficiency: number;
  /** The same in CPU time of the process: what the whole path would reach where nothing has to wait. */
  readonly cpuEfficiency: number;
  readonly mailsPerSecond: number;
  readonly bareMailsPerSecond: number;
  /** Threads that send, of the pipeline and of the bare loop. */
  readonly threads: number;
  /** Calls that each of them has under way at most. */
  readonly inFlight: number;
}

/** SES calls that a sender has under way: `mostInFlight` of send-quantum, and a batch of notifications. */
const inFlightOf: Record<Lane, number> = { campaign: 50, notification: 10 };
const patienceMs = 120_000;

interface Lap {
  readonly ms: number;
  readonly cpuMs: number;
  readonly requestBytes: number;
}

/**
 * Measures a lane of the pipeline against the bare loop. Both run on the same machine against the same gateway and SES, in the
 * same number of threads of the local runner with the same memory, the same calls under way and the same rights. The loop sends
 * the very mails that the pipeline made before, again and again. Rounds take turns, and begin when nothing else is left to do.
 */
export async function measureEfficiency(
  assemblyDirectory: string,
  lane: Lane,
  { mails, finishedMails, warmUpRounds, rounds }: Course,
): Promise<Efficiency> {
  const facts = stackFacts(assemblyDirectory);
  const worker: WorkerFacts = lane === 'campaign' ? facts.chunks : facts.notifications;
  const watch = new Watch();
  const pipeline = await startStack(assemblyDirectory, noLimit, {
    onCall: (call) => watch.saw(call),
    onLog: (source, line) => line.startsWith('{"_aws"') || process.stderr.write(`${source}: ${line}\n`),
  });
  let bare: BareSenders | undefined;
  try {
    const run = lane === 'campaign' ? runCampaign : runNotifications;
    const finished = await watch.captured(() => run(pipeline, watch, facts, finishedMails, 'first'));
    const senders = await startBareSenders(pipeline, worker, finished, inFlightOf[lane]);
    bare = senders;
    const laps: { whole: Lap; bare: Lap }[] = [];
    for (let round = -warmUpRounds; round < rounds; round++) {
      const name = `lap${String(round + warmUpRounds).padStart(2, '0')}`;
      await pipeline.idle(patienceMs);
      const ofWhole = await run(pipeline, watch, facts, mails, name);
      await pipeline.idle(patienceMs);
      const ofBare = await lap(watch, () => senders.send(mails / finishedMails));
      requireSameBytes(ofWhole, ofBare);
      if (round >= 0) {
        laps.push({ whole: ofWhole, bare: ofBare });
      }
    }
    const median = (of: 'whole' | 'bare', what: 'ms' | 'cpuMs') =>
      medianOf(laps.map((each) => each[of][what]));
    const ratio = (what: 'ms' | 'cpuMs') =>
      medianOf(laps.map(({ whole, bare: alone }) => alone[what] / whole[what]));
    return {
      lane,
      efficiency: ratio('ms'),
      cpuEfficiency: ratio('cpuMs'),
      mailsPerSecond: (mails / median('whole', 'ms')) * 1000,
      bareMailsPerSecond: (mails / median('bare', 'ms')) * 1000,
      mails,
      finishedMails,
      warmUpRounds,
      rounds,
      threads: worker.maxConcurrency,
      inFlight: inFlightOf[lane],
    };
  } finally {
    await bare?.close();
    await pipeline.close();
  }
}

/** What the gateway sees of a lap. */
class Watch {
  requestBytes = 0;
  #bodies: Buffer[] | undefined;
  #awaited: { readonly seen: (call: AnsweredCall) => boolean; readonly resolve: () => void } | undefined;

  /** The mails that are sent meanwhile. */
  async captured(meanwhile: () => Promise<unknown>): Promise<CapturedMail[]> {
    const bodies: Buffer[] = [];
    this.#bodies = bodies;
    await meanwhile();
    this.#bodies = undefined;
    return bodies.map(capturedMail);
  }

  /** Resolves at the first call that is `seen`. */
  until(seen: (call: AnsweredCall) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { seen, resolve };
    });
  }

  saw(call: AnsweredCall): void {
    if (call.operation === 'ses:SendEmail') {
      this.requestBytes += call.requestBytes;
      if (call.request !== undefined) this.#bodies?.push(call.request.body);
    }
    if (this.#awaited?.seen(call)) {
      const { resolve } = this.#awaited;
      this.#awaited = undefined;
      resolve();
    }
  }
}

async function lap(watch: Watch, work: () => Promise<unknown>): Promise<Lap> {
  const bytes = watch.requestBytes;
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    ms: performance.now() - start,
    cpuMs: (user + system) / 1000,
    requestBytes: watch.requestBytes - bytes,
  };
}

/** The clock runs from the first chunk on the queue to the campaign's completion. */
async function runCampaign(
  pipeline: Pipeline,
  watch: Watch,
  { planner }: StackFacts,
  mails: number,
  run: string,
): Promise<Lap> {
  const campaignId = `campaign-${run}`;
  const queued = watch.until(
    ({ operation, caller }) =>
      operation === 'sqs:SendMessageBatch' && caller?.functionId === planner.logicalId,
  );
  const planned = planCampaign(pipeline, campaignId, audienceOf(mails, run, false), 'failures');
  await queued;
  const completed = watch.until(
    ({ operation, request, status }) =>
      operation === 'dynamodb:UpdateItem' && status === 200 && request?.body.includes(':completed') === true,
  );
  const result = await lap(watch, () => completed);
  await planned;
  return result;
}

/** The clock runs from before the first message is put on the queue until the last acceptance is recorded. */
async function runNotifications(
  pipeline: Pipeline,
  watch: Watch,
  _: StackFacts,
  mails: number,
  run: string,
): Promise<Lap> {
  let recorded = 0;
  const all = watch.until(({ operation, request }) => {
    if (operation === 'dynamodb:UpdateItem' && request?.body.includes('acceptedAtMs')) recorded++;
    return recorded === mails;
  });
  const bodies = audienceOf(mails, run, false)
    .toString()
    .trim()
    .split('\n')
    .map((line, i) => notificationOf(line, `${run}-${String(i).padStart(6, '0')}`));
  return await lap(watch, async () => {
    for (let i = 0; i < bodies.length; i += 10) {
      await pipeline.messaging.call('sqs', 'SendMessageBatch', {
        QueueUrl: pipeline.outputs.NotificationsQueueUrl ?? '',
        Entries: bodies.slice(i, i + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody })),
      });
    }
    await all;
  });
}

function notificationOf(line: string, notificationId: string): string {
  const { address, name, locale, ...data }: Record<string, string> = JSON.parse(line);
  return JSON.stringify({
    notificationId,
    template: templateName,
    recipient: { address, name, locale },
    data,
  });
}

/** Names and tokens are as long in every round; only numbers of chunks in tags may have a digit more. */
function requireSameBytes(whole: Lap, bare: Lap): void {
  if (Math.abs(whole.requestBytes - bare.requestBytes) > whole.requestBytes / 1000) {
    throw new Error('the pipeline and the bare loop did not send the same amount of bytes');
  }
}
