import { answerOf } from '../../aws/ses.ts';
import type { Reporting } from '../../domain/campaign/campaign.ts';
import { deliveryId, keyOfTags } from '../../domain/delivery.ts';
import type { Mail } from '../../domain/mail.ts';
import type { SendQuota } from '../../domain/rate.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { sesEvents } from '../../test/domain/ses-events.ts';
import type { EventFate, FaultKind } from './fault.ts';
import { currentWorker, type Worker, type World } from './world.ts';

/** What SES knows of one mail, whatever anybody was told. */
export interface SesRecord {
  readonly sesMessageIds: string[];
  /** Workers that were told so, once for each time, and what they had recorded by then. */
  readonly told: { readonly worker: Worker; readonly recorded: number }[];
  /** SES has said that it will never accept it: poison. */
  refused: boolean;
  /** Asked although an event that proves an earlier acceptance had been recorded before the worker took the mail up. */
  askedInSpiteOfProof: number;
}

/** Mail to addresses that begin so does not arrive, or is complained about. */
const bounces = /^"?bounce/;
const complains = /^"?complain/;

const perSecond = 8;

/** How long the SES client waits for an answer; as in `aws/ses.ts`. */
const requestTimeoutMs = 15_000;

/** SES: its own account of what it accepted, and the events that it publishes of that. */
export class SimulatedSes {
  /** By delivery id. */
  readonly records = new Map<string, SesRecord>();
  readonly #world: World;
  readonly #publish: (deliveryId: string, body: string, delayMs: number) => void;
  #accepted = 0;

  constructor(world: World, publish: (deliveryId: string, body: string, delayMs: number) => void) {
    this.#world = world;
    this.#publish = publish;
  }

  readonly getSendQuota = async (): Promise<SendQuota> =>
    await this.#world.call('ses:GetAccount', () => ({
      maxSendRate: perSecond,
      max24HourSend: 50_000,
      sentLast24Hours: this.#accepted,
    }));

  /** As `aws/ses.ts`, whose translation of answers it uses. */
  readonly sendMail = async (mail: Mail, reporting: Reporting): Promise<SendAnswer> => {
    try {
      const sesMessageId = await this.#world.call('ses:SendEmail', (fault) =>
        this.#sendEmail(mail, reporting, fault),
      );
      const worker = currentWorker();
      if (worker !== undefined) {
        this.recordOf(idOf(mail)).told.push({ worker, recorded: worker.recorded });
      }
      return { outcome: 'accepted', sesMessageId };
    } catch (error) {
      const answer = answerOf(error);
      if (answer === undefined) {
        throw error;
      }
      return answer;
    }
  };

  /** Looks whether the worker should have known better: an event had proved acceptance before it began. */
  asked(mail: Mail, provedAtMs: ReadonlyMap<string, number>, startedMs: number): void {
    const id = idOf(mail);
    if ((provedAtMs.get(id) ?? Number.POSITIVE_INFINITY) < startedMs) {
      this.recordOf(id).askedInSpiteOfProof++;
      this.#world.note(`asks for ${id}, which an event has proved`);
    }
  }

  recordOf(id: string): SesRecord {
    const record = this.records.get(id) ?? {
      sesMessageIds: [],
      told: [],
      refused: false,
      askedInSpiteOfProof: 0,
    };
    this.records.set(id, record);
    return record;
  }

  async #sendEmail(mail: Mail, reporting: Reporting, fault: FaultKind | undefined): Promise<string> {
    await this.#world.clock.sleep(this.#world.between(10, 60));
    const refusal = fault === undefined ? undefined : refusals[fault];
    if (refusal !== undefined) {
      this.recordOf(idOf(mail)).refused ||= fault === 'rejected';
      throw refusal();
    }
    const sesMessageId = this.#accept(mail, reporting);
    if (fault === 'errorAfter') {
      throw sesError('InternalServiceErrorException', 500);
    }
    if (fault === 'timeoutAfter') {
      await this.#world.clock.sleep(requestTimeoutMs);
      throw Object.assign(new Error('the request timed out'), { name: 'TimeoutError' });
    }
    return sesMessageId;
  }

  #accept(mail: Mail, reporting: Reporting): string {
    const id = idOf(mail);
    const record = this.recordOf(id);
    const sesMessageId = `ses-${++this.#accepted}`;
    record.sesMessageIds.push(sesMessageId);
    this.#world.note(`SES accepts ${id} as ${sesMessageId}`);
    const { eventFates } = this.#world.plan;
    const fate = eventFates[Math.min(this.#accepted, eventFates.length) - 1] ?? 'prompt';
    const settings = { recipients: [mail.toHeader], tags: mail.tags, messageId: sesMessageId };
    const bodies = [
      ...(reporting === 'all' ? [sesEvents.send(settings)] : []),
      ...(bounces.test(mail.toHeader) ? [sesEvents.bounce(settings)] : []),
      ...(!bounces.test(mail.toHeader) && reporting !== 'failures' ? [sesEvents.delivery(settings)] : []),
      ...(complains.test(mail.toHeader) ? [sesEvents.complaint(settings)] : []),
    ].map((event) => JSON.stringify(event));
    for (const [body, delayMs] of this.#schedule(bodies, fate)) {
      this.#publish(id, body, delayMs);
    }
    return sesMessageId;
  }

  /** When each event comes, in milliseconds from now. */
  #schedule(bodies: readonly string[], fate: EventFate): [body: string, delayMs: number][] {
    const spread = (least: number, most: number) =>
      bodies.map((body): [string, number] => [body, this.#world.between(least, most)]);
    switch (fate) {
      case 'prompt':
        return spread(100, 3_000);
      case 'beforeRecord':
        return spread(0, 1);
      case 'late':
        return spread(20_000, 600_000);
      case 'outOfOrder':
        return bodies.map((body, i) => [body, (bodies.length - i) * 20_000]);
      case 'duplicated':
        return [...spread(0, 3_000), ...spread(0, 120_000)];
      case 'lost':
        return [];
    }
  }
}

function idOf({ tags }: Mail): string {
  const key = keyOfTags(tags);
  if (key === undefined) {
    throw new Error('a mail without tags can never be proved');
  }
  return deliveryId(key);
}

function sesError(name: string, httpStatusCode: number, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** What SES answers without having accepted the mail. */
const refusals: Readonly<Partial<Record<FaultKind, () => Error>>> = {
  throttled: () => sesError('TooManyRequestsException', 429, 'Maximum sending rate exceeded.'),
  quota: () => sesError('LimitExceededException', 400, 'Daily message quota exceeded.'),
  paused: () => sesError('SendingPausedException', 400),
  rejected: () => sesError('MessageRejected', 400),
  errorBefore: () => sesError('InternalServiceErrorException', 500),
  denied: () => sesError('AccessDeniedException', 403),
};
