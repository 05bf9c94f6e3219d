import { expand, lookupOf } from '../compile/expand.ts';
import { type Markup, walkMarkup } from '../compile/markup.ts';
import { contentElements } from '../compile/mjml-rules.ts';
import { pieceOfFile, placeOf } from '../compile/source-text.ts';
import type { CheckedMail } from './checked-mail.ts';
import type { Issue } from './finding.ts';

type Say = (start: number, rule: string, message: string, remedy: string) => void;

/** What MJML's validator lets pass and its compiler leaves out: text between elements, classes that there are not, attributes given twice. */
export function droppedRule({ source, locale }: CheckedMail): Issue[] {
  const file = pieceOfFile('template.mjml', source.mjml);
  const whole = expand(file, 'mjml', source, lookupOf(source, locale), () => undefined);
  const found: Issue[] = [];
  const say: Say = (start, rule, message, remedy) => {
    const [, name = '', line, column] = /^(.*):(\d+):(\d+)$/.exec(placeOf(whole, start)) ?? [];
    const place = { file: name, line: Number(line), column: Number(column) };
    found.push({ severity: 'error', rule, ...place, message, remedy });
  };
  const isContent = contentTracker();
  const checkAttribute = attributeCheck(whole.text, say);
  walkMarkup(whole.text, { xml: false }, (markup) => {
    const inContent = isContent(markup);
    checkAttribute(markup);
    if (markup.kind !== 'text' || inContent) return;
    const text = whole.text.slice(markup.start, markup.end);
    if (text.trim() === '') return;
    const start = markup.start + text.length - text.trimStart().length;
    const message = `MJML drops "${text.trim().slice(0, 40)}", which stands between elements`;
    say(start, 'dropped-text', message, 'move it into mj-text, or delete it');
  });
  return found;
}

/** Tells of each piece, from left to right, whether it stands inside an element that holds HTML or text. */
function contentTracker(): (markup: Markup) => boolean {
  const open: string[] = [];
  let opened = '';
  return (markup) => {
    if (markup.kind === 'open') {
      opened = contentElements.has(markup.name) || markup.name === 'mj-html-attribute' ? markup.name : '';
      if (opened !== '') open.push(opened);
    } else if (markup.kind === 'open-end') {
      if (markup.selfClosing && opened !== '') open.pop();
      opened = '';
    } else if (markup.kind === 'close' && open.at(-1) === markup.name) {
      open.pop();
    }
    return open.length > 0;
  };
}

function attributeCheck(text: string, say: Say): (markup: Markup) => void {
  const classes = new Set(
    [...text.matchAll(/<mj-class\b[^>]*?\bname\s*=\s*["']([^"']*)["']/gi)].map(([, name]) => name),
  );
  let given = new Set<string>();
  return (markup) => {
    if (markup.kind === 'open') given = new Set();
    if (markup.kind !== 'attribute' || !markup.element.startsWith('mj-')) return;
    const { name, start, end } = markup;
    if (given.has(name)) {
      say(
        start,
        'dropped-attribute',
        `MJML drops the second ${name} of this ${markup.element}`,
        'delete one of them',
      );
    }
    given.add(name);
    if (name !== 'mj-class') return;
    for (const each of text.slice(start, end).split(/\s+/).filter(Boolean)) {
      if (classes.has(each)) continue;
      say(
        start,
        'unknown-mj-class',
        `there is no mj-class "${each}"`,
        'define it in mj-attributes, or write css-class',
      );
    }
  };
}
