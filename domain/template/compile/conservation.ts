import type { Report } from './source.ts';
import { type Tokenised, tokensIn } from './tokens.ts';

/**
 * Checks that MJML kept every tag, and kept each inside the blocks it was written in: a block that MJML dropped
 * would make its content unconditional.
 */
export function checkConservation(source: Tokenised, html: string, report: Report): void {
  const seen = new Set<number>();
  const open: { block: number; branch: number }[] = [];
  const { tokens } = source;
  for (const { index } of tokensIn(html)) {
    const token = tokens[index];
    if (token === undefined) continue;
    seen.add(index);
    const top = open.at(-1);
    const continues = token.tag.kind !== 'value' && token.tag.kind !== 'format' && token.tag.kind !== 'open';
    if (continues && top?.block !== token.block) {
      report('block-moved', token.offset, `${token.raw} no longer belongs to its block after MJML`);
      return;
    }
    if (continues) open.pop();
    const around = open.map(({ block, branch }) => `${block}.${branch}`);
    if (around.join(' ') !== token.within.join(' ')) {
      report('block-moved', token.offset, `${token.raw} is no longer inside the same blocks after MJML`);
      return;
    }
    if (token.tag.kind === 'open') open.push({ block: token.block, branch: 0 });
    else if (continues && token.tag.kind !== 'close')
      open.push({ block: token.block, branch: (top?.branch ?? 0) + 1 });
  }
  for (const [index, token] of tokens.entries()) {
    if (!seen.has(index)) {
      report(
        'dropped',
        token.offset,
        `${token.raw} does not survive MJML here; move it into text, href, src or alt`,
      );
    }
  }
}
