import { LineCounter, parseDocument } from 'yaml';
import type { TemplateSource } from '../compile/source.ts';
import { escapeHtml } from '../escape.ts';
import type { Issue } from './finding.ts';

type Place = Pick<Issue, 'file' | 'line' | 'column'>;

/** Where the sources write a text that the mail shows: in the MJML, a shared part, or a string. Empty when it cannot be known. */
export function placeOfText(source: TemplateSource, locale: string, text: string): Place {
  if (text === '') return {};
  const escaped = escapeHtml(text);
  for (const [file, mjml] of mjmlFiles(source)) {
    const at = [mjml.indexOf(text), mjml.indexOf(escaped)].find((offset) => offset >= 0);
    if (at !== undefined) return placeIn(file, mjml, at);
  }
  return placeOfString(
    source,
    locale,
    (string) => string.includes(text) || literalsOf(string).some((part) => text.includes(part)),
  );
}

/** Every place where the MJML matches, the shared parts included. */
export function placesOfMarkup(
  source: TemplateSource,
  pattern: RegExp,
  wanted: (match: string) => boolean,
): Place[] {
  return mjmlFiles(source).flatMap(([file, mjml]) =>
    [...mjml.matchAll(new RegExp(pattern, 'g'))]
      .filter(([match]) => wanted(match))
      .map(({ index }) => placeIn(file, mjml, index)),
  );
}

/** Where the MJML first matches, the shared parts included. */
export function placeOfMarkup(source: TemplateSource, pattern: RegExp): Place {
  for (const [file, mjml] of mjmlFiles(source)) {
    const at = mjml.search(pattern);
    if (at >= 0) return placeIn(file, mjml, at);
  }
  return {};
}

/** Where the string of a key stands: the template's own, or the shared one. */
export function placeOfKey(source: TemplateSource, locale: string, key: string): Place {
  const own = Object.hasOwn(source.messages[locale] ?? {}, key);
  const name = own ? `${locale}.yaml` : `_shared/${locale}.yaml`;
  const text = source.stringFiles?.[name];
  return { file: `${name} (${key})`, ...(text !== undefined && lineOfKey(text, key)) };
}

function placeOfString(source: TemplateSource, locale: string, matches: (string: string) => boolean): Place {
  const strings = { ...source.sharedMessages[locale], ...source.messages[locale] };
  const found = Object.entries(strings).find(([, string]) => matches(string));
  return found ? placeOfKey(source, locale, found[0]) : {};
}

/** The parts of a string between its tags that are long enough to recognise it by. */
function literalsOf(string: string): string[] {
  return string
    .split(/\{\{[^}]*\}\}|\n/)
    .map((part) => part.trim())
    .filter((part) => part.length >= 6);
}

/** The MJML of a template and of the shared parts that it uses, by file. */
function mjmlFiles(source: TemplateSource): [file: string, mjml: string][] {
  const shared = Object.entries(source.sharedParts).map(([name, mjml]): [string, string] => [
    `_shared/${name}.mjml`,
    mjml,
  ]);
  return [
    ['template.mjml', source.mjml],
    ...shared.filter(([, mjml]) => mjml !== '').filter(([file]) => isUsed(source, file)),
  ];
}

/** Whether the template refers to a shared part, through other parts included. */
function isUsed({ mjml, sharedParts }: TemplateSource, file: string): boolean {
  const reference = `{{@shared.${file.slice('_shared/'.length, -'.mjml'.length)}}}`;
  return [mjml, ...Object.values(sharedParts)].some((text) => text.includes(reference));
}

function placeIn(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { file, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function lineOfKey(text: string, key: string): Omit<Place, 'file'> {
  const lineCounter = new LineCounter();
  const node = parseDocument(text, { lineCounter }).getIn(key.split('.'), true);
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return {};
  const [start] = node.range;
  if (typeof start !== 'number') return {};
  const { line, col } = lineCounter.linePos(start);
  return { line, column: col };
}
