import { escapeHtml } from '../escape.ts';
import { scanTags } from './scan-tags.ts';
import type { TemplateSource } from './source.ts';
import { cut, type Piece, pieceOfFile, type SourceText, sourceText } from './source-text.ts';

/** Shared parts inside shared parts, strings inside strings. */
const maxDepth = 5;

/** Looks strings up: the template's own first, then the shared ones. */
export type Lookup = (key: string) => { readonly text: string; readonly file: string } | undefined;

export function lookupOf(source: TemplateSource, locale: string): Lookup {
  return (key) => {
    const own = source.messages[locale]?.[key];
    if (own !== undefined) return { text: own, file: `${locale}.yaml (${key})` };
    const shared = source.sharedMessages[locale]?.[key];
    return shared === undefined ? undefined : { text: shared, file: `_shared/${locale}.yaml (${key})` };
  };
}

/**
 * Puts `{{@shared.name}}` and `{{@t.key}}` in their place, before anything else looks at the text. Strings are
 * plain text: in MJML they are escaped, and their line ends become `<br />` in text and spaces in attributes.
 *
 * @param report - Offsets are those of the file named with it.
 */
export function expand(
  root: Piece,
  into: 'mjml' | 'text',
  source: Pick<TemplateSource, 'sharedParts'>,
  lookup: Lookup,
  report: (code: string, piece: Piece, offset: number, message: string) => void,
): SourceText {
  const visit = (piece: Piece, depth: number, message: 'no' | 'in-text' | 'in-line'): Piece[] => {
    const out: Piece[] = [];
    let done = 0;
    const literal = (to: number): void => {
      if (to > done) out.push(...plainPiece(cut(piece, done, to), message));
      done = to;
    };
    // What is wrong with other tags is reported once, when the whole text is tokenised.
    for (const tag of scanTags(piece.text, () => undefined)) {
      const reference = /^@(shared|t)\.([\w.-]+)$/.exec(tag.inner);
      const [, kind, key = ''] = reference ?? [];
      if (!kind && message === 'no') continue;
      literal(tag.start);
      done = tag.end;
      if (!kind) {
        out.push(cut(piece, tag.start, tag.end));
        continue;
      }
      const shared = kind === 'shared';
      const sharedText = Object.hasOwn(source.sharedParts, key) ? source.sharedParts[key] : undefined;
      const found = shared
        ? sharedText !== undefined && into === 'mjml'
          ? pieceOfFile(`_shared/${key}.mjml`, sharedText)
          : undefined
        : pieceOfMessage(lookup(key));
      if (found === undefined || depth >= maxDepth) {
        const problem = found
          ? 'is nested too deeply'
          : shared
            ? 'is no shared part'
            : 'is no string of this locale';
        report(found ? 'nesting' : 'unknown-reference', piece, tag.start, `{{${tag.inner}}} ${problem}`);
        continue;
      }
      const style =
        into === 'text' || message === 'in-line' || !inText(piece.text, tag.start) ? 'in-line' : 'in-text';
      out.push(...visit(found, depth + 1, shared ? 'no' : style));
    }
    literal(piece.text.length);
    return out;
  };

  function plainPiece(piece: Piece, message: 'no' | 'in-text' | 'in-line'): Piece[] {
    if (message === 'no' || into === 'text') return [piece];
    const text = escapeHtml(piece.text).replaceAll('\n', message === 'in-text' ? '<br />' : ' ');
    return [{ ...piece, text, fixed: true }];
  }

  return sourceText(visit(root, 0, 'no'));
}

function pieceOfMessage(found: ReturnType<Lookup>): Piece | undefined {
  return found && pieceOfFile(found.file, found.text.replace(/\n+$/, ''));
}

/** False in an attribute, a title and a preheader, where markup would be shown or break. */
function inText(mjml: string, offset: number): boolean {
  const before = mjml.slice(0, offset);
  if (before.lastIndexOf('<') > before.lastIndexOf('>')) return false;
  return !/<mj-(?:title|preview)[^<]*$/i.test(before);
}
