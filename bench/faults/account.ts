import type { DeliveryState } from '../../domain/delivery.ts';
import type { DeadLetter } from './queue.ts';
import type { SimulatedStack } from './stack.ts';

/** What a run came to. The first five are what is promised about; the rest says what the run was like. */
export interface Account {
  readonly mails: number;
  /** Neither accepted by SES nor reported in any way. */
  readonly lost: number;
  /** Acceptances after the first, of the same mail. */
  readonly duplicates: number;
  /** Of those, more than there were doubts about the same mail. */
  readonly unexplainedDuplicates: number;
  /** Acceptances of which the worker never heard, or after which it did not live to record anything. */
  readonly doubts: number;
  /** Reported otherwise than SES knows it. */
  readonly misreported: number;
  /** In doubt although an event that proves acceptance was recorded; or asked for again in spite of that. */
  readonly unsettled: number;
  /** Reported as in doubt. */
  readonly unknown: number;
  /** Messages given up that are not poison. */
  readonly deadLettered: number;
  /** Poison that was injected and is not kept. */
  readonly poisonLost: number;
  readonly redelivered: number;
}

/** One mail at the end of a run, as the pipeline reports it. */
export interface Report {
  readonly deliveryId: string;
  /** Undefined when nothing is known of it. */
  readonly state: DeliveryState | undefined;
}

const accepted: readonly (DeliveryState | undefined)[] = [
  'accepted',
  'delayed',
  'delivered',
  'bounced',
  'complained',
];
const notSent: readonly (DeliveryState | undefined)[] = ['suppressed', 'rejected', 'expired'];

/** Compares what is reported with what SES accepted. */
export function accountOf(
  { ses, notifications, chunks, feedback, isProved, world }: SimulatedStack,
  reports: readonly Report[],
  poison: readonly string[],
): Account {
  const account = {
    mails: reports.length,
    lost: 0,
    duplicates: 0,
    unexplainedDuplicates: 0,
    doubts: 0,
    misreported: 0,
    unsettled: 0,
    unknown: 0,
  };
  for (const { deliveryId, state } of reports) {
    const { sesMessageIds, told, askedInSpiteOfProof } = ses.recordOf(deliveryId);
    const times = sesMessageIds.length;
    const doubts = times - told.filter(({ worker, recorded }) => worker.recorded > recorded).length;
    const repeated = Math.max(0, times - 1);
    const settled = accepted.includes(state) || notSent.includes(state) || state === 'unknown';
    const wrong = times > 0 ? !accepted.includes(state) && state !== 'unknown' : accepted.includes(state);
    const open = (state === 'unknown' && isProved(deliveryId) ? 1 : 0) + askedInSpiteOfProof;
    account.duplicates += repeated;
    account.doubts += doubts;
    account.unexplainedDuplicates += Math.max(0, repeated - doubts);
    account.lost += times === 0 && !settled ? 1 : 0;
    account.misreported += wrong ? 1 : 0;
    account.unsettled += open;
    account.unknown += state === 'unknown' ? 1 : 0;
    if (repeated > doubts || !settled || wrong || open > 0) {
      world.note(
        `WRONG: ${deliveryId} is ${state ?? 'not recorded'}, SES accepted it ${times} times, ${doubts} of them in doubt`,
      );
    }
  }
  const queues = [notifications, chunks, feedback];
  const dead = queues.flatMap((queue) => queue.dead);
  // What a function gave up at once: the poison of the run, and what SES refused for ever.
  const isPoison = ({ body, poison: kept }: DeadLetter) =>
    kept && (poison.includes(body) || ses.recordOf(`n#${JSON.parse(body).notificationId}`).refused);
  return {
    ...account,
    deadLettered: dead.filter((letter) => !isPoison(letter)).length,
    poisonLost: poison.filter((body) => !dead.some((letter) => letter.body === body)).length,
    redelivered: queues.reduce((sum, queue) => sum + queue.redeliveries, 0),
  };
}
