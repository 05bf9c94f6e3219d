import { explainBounce } from '../../../domain/bounce/explain.ts';
import { googleSmtpErrors } from './google-smtp-errors.ts';

/** As SES quotes an answer of several lines: each with both codes. */
function inLines(replyCode: string, status: string, text: string, width: number): string {
  const lines = text.match(new RegExp(`.{1,${width}}(?: |$)`, 'g')) ?? [text];
  return lines
    .map((line, i) => `${replyCode}${i < lines.length - 1 ? '-' : ' '}${status} ${line.trim()}`)
    .join('\n');
}

it.each(googleSmtpErrors)(
  'is the same in one line and in several: %s %s %s',
  (replyCode, status, text, code) => {
    for (const width of [20, 72]) {
      const answer = inLines(replyCode, status, `${text} a1si123456pll.31 - gsmtp`, width);
      expect(explainBounce({ destination: 'gmail.com', diagnosticCode: `smtp; ${answer}` }).code).toBe(code);
      const expired = `smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<${answer}>`;
      expect(explainBounce({ destination: 'gmail.com', diagnosticCode: expired }).code).toBe(code);
    }
  },
);
