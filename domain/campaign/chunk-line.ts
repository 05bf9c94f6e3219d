import type { ChunkRow } from './campaign.ts';

/** What JSON escapes in a string, lone surrogates among it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const toEscape = /["\\\0-\x1f\ud800-\udfff]/;

/** A row whose name and locale may be named and undefined. */
type Row = { readonly [K in keyof ChunkRow]: ChunkRow[K] | undefined } & Pick<ChunkRow, 'r' | 'a' | 'd'>;

/** `JSON.stringify` and a line end, in a third of its time where rows are flat, as those of CSV are. */
export function chunkLine({ r, a, n, l, d }: Row): string {
  let line = `{"r":${r},"a":${quoted(a)}`;
  if (n !== undefined) {
    line += `,"n":${quoted(n)}`;
  }
  if (l !== undefined) {
    line += `,"l":${quoted(l)}`;
  }
  line += ',"d":{';
  let separator = '';
  for (const name of Object.keys(d)) {
    const value = d[name];
    const json = typeof value === 'string' ? quoted(value) : JSON.stringify(value);
    if (json !== undefined) {
      line += `${separator}${quoted(name)}:${json}`;
      separator = ',';
    }
  }
  return `${line}}}\n`;
}

function quoted(text: string): string {
  return toEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}
