import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { types } from 'node:util';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { type CheckedMail, sampleUnsubscribeUrl } from '../../domain/template/check/checked-mail.ts';
import type { Finding } from '../../domain/template/check/finding.ts';
import { listUnsubscribeHeaders } from '../../domain/unsubscribe.ts';
import { CommandError } from '../command.ts';

/** Up to here a mail is as good as any; above 5 SpamAssassin calls it spam. */
const limits = { warning: 1, error: 5 };

/**
 * Lets SpamAssassin judge mails by its rules that need no network. They are a regression signal: what a mailbox
 * provider thinks of a mail depends on its sender first.
 *
 * @returns undefined when SpamAssassin is not installed.
 */
export async function spamFindings(
  mails: readonly CheckedMail[],
  executable = 'spamassassin',
): Promise<Finding[] | undefined> {
  if (mails.length === 0) return [];
  const sources = await Promise.all(mails.map(sourceOf));
  const output = await judged(executable, sources);
  if (output === undefined) return undefined;
  const scores = scoresIn(output).sort((a, b) => a.order - b.order);
  if (scores.length !== mails.length) {
    throw new CommandError(
      `${executable} judged ${scores.length} of ${mails.length} mails; run it by hand to see why`,
    );
  }
  return scores.flatMap(({ order, score, rules }) => {
    const checked = mails[order];
    if (checked === undefined || score <= limits.warning) return [];
    return [
      {
        template: checked.template.name,
        locale: checked.locale,
        severity: score >= limits.error ? 'error' : 'warning',
        rule: 'spam-score',
        message: `SpamAssassin gives it ${score} points of 5: ${rules}`,
        remedy: 'spamassassin.apache.org/tests.html tells what each rule is about',
      } satisfies Finding,
    ];
  });
}

/** The mail as SES would hand it over. The number tells which one it is, since the answers come in any order. */
async function sourceOf({ mail, template }: CheckedMail, order: number): Promise<Buffer> {
  const unsubscribe = template.category === 'marketing' ? listUnsubscribeHeaders(sampleUnsubscribeUrl) : {};
  const composed = new MailComposer({
    from: { name: mail.fromName, address: `${template.from.localPart}@example.com` },
    to: { name: 'Hanako Mihon', address: 'hanako@example.com' },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    textEncoding: 'quoted-printable',
    date: new Date(),
    messageId: `<0106019ac000000${order}-00000000-0000-4000-8000-000000000000-000000@ap-northeast-1.amazonses.com>`,
    headers: {
      'X-Todoke-Check': String(order),
      ...unsubscribe,
      ...(template.autoSubmitted && { 'Auto-Submitted': template.autoSubmitted }),
    },
  }).compile();
  return composed.build();
}

/** One process for all of them, as an mbox: starting it takes longer than judging. */
async function judged(executable: string, sources: readonly Buffer[]): Promise<string | undefined> {
  const child = spawn(executable, ['--local', '--test-mode', '--mbox'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = new Promise<unknown>((resolve) => child.once('error', resolve));
  const answered = buffer(child.stdout);
  // When it cannot be started, the pipe breaks as well.
  child.stdin.on('error', () => undefined);
  child.stdin.end(sources.map(mboxEntry).join(''));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const outcome = await Promise.race([failed, Promise.all([answered, ended])]);
  if (Array.isArray(outcome)) return (await answered).toString();
  if (types.isNativeError(outcome) && 'code' in outcome && outcome.code === 'ENOENT') return undefined;
  throw outcome;
}

function mboxEntry(source: Buffer): string {
  const text = source
    .toString('utf8')
    .replaceAll('\r\n', '\n')
    .replace(/^From /gm, '>From ');
  return `From check Thu Jan  1 00:00:00 1970\n${text}\n\n`;
}

/** Reads the header that SpamAssassin puts before those of the mail. */
function scoresIn(output: string): { order: number; score: number; rules: string }[] {
  const status = /^X-Spam-Status: \w+, score=(-?[\d.]+) required=[\d.]+\s+tests=([\s\S]*?)\s+autolearn/;
  return output.split(/^(?=From check )/m).flatMap((mail) => {
    const [, score = '', rules = ''] = /^X-Spam-Status:/m.test(mail)
      ? (status.exec(mail.slice(mail.search(/^X-Spam-Status:/m))) ?? [])
      : [];
    const order = /^X-Todoke-Check: (\d+)/m.exec(mail)?.[1];
    return order === undefined || score === ''
      ? []
      : [
          {
            order: Number(order),
            score: Number(score),
            rules: rules.split(/[\s,]+/).join(', '),
          },
        ];
  });
}
