import type { Markup } from './markup.ts';

/** HTML §13.1.2 void elements, and those whose end tag people leave out. */
const uncounted: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd option o:allowpng o:pixelsperinch'.split(
    ' ',
  ),
);

/**
 * Whether a stretch of HTML opens and closes the same elements, both for Outlook, which reads conditional comments,
 * and for everybody else.
 *
 * @returns What is wrong, or undefined.
 */
export function balanceFault(
  markups: readonly (Markup & { readonly outlook: boolean })[],
  from: number,
  to: number,
): string | undefined {
  const depths = new Map<string, number>();
  for (const markup of markups) {
    const at = markup.start;
    if (at < from || at >= to || !('name' in markup) || uncounted.has(markup.name)) continue;
    const key = `${markup.outlook ? 'Outlook ' : ''}${markup.name}`;
    const step = markup.kind === 'open' ? 1 : markup.kind === 'close' ? -1 : selfClosed(markup) ? -1 : 0;
    const depth = (depths.get(key) ?? 0) + step;
    if (depth < 0) return `it closes <${markup.name}> that was opened before it`;
    depths.set(key, depth);
  }
  const unclosed = [...depths].find(([, depth]) => depth > 0);
  return unclosed && `it leaves <${unclosed[0].replace('Outlook ', '')}> open`;
}

/** Only VML in Outlook's comments closes elements that way; in HTML the slash means nothing. */
function selfClosed(markup: Markup & { readonly outlook: boolean }): boolean {
  return markup.kind === 'open-end' && markup.selfClosing && markup.outlook;
}
