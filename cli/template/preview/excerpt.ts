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
/** A line of a source can be the whole file; nobody reads on after so many characters. */
const longest = 240;

/** @returns undefined when the place names no line of that text. */
export function excerptOf({ line, column }: SourcePlace, text: string): Excerpt | undefined {
  const lines = text.split('\n');
  if (line === undefined || line > lines.length) return undefined;
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

/**
 * The compiler counts lines within a string; this is where the string stands in its file: on the line of its key, or
 * below it when it is a block (`|`).
 */
export function placeInFile({ file, key, line = 1 }: SourcePlace, text: string): SourcePlace {
  const unknown = { file, ...(key !== undefined && { key }) };
  if (key === undefined) return unknown;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  // A key may be written `a: {b: …}` or, with its dot, `a.b: …`.
  const node = document.getIn(key.split('.'), true) ?? document.get(key, true);
  if (!isScalar(node) || !node.range) return unknown;
  const start = lineCounter.linePos(node.range[0]);
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'
    ? { ...unknown, line: start.line + line }
    : { ...unknown, line: start.line, column: start.col };
}
