import type { CheckedMail } from './checked-mail.ts';
import type { Issue } from './finding.ts';

/** Gmail shows no more than about this much of a mail's HTML, and hides the rest, unsubscribe link included, behind a link. */
export const clippedBytes = 102_000;
const warnedBytes = 80_000;
/** RFC 5322 §2.1.1, without the line end. */
const lineOctets = 998;

/** Size of the HTML against Gmail's clipping, and lines of the text part. */
export function sizeRule({ mail, sample }: CheckedMail): Issue[] {
  const issues: Issue[] = [];
  const bytes = Buffer.byteLength(mail.html);
  const kilobytes = Math.ceil(bytes / 1000);
  const data = sample === 'worst' ? 'with its worst data' : 'with its sample data';
  if (bytes > clippedBytes) {
    issues.push({
      severity: 'error',
      rule: 'html-size',
      message: `the HTML is ${kilobytes} KB ${data}; Gmail cuts it off at 102 KB`,
      remedy: 'shorten the mail, or narrow its lists with maxItems in schema.overrides.yaml',
    });
  } else if (bytes > warnedBytes) {
    issues.push({
      severity: 'warning',
      rule: 'html-size',
      message: `the HTML is ${kilobytes} KB ${data}; Gmail cuts it off at 102 KB`,
      remedy: 'stay below 80 KB',
    });
  }
  const longest = Math.max(...mail.text.split('\n').map((line) => Buffer.byteLength(line)));
  if (longest > lineOctets && sample === 'sample') {
    issues.push({
      severity: 'info',
      rule: 'line-length',
      message: `the text part has a line of ${longest} octets, which needs an encoding to be sent; SES chooses one`,
      remedy: `break the line below ${lineOctets} octets if the mail is ever sent raw`,
    });
  }
  return issues;
}
