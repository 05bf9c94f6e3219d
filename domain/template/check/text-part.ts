import type { CheckedMail } from './checked-mail.ts';
import type { Issue } from './finding.ts';
import { placeOfKey } from './locate.ts';

/** Below this share filters take the text part for a dummy. */
const least = 0.6;

/** Whether the text part says what the HTML says. */
export function textPartRule({ mail, page, source, locale }: CheckedMail): Issue[] {
  const shown = page.elements.find(({ name }) => name === 'body')?.text ?? '';
  const share = similarity(shown, mail.text);
  if (share >= least) return [];
  return [
    {
      severity: 'warning',
      rule: 'text-similarity',
      ...placeOfKey(source, locale, 'text'),
      message: `the text part holds ${Math.round(share * 100)} % of what the HTML says; filters charge for a dummy text`,
      remedy: 'leave the string "text" out, and the text part is made from the HTML',
    },
  ];
}

/** The share of a text's pairs of neighbouring characters that another text has too: works without spaces between words. */
export function similarity(text: string, other: string): number {
  const [wanted, there] = [pairsOf(text), pairsOf(other)];
  if (wanted.size === 0) return 1;
  let found = 0;
  for (const pair of wanted) if (there.has(pair)) found++;
  return found / wanted.size;
}

function pairsOf(text: string): Set<string> {
  const letters = [...text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')];
  return new Set(letters.slice(1).map((letter, at) => `${letters[at]}${letter}`));
}
