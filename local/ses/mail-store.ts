import type { EventType } from './configuration-sets.ts';
import type { MailEvent } from './events.ts';
import type { AcceptedMail } from './mail.ts';
import { formatMailbox } from './mailbox.ts';

/** What is known of a mail as a whole; with several recipients, what went worst. */
export type Outcome =
  | 'accepted'
  | 'delayed'
  | 'delivered'
  | 'bounced'
  | 'suppressed'
  | 'complained'
  | 'rejected';

const OUTCOME_RANK: readonly Outcome[] = [
  'accepted',
  'delayed',
  'delivered',
  'bounced',
  'suppressed',
  'complained',
  'rejected',
];

/** One mail that SES accepted, in short. Kept for every mail. */
interface MailSummary {
  readonly messageId: string;
  readonly acceptedAtMs: number;
  readonly from: string;
  /** Every recipient's address, Bcc included. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly tags: AcceptedMail['tags'];
  readonly configurationSetName: string | undefined;
  readonly hasAttachments: boolean;
  readonly outcome: Outcome;
}

/** A mail with all that is still kept of it. */
export interface StoredMail extends MailSummary {
  /** Undefined when so many mails came after it that only its summary is kept. */
  readonly mail: AcceptedMail | undefined;
  /** Empty when only the summary is kept. */
  readonly events: readonly MailEvent[];
}

/**
 * Every mail that SES accepted, whatever the caller was answered: when the answer was an error or
 * never came, this is where the truth is.
 */
export interface MailStore {
  add(mail: AcceptedMail): void;
  addEvent(messageId: string, event: MailEvent): void;
  get(messageId: string): StoredMail | undefined;
  /** How many mails were ever accepted. */
  count(): number;
  /** Every mail ever accepted, in order of acceptance. */
  all(): Iterable<StoredMail>;
  /** What the inbox shows: mails accepted since it was last cleared, newest first. */
  inbox(): Iterable<StoredMail>;
  /** Empties the inbox. The store itself forgets nothing. */
  clearInbox(): void;
}

interface Entry extends StoredMail {
  mail: AcceptedMail | undefined;
  outcome: Outcome;
  events: MailEvent[];
}

/** @param keepMails - So many of the newest mails are kept whole, others as a summary. */
export function createMailStore(keepMails: number): MailStore {
  const entries: Entry[] = [];
  const byId = new Map<string, Entry>();
  let inboxStart = 0;
  return {
    add(mail) {
      const entry = entryOf(mail);
      entries.push(entry);
      byId.set(mail.messageId, entry);
      const tooOld = entries[entries.length - 1 - keepMails];
      if (tooOld !== undefined) {
        tooOld.mail = undefined;
        tooOld.events = [];
      }
    },
    addEvent(messageId, event) {
      const entry = byId.get(messageId);
      if (entry === undefined) return;
      if (entry.mail !== undefined) entry.events.push(event);
      const outcome = outcomeOf(event);
      if (OUTCOME_RANK.indexOf(outcome) > OUTCOME_RANK.indexOf(entry.outcome)) entry.outcome = outcome;
    },
    get: (messageId) => byId.get(messageId),
    count: () => entries.length,
    all: () => entries.values(),
    *inbox() {
      for (let i = entries.length - 1; i >= inboxStart; i--) {
        const entry = entries[i];
        if (entry !== undefined) yield entry;
      }
    },
    clearInbox() {
      inboxStart = entries.length;
    },
  };
}

function entryOf(mail: AcceptedMail): Entry {
  return {
    messageId: mail.messageId,
    acceptedAtMs: mail.acceptedAtMs,
    from: formatMailbox(mail.from),
    recipients: mail.recipients,
    subject: mail.subject,
    tags: mail.tags,
    configurationSetName: mail.configurationSetName,
    hasAttachments: hasAttachments(mail),
    outcome: 'accepted',
    mail,
    events: [],
  };
}

function hasAttachments({ content }: AcceptedMail): boolean {
  if (content.kind === 'simple') return content.attachments.length > 0;
  return /^content-disposition:\s*attachment/im.test(content.source.toString('latin1'));
}

const OUTCOMES: Readonly<Partial<Record<EventType, Outcome>>> = {
  DELIVERY_DELAY: 'delayed',
  DELIVERY: 'delivered',
  BOUNCE: 'bounced',
  COMPLAINT: 'complained',
  REJECT: 'rejected',
};

function outcomeOf({ type, payload }: MailEvent): Outcome {
  const bySuppression = ['OnAccountSuppressionList', 'Suppressed'].includes(String(payload.bounceSubType));
  return type === 'BOUNCE' && bySuppression ? 'suppressed' : (OUTCOMES[type] ?? 'accepted');
}
