import type { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { type Counters, createCounters } from './counters.ts';
import { type Client, confirmedHostName, type Examined, examine } from './examination.ts';
import { firstReply, mailboxOf, type Persona, type Reply } from './persona.ts';

/** A mail as it lies in a mailbox. */
export interface ReceivedMail {
  /** Counts the mails of the receiver. */
  readonly id: number;
  readonly recipient: string;
  readonly folder: 'inbox' | 'spam';
  /** With Return-Path, Received, Received-SPF and Authentication-Results in front. */
  readonly source: Buffer;
  readonly examined: Examined;
}

/** What can be changed about a receiver while it runs. */
export interface ReceiverSettings {
  readonly mailsPerMinute: number;
  readonly unknownPerMinute: number;
  readonly greylistMs: number;
  /** Addresses on its block list. */
  readonly blockedAddresses: readonly string[];
  /** Whether it offers STARTTLS. */
  readonly offersTls: boolean;
}

export interface Receiver {
  readonly persona: Persona;
  readonly port: number;
  /** The newest last. */
  readonly mails: readonly ReceivedMail[];
  settings(): ReceiverSettings;
  change(settings: Partial<ReceiverSettings>): void;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  readonly persona: Persona;
  readonly resolver: Resolver;
  readonly nowMs: () => number;
  /** A mail was accepted for a mailbox that returns it. */
  readonly returned: (persona: Persona, mail: ReceivedMail) => void;
  /** Hears when a mail could not be examined; the client is told to come back. */
  readonly onFault: (error: unknown) => void;
}

const keepMails = 5_000;

/** Runs a persona as an SMTP server on a port of this machine. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { persona, resolver, nowMs } = options;
  const { replies } = persona;
  const mails: ReceivedMail[] = [];
  const counters = createCounters(nowMs);
  let accepted = 0;
  let settings: ReceiverSettings = {
    mailsPerMinute: persona.mailsPerMinute,
    unknownPerMinute: persona.unknownPerMinute,
    greylistMs: persona.greylistMs,
    blockedAddresses: [],
    offersTls: true,
  };

  const atMailFrom = async (session: SMTPServerSession, mailFrom: string): Promise<Reply | undefined> => {
    const client = await clientOf(session, mailFrom, resolver);
    const { address } = client;
    if (settings.blockedAddresses.includes(address)) return replies.blocked(client);
    if (counters.unknown.of(address) > settings.unknownPerMinute) return replies.blocked(client);
    if (counters.mails.of(address) >= settings.mailsPerMinute) return replies.overRate(client);
    return firstReply(persona.atMailFrom, client);
  };

  const atRecipient = (session: SMTPServerSession, recipient: string): Reply | undefined => {
    const { envelope, remoteAddress } = session;
    if (envelope.rcptTo.length >= persona.maxRecipients) return replies.tooManyRecipients(recipient);
    const mailbox = mailboxOf(recipient);
    if (mailbox === 'unknown') counters.unknown.add(remoteAddress);
    if (mailbox !== 'open' && persona.bouncesLater?.[mailbox] === undefined) {
      return replies.recipient[mailbox](recipient);
    }
    const mailFrom = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const triple = `${remoteAddress} ${domainPart(mailFrom)} ${recipient}`;
    return greylisted(counters, triple, settings.greylistMs) ? replies.greylisted : undefined;
  };

  const afterData = async (session: SMTPServerSession, source: Buffer): Promise<Reply> => {
    if (source.length > persona.maxMessageBytes) return replies.tooLarge;
    const { envelope } = session;
    const mailFrom = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const client = await clientOf(session, mailFrom, resolver);
    const examined = await examine(source, client, resolver, persona.host);
    counters.mails.add(client.address);
    const refused = firstReply(persona.afterData, examined);
    if (refused !== undefined) return refused;
    for (const { address } of envelope.rcptTo) {
      const folder = persona.filesAsSpam(examined) ? 'spam' : 'inbox';
      const mail: ReceivedMail = {
        id: ++accepted,
        recipient: address,
        folder,
        source: asFiled(source, examined, address, persona, nowMs()),
        examined,
      };
      if (persona.bouncesLater?.[mailboxOf(address)] === undefined) keep(mails, mail);
      else options.returned(persona, mail);
    }
    return { code: 250, lines: [persona.accepted(examined)] };
  };

  const answer = (made: Promise<Reply> | Promise<Reply | undefined>, callback: Callback) => {
    made.then(
      (reply) => tell(reply, callback),
      (error: unknown) => {
        options.onFault(error);
        tell({ code: 451, lines: ['4.3.0 Internal error'] }, callback);
      },
    );
  };

  const server = new SMTPServer({
    name: persona.host,
    banner: persona.name,
    // TLS with the certificate that the library brings: no mail server verifies another's.
    logger: false,
    authOptional: true,
    disabledCommands: ['AUTH'],
    // Carriers take the local parts with stray dots that they once issued.
    lenientAddressParsing: true,
    disableReverseLookup: true,
    useProxy: true,
    closeTimeout: 100,
    onConnect(session, callback) {
      if (!settings.offersTls)
        (session as { disabledCommands?: string[] }).disabledCommands = ['AUTH', 'STARTTLS'];
      callback();
    },
    onMailFrom: ({ address }, session, callback) => answer(atMailFrom(session, address), callback),
    onRcptTo: ({ address }, session, callback) => tell(atRecipient(session, address), callback),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => answer(afterData(session, Buffer.concat(chunks)), callback));
    },
  });
  // A client that leaves in the middle of a dialogue is its own problem.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  return {
    persona,
    port,
    mails,
    settings: () => settings,
    change(changed) {
      settings = { ...settings, ...changed };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Callback = (error?: Error | null, message?: string) => void;

/** The library writes several lines for an array, which its types do not tell. */
function tell(reply: Reply | undefined, callback: Callback): void {
  if (reply === undefined) callback();
  else if (reply.code < 400) callback(null, reply.lines[0]);
  else callback({ responseCode: reply.code, message: reply.lines } as unknown as Error);
}

async function clientOf(session: SMTPServerSession, mailFrom: string, resolver: Resolver): Promise<Client> {
  const address = session.remoteAddress;
  return {
    address,
    helo: session.hostNameAppearsAs || '',
    hostName: await confirmedHostName(address, resolver),
    encrypted: session.secure,
    mailFrom,
  };
}

function greylisted({ msSinceFirst }: Counters, triple: string, greylistMs: number): boolean {
  return greylistMs > 0 && msSinceFirst(triple) < greylistMs;
}

function asFiled(
  source: Buffer,
  { client, resultFields }: Examined,
  recipient: string,
  { host }: Persona,
  nowMs: number,
) {
  const { mailFrom, helo, hostName = 'unknown', address, encrypted } = client;
  const date = new Date(nowMs).toUTCString().replace('GMT', '+0000');
  const trace = [
    `Return-Path: <${mailFrom}>`,
    `Delivered-To: ${recipient}`,
    `Received: from ${helo} (${hostName} [${address}]) by ${host} with ESMTP${encrypted ? 'S' : ''}; ${date}`,
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${trace}\r\n${resultFields}`), source]);
}

function keep(mails: ReceivedMail[], mail: ReceivedMail): void {
  mails.push(mail);
  if (mails.length > keepMails) mails.shift();
}

function domainPart(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
