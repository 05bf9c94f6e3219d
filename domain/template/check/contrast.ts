import type { CheckedMail } from './checked-mail.ts';
import { contrastOf } from './colour.ts';
import type { Issue } from './finding.ts';
import { placeOfText } from './locate.ts';

/** WCAG 2.2 §1.4.3, level AA, for text of any size. */
const least = 4.5;

/** Text that is hard to read on its background, as far as inline styles tell both colours. */
export function contrastRule({ page, source, locale }: CheckedMail): Issue[] {
  const seen = new Set<string>();
  return page.texts.flatMap(({ text, colour, background }) => {
    if (colour === undefined || background === undefined) return [];
    const ratio = contrastOf(colour, background);
    const pair = `${hex(colour)} on ${hex(background)}`;
    if (ratio >= least || seen.has(pair)) return [];
    seen.add(pair);
    const message = `text in ${pair} has a contrast of ${Math.floor(ratio * 10) / 10}`;
    const remedy = `WCAG asks for ${least}: darken the one or lighten the other`;
    return [{ severity: 'warning', rule: 'contrast', ...placeOfText(source, locale, text), message, remedy }];
  });
}

function hex(colour: readonly number[]): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
