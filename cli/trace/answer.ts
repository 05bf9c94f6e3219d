import { authenticationHistories } from '../../aws/authentication-history.ts';
import { queue } from '../../aws/queue.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { traces } from '../../aws/traces.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { authenticationAt } from '../../domain/verdict/authentication.ts';
import type { KnownMail } from '../../domain/verdict/known-mail.ts';
import { hourOf, othersOf } from '../../domain/verdict/others.ts';
import { timelineOf } from '../../domain/verdict/timeline.ts';
import { variantOf } from '../../domain/verdict/variant.ts';
import { verdictOf } from '../../domain/verdict/verdict.ts';
import { findMails, timeOf, type Wanted } from './find-mails.ts';
import { type Judged, type Surroundings, templateOf } from './report.ts';
import { parseWhat } from './what.ts';

/** Of the failures of an hour: some thousands are enough to see whose trouble it is. */
const mostPages = 3;

/** What there is to say about a question. */
export interface Answer {
  /** Newest first; empty where nothing is recorded. */
  readonly mails: readonly Judged[];
  /** The one that is told in full: the newest, or what is said where there is none. */
  readonly first: Judged;
  /** There are more than were asked for. */
  readonly more: boolean;
}

export async function answerTo(outputs: StackOutputs, text: string, wanted: Wanted): Promise<Answer> {
  const { mails, suppressions, more } = await findMails(outputs, parseWhat(text), wanted);
  const queued = mails.length > 0 ? 0 : await queuedNotifications(outputs);
  const circumstances = { suppressions, nowMs: Date.now(), mailDomain: outputs.MailDomain };
  const judge = (mail: KnownMail): Judged => ({ mail, verdict: verdictOf(mail, circumstances) });
  const judged = mails.map(judge);
  return { mails: judged, first: judged[0] ?? judge({ deliveryId: text, queued }), more };
}

async function queuedNotifications({ NotificationsQueueUrl }: StackOutputs): Promise<number> {
  const { waiting, inFlight, delayed } = await queue(NotificationsQueueUrl).depth();
  return waiting + inFlight + delayed;
}

/** What happened around a mail: to others, and to the identity that it was sent from. */
export async function surroundingsOf(outputs: StackOutputs, mail: KnownMail): Promise<Surroundings> {
  const nowMs = Date.now();
  const tally = othersOf(mail, nowMs);
  const [isLeast, { seen }] = await Promise.all([
    tally === undefined
      ? false
      : traces(outputs.DeliveriesTableName).eachFailure({ ...tally.hour, mostPages }, (row) =>
          tally.see(row),
        ),
    authenticationHistories(outputs.DeliveriesTableName).read(outputs.MailDomain),
  ]);
  const sentMs = mail.record?.acceptedAtMs ?? hourOf(mail, nowMs).toMs;
  return { others: tally?.counted(isLeast), authentication: authenticationAt(seen, sentMs) };
}

export function answerAsJson({ mails, first, more }: Answer, newest: Surroundings) {
  return mails.length === 0
    ? { mails: [], more, verdict: first.verdict }
    : { mails: mails.map(mailAsJson), more, newest };
}

function mailAsJson({ mail, verdict }: Judged) {
  const { deliveryId, address, record, place } = mail;
  return {
    deliveryId,
    address,
    at: formatTimestamp(timeOf(mail)),
    template: templateOf(mail),
    campaign: place?.campaign.name,
    variant: variantOf(mail)?.name,
    state: record?.state,
    sesMessageId: record?.sesMessageId,
    verdict,
    timeline: timelineOf(mail).map(({ atMs, ...row }) => ({
      ...(atMs === undefined ? {} : { at: formatTimestamp(atMs) }),
      ...row,
    })),
  };
}
