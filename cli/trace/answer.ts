import { authenticationHistories } from '../../aws/authentication-history.ts';
import { queue } from '../../aws/queue.ts';
import type { StackOutputs } from '../../aws/stack.ts';
import { traces } from '../../aws/traces.ts';
import {
  isInForce,
  type Suppression,
  type SuppressionsByScope,
} from '../../domain/suppression/suppression.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { sentAtMs } from '../../domain/verdict/accepted.ts';
import { authenticationAt } from '../../domain/verdict/authentication.ts';
import type { KnownMail } from '../../domain/verdict/known-mail.ts';
import { othersOf } from '../../domain/verdict/others.ts';
import { timelineOf } from '../../domain/verdict/timeline.ts';
import { variantOf } from '../../domain/verdict/variant.ts';
import { verdictOf } from '../../domain/verdict/verdict.ts';
import { readErased } from '../erased.ts';
import { findMails, timeOf, type Wanted } from './find-mails.ts';
import { type Judged, type Stopped, type Surroundings, templateOf } from './report.ts';
import { parseWhat, type What } from './what.ts';

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
  /** Of the recipient, those in force now. */
  readonly suppressions: readonly Stopped[];
}

export async function answerTo(outputs: StackOutputs, text: string, wanted: Wanted): Promise<Answer> {
  const what = parseWhat(text);
  const { mails, suppressions, more } = await findMails(outputs, what, wanted);
  const queued = mails.length > 0 ? 0 : await queuedNotifications(outputs);
  const nowMs = Date.now();
  const circumstances = { suppressions, nowMs, mailDomain: outputs.MailDomain };
  const judge = (mail: KnownMail): Judged => ({ mail, verdict: verdictOf(mail, circumstances) });
  const judged = mails.map(judge);
  const none = {
    deliveryId: text.trim(),
    queued,
    ...('noAddress' in what ? { noAddress: what.noAddress } : {}),
  };
  return {
    mails: judged,
    first: judged[0] ?? judge(none),
    more,
    suppressions: [...stopped(suppressions.suppressions, nowMs), ...(await left(outputs, what, mails))],
  };
}

function stopped(suppressions: SuppressionsByScope, nowMs: number): Stopped[] {
  return Object.entries(suppressions)
    .map(([scope, suppression]) => ({ ...(suppression as Suppression), scope }))
    .filter((suppression) => isInForce(suppression, nowMs));
}

/** What an erasure has left of somebody, of whom nothing else is left. */
async function left(outputs: StackOutputs, what: What, mails: readonly KnownMail[]): Promise<Stopped[]> {
  return mails.length > 0 || what.kind !== 'recipient'
    ? []
    : stopped((await readErased(outputs)).of(what.address.recipientId) ?? {}, Date.now());
}

async function queuedNotifications({ NotificationsQueueUrl }: StackOutputs): Promise<number> {
  const { waiting, inFlight, delayed } = await queue(NotificationsQueueUrl).depth();
  return waiting + inFlight + delayed;
}

/** What happened around a mail: to others, and to the identity that it was sent from. Around what is not recorded there is nothing. */
export async function surroundingsOf(outputs: StackOutputs, mail: KnownMail): Promise<Surroundings> {
  if (mail.record === undefined && mail.place === undefined) {
    return { others: undefined, authentication: undefined };
  }
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
  return {
    others: tally?.counted(isLeast),
    authentication: authenticationAt(seen, sentAtMs(mail, nowMs)),
  };
}

export function answerAsJson({ mails, first, more, suppressions }: Answer, newest: Surroundings) {
  const now = suppressions.map(({ scope, reason, source, atMs, expiresAtMs }) => ({
    scope,
    reason,
    source,
    at: formatTimestamp(atMs),
    ...(expiresAtMs === undefined ? {} : { expires: formatTimestamp(expiresAtMs) }),
  }));
  return mails.length === 0
    ? { mails: [], more, suppressions: now, verdict: first.verdict }
    : { mails: mails.map(mailAsJson), more, suppressions: now, newest };
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
