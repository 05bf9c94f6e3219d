/** What a bounce or a delay says about one recipient: the fields of SES, or of any delivery status notification. */
export interface BounceEvidence {
  /** Domain of the recipient, or the whole address: only the domain is used. */
  readonly destination: string;
  /** Host that answered, where known. */
  readonly remoteMta?: string;
  /** RFC 3463: `5.1.1`. */
  readonly status?: string;
  /** RFC 5321: `550`. */
  readonly replyCode?: string;
  /** What the receiving server said. */
  readonly diagnosticCode?: string;
  /** SES: `Permanent`, `Transient`, `Undetermined`. */
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  /** Epoch milliseconds of the answer. Without it, rules that held in the past are not ruled out. */
  readonly atMs?: number;
}

/** The SMTP command that was answered, where the text tells. */
export type SmtpStep = 'connect' | 'mail' | 'rcpt' | 'data';

/** An answer made ready for rules: one text and the codes that belong to it. */
export interface Answer {
  /** Lower case, one line, mail addresses as `@`, IPv4 addresses as `#`, links taken out. */
  readonly text: string;
  /** The links of the whole diagnostic, lower case. */
  readonly links: string;
  /** `5.7.26`, and what it is a case of: `x.7.26`, `5.7.x`, `x.7.x`, `5.x.x`. */
  readonly codes: ReadonlySet<string>;
  readonly replyCode: string;
  readonly step: SmtpStep | undefined;
}

/** A diagnostic is a few hundred characters; what is beyond this says nothing more, and could cost time. */
const readCharacters = 8_192;

const link = /\bhttps?:\/\/[^\s<>()[\]"']{1,500}/g;
const address = /[^\s<>()[\]"',;:@]{1,64}@[a-z0-9.-]{1,253}/g;
/** An enhanced code and not a part of an IP address or version. */
const enhancedCode = /(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.]*\d)/;
/** The address of a host, in brackets or not. */
const ipAddress = /(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/g;
const smtpReply = /(?<![\d.:[])[45]\d\d(?=[ -]|$)/;

/** RFC 3464 §2.3.4 allows words after the code of a field: `5.1.1 (bad destination mailbox address)`. */
const statusField = /\b[245]\.\d{1,3}\.\d{1,3}/;
const replyField = /\b[245]\d\d/;

/** RFC 5321 §4.2.1: each line of an answer repeats the codes, and SES quotes the lines as they came. */
const furtherLine = /\r?\n[ \t]*[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}(?!\S))?/g;

/** Postfix's note on the command that was answered: read as the step, and no part of the answer. */
const commandNote = / ?\(in reply to [a-z -]{2,40} command\)/g;

const steps: readonly (readonly [SmtpStep, RegExp])[] = [
  [
    'rcpt',
    /(?:in reply to|after|to our|like our|response to|error for|for) rcpt|\[rcpt_to\]|smtp:rcpt|rcpt to response|does not like recipient|recipient was rejected/,
  ],
  [
    'data',
    /(?:in reply to|after|response to|like our|for) (?:final |the )?(?:end of |sending )?(?:data\b|text command|message body)|after i sent the message/,
  ],
  ['mail', /(?:in reply to|after|response to|like our|for) mail from|sender was rejected/],
  [
    'connect',
    /initial connection|refused to talk to me|(?:in reply to|after|response to|performing the) (?:ehlo|helo)|name was rejected|greeting failed/,
  ],
];

/**
 * Mail systems put the answer of the receiver into a sentence of their own. Each of these finds the answer inside; the last
 * one that matches is the innermost.
 */
const wrappers: readonly RegExp[] = [
  /\b(?:said|was|with|replied): ?((?:[45]\d\d[ :-]|[45]\.\d\.\d|\S).{0,4000})$/,
  /did not like our [a-z ]{1,20}: ?(.{1,4000})$/,
  /\bafter (?:mail from|rcpt to|data|end of data|ehlo|helo|initial connection)\b.{0,300}?(?:\]|>): ([45]\d\d[ -].{0,4000})$/,
  // SES: Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>
  /<([45]\d\d[ -][^<>]{1,2000})>/,
  // Exchange: returned '550 5.1.1 …'; SES of old: Unknown address error '5.2.2 …'
  /'((?:[45]\d\d[ -]|[45]\.\d\.\d{1,3} )[^']{1,2000})'/,
  /\(([45]\d\d[ -][45]\.\d\.\d{1,3} [^()]{1,2000})\)/,
];

/**
 * Reads a diagnostic.
 *
 * @returns The innermost answer first and the whole text last: what the receiver said counts before what others say about it.
 */
export function readAnswers({ status = '', replyCode = '', diagnosticCode = '' }: BounceEvidence): Answer[] {
  const lower = diagnosticCode
    .slice(0, readCharacters)
    .replace(furtherLine, ' ')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
  const links = (lower.match(link) ?? []).join(' ');
  const whole = lower.replace(link, ' ').replace(address, '@').replace(ipAddress, '#');
  const step = steps.find(([, says]) => says.test(whole))?.[0];
  const answer = (said: string): Answer => {
    const text = said.replace(commandNote, '');
    return {
      text,
      links,
      step,
      codes: casesOf(codeOf(text, status)),
      replyCode: smtpReply.exec(text)?.[0] ?? replyField.exec(replyCode)?.[0] ?? '',
    };
  };
  const inner = unwrap(whole);
  return inner === whole ? [answer(whole)] : [answer(inner), answer(whole)];
}

function unwrap(whole: string): string {
  let text = whole;
  for (const wrapper of wrappers) {
    text = wrapper.exec(text)?.[1]?.trim() || text;
  }
  return text;
}

/** The code in the text is the receiver's own; the field may be one that a relay put for lack of a better. */
function codeOf(text: string, status: string): string {
  const inText = enhancedCode.exec(text)?.[0];
  return inText === undefined || inText.endsWith('.0.0')
    ? (statusField.exec(status)?.[0] ?? inText ?? '')
    : inText;
}

function casesOf(code: string): ReadonlySet<string> {
  const [level, subject, detail] = code.split('.');
  return detail === undefined
    ? new Set()
    : new Set([code, `x.${subject}.${detail}`, `${level}.${subject}.x`, `x.${subject}.x`, `${level}.x.x`]);
}
