import { hole } from './phases.ts';
import type { Token } from './tokens.ts';

/** A token at a place of a text. */
export interface Occurrence {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * For every hole of a value, all that may stand before it, whichever branches are taken. Lists are taken to run
 * not at all, once or twice.
 *
 * @param value - The text of the attribute.
 * @param base - Offset of the value in the text that the occurrences count in.
 * @param settled - Shortens a prefix without changing what may follow it, so that their number stays small.
 * @returns By start of the occurrence; undefined when there are more than 256 ways to get to a hole.
 */
export function prefixesOf(
  value: string,
  occurrences: readonly Occurrence[],
  base: number,
  tokens: readonly Token[],
  settled: (prefix: string) => string,
): Map<number, { index: number; prefixes: ReadonlySet<string> }> | undefined {
  const extended = (prefixes: ReadonlySet<string>, text: string): Set<string> =>
    new Set([...prefixes].map((prefix) => settled(prefix + text)));
  const found = new Map<number, { index: number; prefixes: Set<string> }>();
  const open: { before: Set<string>; ends: Set<string>; elseSeen: boolean; at: number }[] = [];
  const rerun = new Set<number>();
  let current = new Set(['']);
  let done = base;
  for (let step = 0; step < occurrences.length; step++) {
    const { index, start, end } = occurrences[step] ?? { index: -1, start: base, end: base };
    const token = tokens[index];
    current = extended(current, value.slice(done - base, start - base));
    if (current.size > 256) return undefined;
    done = end;
    const top = open.at(-1);
    switch (token?.tag.kind) {
      case 'value':
      case 'format': {
        const known = found.get(start)?.prefixes ?? [];
        found.set(start, { index, prefixes: new Set([...known, ...current]) });
        current = extended(current, hole);
        break;
      }
      case 'open':
        open.push({ before: current, ends: new Set(), elseSeen: false, at: step });
        break;
      case 'else':
      case 'else-if':
        if (!top) break;
        for (const end of current) top.ends.add(end);
        top.elseSeen ||= token.tag.kind === 'else';
        current = top.before;
        break;
      case 'close': {
        if (!top) break;
        open.pop();
        const ends = new Set([...top.ends, ...current, ...(top.elseSeen ? [] : top.before)]);
        if (token.tag.block === 'each' && !rerun.has(top.at)) {
          // Once more over the same items, now with what the first round has left behind.
          rerun.add(top.at);
          current = ends;
          step = top.at - 1;
          done = occurrences[top.at]?.start ?? done;
          break;
        }
        rerun.delete(top.at);
        current = ends;
        break;
      }
    }
  }
  return found;
}
