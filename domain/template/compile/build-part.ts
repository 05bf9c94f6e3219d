import type { Context, Op, Part, Path } from '../compiled.ts';
import { type Token, tokensIn } from './tokens.ts';

interface Frame {
  readonly token: Token | undefined;
  readonly path: Path;
  readonly branches: Op[][];
  /** Opened by `{{else if}}`: closes together with the block before it. */
  readonly chained: boolean;
}

/**
 * Turns a text with tokens into operations. Blocks must be known to nest.
 *
 * @param contexts - Of every occurrence of a token, in order.
 */
export function buildPart(
  text: string,
  tokens: readonly Token[],
  contexts: readonly (Context | undefined)[],
): Part {
  const root: Op[] = [];
  const frames: Frame[] = [{ token: undefined, path: [0], branches: [root], chained: false }];
  const here = (): Op[] => frames.at(-1)?.branches.at(-1) ?? root;
  let done = 0;
  for (const [order, { index, start, end }] of tokensIn(text).entries()) {
    literal(here(), text.slice(done, start));
    done = end;
    const token = tokens[index];
    if (token === undefined) throw new Error(`a token without a tag: ${index}`);
    const context = contexts[order] ?? 't';
    switch (token.tag.kind) {
      case 'value':
        here().push(['v', token.tag.path, context]);
        break;
      case 'format':
        here().push(['f', token.tag.helper, token.tag.args, context]);
        break;
      case 'open':
        frames.push({ token, path: token.tag.path, branches: [[]], chained: false });
        break;
      case 'else':
        frames.at(-1)?.branches.push([]);
        break;
      case 'else-if':
        frames.at(-1)?.branches.push([]);
        frames.push({ token: undefined, path: token.tag.path, branches: [[]], chained: true });
        break;
      case 'close':
        while (frames.at(-1)?.chained) close(frames);
        close(frames);
        break;
    }
  }
  literal(here(), text.slice(done));
  return root;
}

function literal(ops: Op[], text: string): void {
  if (text !== '') ops.push(text);
}

function close(frames: Frame[]): void {
  const frame = frames.pop();
  if (frame === undefined) throw new Error('a block closes that was never opened');
  const { path, token } = frame;
  const [first = [], second = []] = frame.branches;
  const block = token?.tag.kind === 'open' ? token.tag.block : 'if';
  const op: Op =
    block === 'each'
      ? ['e', path, first, second]
      : block === 'unless'
        ? ['i', path, second, first]
        : ['i', path, first, second];
  frames.at(-1)?.branches.at(-1)?.push(op);
}
