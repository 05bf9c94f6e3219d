import { Parser } from 'htmlparser2';
import { type Colour, colourOf } from './colour.ts';

/** A mail's HTML as the rules look at it. */
export interface Page {
  /** All elements in the order of their start tags; what only Outlook for Windows reads is not among them. */
  readonly elements: readonly PageElement[];
  /** Runs of text that a reader sees. */
  readonly texts: readonly TextRun[];
  readonly title: string;
  /** Text of the first hidden element of the body, which inboxes show behind the subject. */
  readonly preheader: string;
}

export interface PageElement {
  readonly name: string;
  /** Decoded. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What is seen inside of it, alternative texts included. */
  readonly text: string;
  readonly hidden: boolean;
  /** Names of the elements around it, outermost first. */
  readonly within: readonly string[];
  /** Names of the elements inside it. */
  readonly holds: ReadonlySet<string>;
}

export interface TextRun {
  readonly text: string;
  /** Undefined where only a style sheet or the reader's program knows. */
  readonly colour: Colour | undefined;
  readonly background: Colour | undefined;
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly within: readonly string[];
  readonly holds: Set<string>;
  readonly hidden: boolean;
  readonly colour: Colour | undefined;
  readonly background: Colour | undefined;
  text: string;
}

const unseen: ReadonlySet<string> = new Set(['head', 'style', 'script', 'title', 'noscript', 'template']);
const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];

/** Reads HTML into what the rules need. */
export function pageOf(html: string): Page {
  const stack: Open[] = [];
  const elements: Open[] = [];
  const texts: TextRun[] = [];
  let title = '';
  let preheader: Open | undefined;

  const parser = new Parser({
    onopentag(name, attributes) {
      const parent = stack.at(-1);
      const style = styleOf(attributes.style ?? '');
      const concealed = style.get('display') === 'none';
      const element: Open = {
        name,
        attributes,
        within: stack.map((each) => each.name),
        holds: new Set(),
        hidden: parent?.hidden === true || unseen.has(name) || concealed,
        colour: colourIn(name, attributes, style, parent),
        background: backgroundIn(attributes, style, parent),
        text: '',
      };
      for (const each of stack) each.holds.add(name);
      if (concealed && preheader === undefined && parent?.hidden !== true) preheader = element;
      elements.push(element);
      stack.push(element);
      if (name === 'img' && !element.hidden) say(attributes.alt ?? '');
    },
    ontext(text) {
      const element = stack.at(-1);
      if (element?.name === 'title') title += text;
      if (preheader && stack.includes(preheader)) preheader.text += text;
      if (element === undefined || element.hidden) return;
      say(text);
      const { colour, background } = element;
      if (text.trim() !== '') texts.push({ text: text.trim(), colour, background });
    },
    onclosetag: () => stack.pop(),
  });
  const say = (text: string): void => {
    for (const each of stack) if (!each.hidden) each.text += text;
  };
  parser.end(html);
  return { elements, texts, title: title.trim(), preheader: spaced(preheader?.text ?? '') };
}

/** The spaces and joiners with which a preheader keeps what follows out of the inbox line are no text. */
function spaced(text: string): string {
  return text.replace(/(?:[\u00a0\u00ad\u200b-\u200f\u2007\ufeff\s]|\u034f)+/g, ' ').trim();
}

/** Declarations by property, in lower case; the last one wins. */
export function styleOf(style: string): Map<string, string> {
  return new Map(
    style
      .split(/;(?![^(]*\))/)
      .map((declaration): [string, string] => {
        const colon = declaration.indexOf(':');
        return [declaration.slice(0, colon).trim().toLowerCase(), declaration.slice(colon + 1).trim()];
      })
      .filter(([property]) => property !== ''),
  );
}

function colourIn(
  name: string,
  attributes: Readonly<Record<string, string>>,
  style: ReadonlyMap<string, string>,
  parent: Open | undefined,
): Colour | undefined {
  const own = style.get('color') ?? (name === 'font' ? attributes.color : undefined);
  if (own !== undefined && own !== 'inherit') return colourOf(own);
  // A link without a colour of its own has that of a style sheet or of the reader's program.
  if (name === 'a' && attributes.href !== undefined && own !== 'inherit') return undefined;
  return parent ? parent.colour : black;
}

function backgroundIn(
  attributes: Readonly<Record<string, string>>,
  style: ReadonlyMap<string, string>,
  parent: Open | undefined,
): Colour | undefined {
  const around = parent ? parent.background : white;
  const shorthand = style.get('background');
  const own = style.get('background-color') ?? colourWord(shorthand) ?? attributes.bgcolor;
  const pictured = /url\(|gradient\(/i.test(`${shorthand} ${style.get('background-image')}`);
  if (own === undefined || /^(?:transparent|inherit|none|initial)$/i.test(own))
    return pictured ? undefined : around;
  return colourOf(own);
}

function colourWord(shorthand: string | undefined): string | undefined {
  if (shorthand === undefined) return undefined;
  const words = shorthand.replace(/url\([^)]*\)/gi, ' ').match(/rgba?\([^)]*\)|[^\s]+/gi) ?? [];
  return words.find((word) => colourOf(word) !== undefined);
}
