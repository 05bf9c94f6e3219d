import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import type { TlsPolicy } from '../ses/configuration-sets.ts';

export interface Dialogue {
  readonly socket: Socket;
  /** Name for EHLO. */
  readonly clientName: string;
  /** RFC 5321 MAIL FROM; empty for a bounce. */
  readonly mailFrom: string;
  readonly recipients: readonly string[];
  readonly source: Buffer;
  readonly tlsPolicy: TlsPolicy;
}

/** What the server said about one recipient, its code included. */
export interface Said {
  readonly recipient: string;
  readonly replyCode: number;
  readonly reply: string;
}

/** A receiver answers within the second here, on a loaded machine within several; one that says nothing is dead. */
const patienceMs = 60_000;

/**
 * One SMTP dialogue (RFC 5321), with STARTTLS where it is offered. The certificate is not verified, as between mail
 * servers in general.
 *
 * @throws Error when the server ends the dialogue without an answer.
 */
export async function talk(dialogue: Dialogue): Promise<Said[]> {
  const { socket, clientName, mailFrom, recipients, source, tlsPolicy } = dialogue;
  const connection = new SMTPConnection({
    connection: socket,
    name: clientName,
    tls: { rejectUnauthorized: false },
    ...(tlsPolicy === 'REQUIRE' ? { requireTLS: true } : { opportunisticTLS: true }),
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
  });
  try {
    return await new Promise((resolve, reject) => {
      const failed = (error: SMTPConnection.SMTPError) => {
        const answers = toAll(recipients, error);
        if (answers === undefined) reject(error);
        else resolve(answers);
      };
      connection.on('error', failed);
      connection.connect((refused) => {
        if (refused) return failed(refused);
        connection.send({ from: mailFrom, to: [...recipients] }, source, (error, info) => {
          if (error) return failed(error);
          const refusals = info.rejectedErrors ?? [];
          resolve(
            recipients.map(
              (recipient) =>
                saidOf(
                  recipient,
                  refusals.find((refusal) => isAbout(refusal, recipient)),
                ) ?? { recipient, replyCode: codeOf(info.response), reply: info.response },
            ),
          );
        });
      });
    });
  } finally {
    connection.quit();
  }
}

/** An answer to a command that concerns every recipient; or one for each, when all of them were refused. */
function toAll(recipients: readonly string[], error: SMTPConnection.SMTPError): Said[] | undefined {
  const { rejectedErrors = [] } = error as { rejectedErrors?: SMTPConnection.SMTPError[] };
  const answers = recipients.flatMap(
    (recipient) =>
      saidOf(
        recipient,
        rejectedErrors.find((refusal) => isAbout(refusal, recipient)),
      ) ??
      saidOf(recipient, error) ??
      [],
  );
  return answers.length === recipients.length ? answers : undefined;
}

function isAbout(refusal: SMTPConnection.SMTPError, recipient: string): boolean {
  return (refusal as { recipient?: string }).recipient === recipient;
}

function saidOf(recipient: string, error: SMTPConnection.SMTPError | undefined): Said | undefined {
  if (error?.code === 'ETLS') {
    // The words of SES for it are not known.
    return {
      recipient,
      replyCode: 454,
      reply: '454 4.7.0 TLS is required, and the receiving server does not offer STARTTLS',
    };
  }
  const reply = error?.response;
  return reply === undefined || reply === '' ? undefined : { recipient, replyCode: codeOf(reply), reply };
}

function codeOf(reply: string): number {
  return Number(/^\d{3}/.exec(reply)?.[0] ?? 0);
}
