import type { Client, Examined } from './examination.ts';

/** An SMTP reply (RFC 5321 §4.2). */
export interface Reply {
  readonly code: number;
  /** Without the code: it is put before each of them. */
  readonly lines: readonly string[];
}

export function reply(code: number, ...lines: string[]): Reply {
  return { code, lines };
}

/** One thing that a receiver looks at; the first that has something to say decides. */
export type Check<Seen> = (seen: Seen) => Reply | undefined;

/** What a mailbox is like; it is in the local part, so that every receiver has all of them: `full-1@gmail.com`. */
export type Mailbox = 'open' | 'unknown' | 'full' | 'disabled' | 'busy';

/** A receiver, as strict as its operator's documents allow. */
export interface Persona {
  readonly name: string;
  readonly domains: readonly string[];
  /** Its MX, and the address that the zone gives it. */
  readonly host: string;
  readonly address: string;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** When more mails come in a minute from one address, `overRate` answers. */
  readonly mailsPerMinute: number;
  /** When more unknown recipients are named in a minute by one address, it is blocked for that minute. */
  readonly unknownPerMinute: number;
  /** A first attempt is put off for so many milliseconds; 0 is none of that. */
  readonly greylistMs: number;
  readonly replies: {
    readonly recipient: Readonly<Record<Exclude<Mailbox, 'open'>, (address: string) => Reply>>;
    readonly tooManyRecipients: (address: string) => Reply;
    readonly tooLarge: Reply;
    /** To an address that is on the operator's block list. */
    readonly blocked: (client: Client) => Reply;
    readonly overRate: (client: Client) => Reply;
    readonly greylisted?: Reply;
  };
  /** Before MAIL FROM is accepted. */
  readonly atMailFrom: readonly Check<Client>[];
  /** After the mail is there. */
  readonly afterData: readonly Check<Examined>[];
  /** Accepted, but not put where the recipient looks. */
  readonly filesAsSpam: (mail: Examined) => boolean;
  /** Mailboxes for which mail is accepted and then returned by a notification (RFC 3464). */
  readonly bouncesLater?: Readonly<Partial<Record<Mailbox, { status: string; text: string }>>>;
  /** The text after `250`. */
  readonly accepted: (mail: Examined) => string;
}

/** Of an operator that states no rate, and takes a first attempt. */
export const statesNoRate = {
  mailsPerMinute: Number.POSITIVE_INFINITY,
  unknownPerMinute: Number.POSITIVE_INFINITY,
  greylistMs: 0,
} as const;

/** `unknown-7@gmail.com` → `unknown`. */
export function mailboxOf(address: string): Mailbox {
  const [, prefix] = /^"?(unknown|full|disabled|busy)\b/i.exec(address) ?? [];
  return (prefix?.toLowerCase() as Mailbox | undefined) ?? 'open';
}

export function firstReply<Seen>(checks: readonly Check<Seen>[], seen: Seen): Reply | undefined {
  for (const check of checks) {
    const found = check(seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Any signature that passes; which domain it is of is a question of alignment. */
export function dkimPasses({ dkim }: Examined): boolean {
  return dkim.some(({ result }) => result === 'pass');
}

export function dkimAligned({ dkim }: Examined): boolean {
  return dkim.some(({ result, aligned }) => result === 'pass' && aligned);
}

export function spfPasses({ spf }: Examined): boolean {
  return spf.result === 'pass';
}

/** What many answers end with; the same mail gets the same. */
export function queueId(mail: Examined): string {
  return `a1-${mail.sizeBytes.toString(36)}si${mail.headers.length}pll.31`;
}
