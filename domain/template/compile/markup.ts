import { QuoteType, Tokenizer } from 'htmlparser2';

/** What `walkMarkup` meets; offsets are those of the whole text, also inside Outlook's conditional comments. */
export type Markup =
  | ({ readonly kind: 'open'; readonly name: string } & Range)
  | ({ readonly kind: 'attribute-name' } & Range)
  | ({
      readonly kind: 'attribute';
      readonly element: string;
      readonly name: string;
      readonly quote: Quote;
    } & Range)
  | ({ readonly kind: 'open-end'; readonly name: string; readonly selfClosing: boolean } & Range)
  | ({ readonly kind: 'close'; readonly name: string } & Range)
  | ({ readonly kind: 'text'; readonly raw: string } & Range)
  | ({ readonly kind: 'comment' } & Range)
  | ({ readonly kind: 'other' } & Range);

export type Quote = '"' | "'" | '';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Elements whose content is not markup; `title` and `textarea` hold text, the others code. */
const rawElements: ReadonlySet<string> = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'plaintext',
]);

/**
 * Goes through markup from left to right.
 *
 * @param visit - Gets every piece; the `raw` of a text is the element whose content is not markup, or empty.
 * @param base - Added to every offset.
 */
export function walkMarkup(
  text: string,
  options: { readonly xml: boolean },
  visit: (markup: Markup) => void,
  base = 0,
): void {
  let element = '';
  let raw = '';
  let attribute = { name: '', start: -1, end: -1 };
  const nothing = (): void => {};
  const openEnd = (end: number, selfClosing: boolean): void => {
    visit({ kind: 'open-end', name: element, start: base + end, end: base + end + 1, selfClosing });
    if (!options.xml && rawElements.has(element)) raw = element;
  };
  const tokenizer = new Tokenizer(
    { xmlMode: options.xml, decodeEntities: false },
    {
      onopentagname(start, end) {
        element = text.slice(start, end).toLowerCase();
        visit({ kind: 'open', name: element, start: base + start - 1, end: base + end });
      },
      onattribname(start, end) {
        attribute = { name: text.slice(start, end).toLowerCase(), start: -1, end };
        visit({ kind: 'attribute-name', start: base + start, end: base + end });
      },
      onattribdata(start, end) {
        attribute = { ...attribute, start: attribute.start < 0 ? start : attribute.start, end };
      },
      onattribend(quote, end) {
        const start = attribute.start < 0 ? end : attribute.start;
        visit({
          kind: 'attribute',
          element,
          name: attribute.name,
          quote: quote === QuoteType.Double ? '"' : quote === QuoteType.Single ? "'" : '',
          start: base + start,
          end: base + (attribute.start < 0 ? end : attribute.end),
        });
      },
      onopentagend: (end) => openEnd(end, false),
      onselfclosingtag: (end) => openEnd(end, true),
      onclosetag(start, end) {
        const name = text.slice(start, end).trim().toLowerCase();
        if (name === raw) raw = '';
        visit({ kind: 'close', name, start: base + start - 2, end: base + end });
      },
      ontext: (start, end) => visit({ kind: 'text', raw, start: base + start, end: base + end }),
      oncomment: (start, end, closing) =>
        visit({ kind: 'comment', start: base + start, end: base + end - closing }),
      oncdata: (start, end) => visit({ kind: 'other', start: base + start, end: base + end }),
      ondeclaration: (start, end) => visit({ kind: 'other', start: base + start, end: base + end }),
      onprocessinginstruction: (start, end) => visit({ kind: 'other', start: base + start, end: base + end }),
      onattribentity: nothing,
      ontextentity: nothing,
      onend: nothing,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
}

/** What Outlook for Windows reads as markup inside a comment, or undefined for a plain comment. */
export function conditionalContent(
  comment: string,
): { readonly offset: number; readonly html: string } | undefined {
  const match = /^(\[if [^\]]*\]>)([\s\S]*)<!\[endif\]$/.exec(comment);
  return match ? { offset: (match[1] ?? '').length, html: match[2] ?? '' } : undefined;
}
