import { Parser } from 'htmlparser2';

/** What an inbox shows behind the subject. */
export interface InboxLine {
  readonly text: string;
  /** False when the mail has no preheader, so that its first words are shown. */
  readonly isPreheader: boolean;
}

const longest = 140;

/** Reads the hidden text in front of everything visible; without it, the start of the text part. */
export function inboxLineOf(html: string, text: string): InboxLine {
  const preheader = hiddenStart(html);
  return preheader === ''
    ? { text: shortened(text.replace(/https?:\/\/\S+/g, ' ')), isPreheader: false }
    : { text: shortened(preheader), isPreheader: true };
}

function hiddenStart(html: string): string {
  let found = '';
  let body = false;
  let hidden = 0;
  let over = false;
  const parser = new Parser({
    onopentag(name, { style = '' }) {
      if (name === 'body') body = true;
      if (hidden > 0) hidden += 1;
      else if (body && !over && /display\s*:\s*none/i.test(style)) hidden = 1;
    },
    ontext(data) {
      if (!body || over) return;
      if (hidden > 0) found += data;
      else if (data.trim() !== '') over = true;
    },
    onclosetag() {
      if (hidden > 0) hidden -= 1;
      over ||= hidden === 0 && found.trim() !== '';
    },
  });
  parser.end(html);
  return found.trim();
}

function shortened(text: string): string {
  const words = text.replace(/(?:\s|\u200c|\u034f)+/gu, ' ').trim();
  const characters = [...words];
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : words;
}
