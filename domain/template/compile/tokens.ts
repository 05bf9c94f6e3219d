import { limits } from '../compiled.ts';
import { ExpressionError, parseExpression, type Tag } from './expression.ts';
import { scanTags } from './scan-tags.ts';
import type { Report, TemplateMeta } from './source.ts';
import type { SourceText } from './source-text.ts';
import { placeOf } from './source-text.ts';

/** One `{{…}}` that is a word in the text that MJML sees. */
export interface Token {
  readonly tag: Tag;
  /** As written, braces included. */
  readonly raw: string;
  readonly place: string;
  /** Offset in the text with tokens in it. */
  readonly offset: number;
  /** True when it comes from a string file and not from the MJML. */
  readonly fromMessage: boolean;
  /** The block that this tag opens, divides or closes; -1 for a hole. */
  readonly block: number;
  /** The blocks around it, outermost first, as `block.branch`. */
  readonly within: readonly string[];
}

/** A text whose tags were replaced with words that no template contains. */
export interface Tokenised {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The offset in the assembled source of an offset in `text`. */
  readonly sourceOffset: (offset: number) => number;
}

const stem = 'x7f3a';
const tokenPattern = /x7f3a([0-9a-f]{5})x/g;

/** The tokens that occur in a text, in order. */
export function tokensIn(text: string): { index: number; start: number; end: number }[] {
  return [...text.matchAll(tokenPattern)].map((match) => ({
    index: Number.parseInt(match[1] ?? '', 16),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Replaces every tag with a token, drops comments and checks that blocks close in the order they opened. */
export function tokenise(
  source: SourceText,
  defaults: Pick<TemplateMeta, 'currency' | 'timeZone'>,
  report: Report,
): Tokenised {
  const tokens: Token[] = [];
  const cuts: { offset: number; source: number }[] = [{ offset: 0, source: 0 }];
  const nesting = new Nesting(report);
  let text = '';
  let done = 0;
  const [reserved] = tokensIn(source.text);
  if (reserved) report('reserved-word', reserved.start, `"${stem}" and six more characters are reserved`);
  for (const raw of scanTags(source.text, report)) {
    text += source.text.slice(done, raw.start);
    done = raw.end;
    const written = source.text.slice(raw.start, raw.end);
    const tag = raw.comment ? undefined : expression(raw.inner, written, raw.start, defaults, report);
    const position = tag && nesting.place(tag, raw.start, written);
    if (tag && position) {
      const place = placeOf(source, raw.start);
      tokens.push({
        tag,
        raw: written,
        place,
        offset: text.length,
        fromMessage: !isMjml(place),
        ...position,
      });
      text += `${stem}${(tokens.length - 1).toString(16).padStart(5, '0')}x`;
    }
    cuts.push({ offset: text.length, source: done });
  }
  text += source.text.slice(done);
  nesting.end();
  const sourceOffset = (offset: number): number => {
    const cut = cuts.findLast((candidate) => candidate.offset <= offset);
    return cut === undefined ? offset : cut.source + offset - cut.offset;
  };
  return { text, tokens, sourceOffset };
}

function isMjml(place: string): boolean {
  return /\.mjml:\d+:\d+$/.test(place);
}

function expression(
  inner: string,
  written: string,
  offset: number,
  defaults: Pick<TemplateMeta, 'currency' | 'timeZone'>,
  report: Report,
): Tag | undefined {
  try {
    return parseExpression(inner, defaults);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(error.code, offset, `${written}: ${error.message}`);
    return undefined;
  }
}

/** Which blocks are open while tags go by. */
class Nesting {
  readonly #open: { block: number; word: string; branch: number; offset: number; elseSeen: boolean }[] = [];
  readonly #report: Report;
  #count = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  place(tag: Tag, offset: number, written: string): Pick<Token, 'block' | 'within'> | undefined {
    const top = this.#open.at(-1);
    switch (tag.kind) {
      case 'value':
      case 'format':
        return { block: -1, within: this.#within() };
      case 'open': {
        this.#checkDepth(tag.block, offset, written);
        const within = this.#within();
        this.#open.push({ block: this.#count, word: tag.block, branch: 0, offset, elseSeen: false });
        return { block: this.#count++, within };
      }
      case 'else':
      case 'else-if':
        if (top === undefined || top.elseSeen || (tag.kind === 'else-if' && top.word === 'each')) {
          this.#report('stray-else', offset, `${written} belongs to no open block`);
          return undefined;
        }
        top.branch++;
        top.elseSeen = tag.kind === 'else';
        return { block: top.block, within: this.#within().slice(0, -1) };
      case 'close':
        if (top?.word !== tag.block) {
          this.#report(
            'block-mismatch',
            offset,
            `${written} closes ${top ? `a block {{#${top.word}}}` : 'nothing'}`,
          );
          return undefined;
        }
        this.#open.pop();
        return { block: top.block, within: this.#within() };
    }
  }

  end(): void {
    for (const { word, offset } of this.#open) {
      this.#report('block-open', offset, `{{#${word}}} is never closed; add {{/${word}}}`);
    }
  }

  #within(): string[] {
    return this.#open.map(({ block, branch }) => `${block}.${branch}`);
  }

  #checkDepth(word: string, offset: number, written: string): void {
    const lists = this.#open.filter((open) => open.word === 'each').length;
    if (this.#open.length >= limits.blockNesting || (word === 'each' && lists >= limits.listNesting)) {
      this.#report(
        'nesting',
        offset,
        `${written} is nested too deeply; ${limits.blockNesting} blocks and ${limits.listNesting} lists are allowed`,
      );
    }
  }
}
