import { isScalar, LineCounter, parseDocument } from 'yaml';
import type { SourcePlace } from './source-place.ts';

/** A few lines of a source file around one that matters. */
export interface Excerpt {
  /** The line that matters, from 1. */
  readonly line: number;
  /** From 1, where it is known. */
  readonly column?: number;
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

const around = 2;
/** A line of a source can be the whole file; nobody reads on after this many characters. */
const longest = 240;

/** @returns undefined when the place names no line and no string of that file. */
export function excerptOf(place: SourcePlace, text: string): Excerpt | undefined {
  const found = place.key === undefined ? place : placeOfKey(place.key, place.line ?? 1, text);
  if (found?.line === undefined) return undefined;
  const { line, column } = found;
  const lines = text.split('\n');
  if (line > lines.length) return undefined;
  const first = Math.max(1, line - around);
  return {
    line,
    ...(column !== undefined && { column }),
    lines: lines.slice(first - 1, line + around).map((each, i) => ({
      number: first + i,
      text: each.length > longest ? `${each.slice(0, longest)}…` : each,
    })),
  };
}

/** Where a string stands in its YAML file: on the line of its key, or below it when it is a block (`|`). */
function placeOfKey(
  key: string,
  lineWithin: number,
  text: string,
): Pick<SourcePlace, 'line' | 'column'> | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  // A key may be written `a: {b: …}` or, with its dot, `a.b: …`.
  const node = document.getIn(key.split('.'), true) ?? document.get(key, true);
  if (!isScalar(node) || !node.range) return undefined;
  const { line, col } = counter.linePos(node.range[0]);
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'
    ? { line: line + lineWithin }
    : { line, column: col };
}
