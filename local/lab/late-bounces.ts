import type { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import MimeNode from 'nodemailer/lib/mime-node/index.js';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { domainOf, localPartOf } from '../ses/mailbox.ts';
import type { LateBounce } from '../ses/transport.ts';
import type { Network } from './network.ts';
import { mailboxOf, type Persona } from './persona.ts';
import type { ReceivedMail } from './receiver.ts';
import { talk } from './smtp-client.ts';

/** The servers to which bounces of SES's mails come back (`feedback-smtp.<region>.amazonses.com`). */
export interface FeedbackServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @param heard - Told of each recipient that a notification is about. */
export async function startFeedbackServer(heard: (bounce: LateBounce) => void): Promise<FeedbackServer> {
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    useProxy: true,
    closeTimeout: 100,
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => {
        readNotification(Buffer.concat(chunks))
          .then((reports) => {
            for (const { address } of envelope.rcptTo) {
              for (const report of reports) heard({ messageId: localPartOf(address), ...report });
            }
          })
          .then(() => callback(), callback);
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Sends a notification (RFC 3464) about a mail that a receiver had accepted, to where its MAIL FROM says. */
export async function returnMail(
  persona: Persona,
  { recipient, examined }: ReceivedMail,
  resolver: Resolver,
  network: Network,
): Promise<void> {
  const reason = persona.bouncesLater?.[mailboxOf(recipient)];
  const to = examined.client.mailFrom;
  if (reason === undefined || to === '') return;
  const [server] = await resolver.resolveMx(domainOf(to));
  const [address] = server === undefined ? [] : await resolver.resolve4(server.exchange);
  if (address === undefined) return;
  await talk({
    socket: await network.connect(persona.address, address),
    clientName: persona.host,
    mailFrom: '',
    recipients: [to],
    source: await notification(persona, recipient, to, reason),
    tlsPolicy: 'OPTIONAL',
  });
}

async function notification(
  { host }: Persona,
  recipient: string,
  to: string,
  { status, text }: { status: string; text: string },
): Promise<Buffer> {
  const report = new MimeNode('multipart/report; report-type=delivery-status');
  report.setHeader({
    From: `Mail Delivery Subsystem <postmaster@${domainOf(recipient)}>`,
    To: to,
    Subject: 'Returned mail: see transcript for details',
    'Auto-Submitted': 'auto-replied',
  });
  report
    .createChild('text/plain; charset=utf-8')
    .setContent(`The mail could not be delivered to ${recipient}.\r\n${text}\r\n`);
  report
    .createChild('message/delivery-status')
    .setContent(
      [
        `Reporting-MTA: dns; ${host}`,
        '',
        `Final-Recipient: rfc822; ${recipient}`,
        'Action: failed',
        `Status: ${status}`,
        `Diagnostic-Code: smtp; ${text}`,
        '',
      ].join('\r\n'),
    );
  return report.build();
}

/** What a notification says of each recipient that got nothing. */
export async function readNotification(source: Buffer): Promise<Omit<LateBounce, 'messageId'>[]> {
  const { attachments } = await PostalMime.parse(source, {
    attachmentEncoding: 'utf8',
    forceRfc822Attachments: true,
  });
  const report = attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
  const [ofMail, ...ofRecipients] = String(report?.content ?? '')
    .split(/\r?\n\r?\n/)
    .map(fieldsOf);
  return ofRecipients.flatMap((fields) => {
    const recipient = afterType(fields.get('final-recipient'));
    if (recipient === undefined || fields.get('action')?.toLowerCase() !== 'failed') return [];
    return [
      {
        recipient,
        status: fields.get('status') ?? '',
        diagnosticCode: fields.get('diagnostic-code') ?? '',
        reportingMta: ofMail?.get('reporting-mta') ?? '',
      },
    ];
  });
}

function fieldsOf(block: string): ReadonlyMap<string, string> {
  const lines = block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value ?? '']];
    }),
  );
}

/** `rfc822; taro@example.com` → `taro@example.com`. */
function afterType(value: string | undefined): string | undefined {
  return value?.replace(/^[^;]*;\s*/, '').trim();
}
