import { InputError } from '../../errors.ts';
import { type CompiledLocale, type Context, limits, type Part } from '../compiled.ts';
import { isHeaderSafe } from '../escape.ts';
import { buildPart } from './build-part.ts';
import { checkConservation } from './conservation.ts';
import { expand, type Lookup, lookupOf } from './expand.ts';
import { htmlContexts } from './html-contexts.ts';
import { checkMjml } from './mjml-rules.ts';
import { markUrls, textContexts, textOf } from './plain-text.ts';
import { readablePreheader } from './preheader.ts';
import type { MjmlCompiler, Report, TemplateSource } from './source.ts';
import { pieceOfFile, placeOf, sourceText } from './source-text.ts';
import { stableIds } from './stable-ids.ts';
import { type Tokenised, tokenise, tokensIn } from './tokens.ts';

/** Where in which template, as people and editors read it: `order-confirmation/template.mjml:12:5`. */
type Fail = (code: string, place: string, message: string) => void;

/** Thrown between the steps of one part when going on makes no sense; what is wrong has been reported. */
class Stop extends Error {}

/**
 * Compiles one locale of a template.
 *
 * @param problems - Receives all that is wrong, each naming template, locale, file, line and column.
 * @returns undefined when there are problems.
 */
export async function compileLocale(
  source: TemplateSource,
  locale: string,
  mjml: MjmlCompiler,
  problems: InputError[],
): Promise<CompiledLocale | undefined> {
  const before = problems.length;
  const fail = failInto(problems, source, locale);
  const lookup = lookupOf(source, locale);
  const fromName = lookup('fromName')?.text ?? '';
  if (fromName === '' || !isHeaderSafe(fromName) || fromName.includes('{{')) {
    fail(
      'from-name',
      `${locale}.yaml`,
      'fromName is a string of one line without {{…}}, here or in _shared/',
    );
  }
  const subject = await compileSubject(source, locale, problems);
  const body = await unlessStopped(() => bodyParts(source, locale, lookup, mjml, fail));
  if (problems.length > before || subject === undefined || body === undefined) return undefined;
  return { fromName, subject, ...body };
}

/**
 * Compiles the subject of one locale.
 *
 * @param problems - Receives all that is wrong.
 * @returns undefined when nothing can be made of it; a part may come with problems all the same.
 */
export async function compileSubject(
  source: TemplateSource,
  locale: string,
  problems: InputError[],
): Promise<Part | undefined> {
  const lookup = lookupOf(source, locale);
  const fail = failInto(problems, source, locale);
  return await unlessStopped(() => messagePart('subject', source, locale, lookup, fail, 'h'));
}

function failInto(problems: InputError[], { name }: TemplateSource, locale: string): Fail {
  return (code, place, message) => {
    const field = `${name}/${place}`;
    problems.push(new InputError(code, field, `${field} (${locale}): ${message}`));
  };
}

async function unlessStopped<T>(step: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Stop) return undefined;
    throw error;
  }
}

async function bodyParts(
  source: TemplateSource,
  locale: string,
  lookup: Lookup,
  mjml: MjmlCompiler,
  fail: Fail,
): Promise<{ html: Part; text: Part }> {
  const { tokenised, report, stopIfFailed } = prepared(
    'template.mjml',
    source.mjml,
    'mjml',
    source,
    lookup,
    fail,
  );
  checkMjml(tokenised, report);
  stopIfFailed();
  const html = await htmlOf(tokenised, mjml, report);
  stopIfFailed();
  checkConservation(tokenised, html, report);
  stopIfFailed();
  const { tokens } = tokenised;
  const reportToken = (index: number, code: string, remedy: string): void => {
    const token = tokens[index];
    if (token) report(code, token.offset, `${token.raw}: ${remedy}`);
  };
  const contexts = htmlContexts(html, tokens, reportToken);
  stopIfFailed();
  const derived = lookup('text') ? undefined : textContexts(textOf(html, tokens), tokens, reportToken);
  stopIfFailed();
  return {
    html: buildPart(html, tokens, contexts),
    text: derived
      ? buildPart(derived.text, tokens, derived.contexts)
      : messagePart('text', source, locale, lookup, fail, 'x'),
  };
}

/** Expands and tokenises one text; `report` counts in the tokenised text. */
function prepared(
  file: string,
  text: string,
  into: 'mjml' | 'text',
  source: TemplateSource,
  lookup: Lookup,
  fail: Fail,
): { tokenised: Tokenised; report: Report; stopIfFailed: () => void } {
  let failures = 0;
  const count: Fail = (...problem) => {
    failures++;
    fail(...problem);
  };
  const stopIfFailed = (): void => {
    if (failures > 0) throw new Stop();
  };
  const assembled = expand(pieceOfFile(file, text), into, source, lookup, (code, piece, offset, message) =>
    count(code, placeOf(sourceText([piece]), offset), message),
  );
  if (assembled.text.length > limits.sourceLength) {
    count(
      'source-too-long',
      `${file}:1:1`,
      `with its shared parts it exceeds ${limits.sourceLength} characters`,
    );
  }
  stopIfFailed();
  const tokenised = tokenise(assembled, source.meta, (code, offset, message) =>
    count(code, placeOf(assembled, offset), message),
  );
  stopIfFailed();
  const report: Report = (code, offset, message) =>
    count(code, placeOf(assembled, tokenised.sourceOffset(offset)), message);
  return { tokenised, report, stopIfFailed };
}

async function htmlOf({ text, tokens }: Tokenised, mjml: MjmlCompiler, report: Report): Promise<string> {
  const { html, errors } = await mjml(text);
  for (const { line, message } of errors) {
    // MJML knows the line of the element only; a tag that it stumbled over stands where it was written.
    const tags = tokensIn(message).flatMap(({ index }) => tokens[index] ?? []);
    const what = tags.reduce(
      (sentence, { raw }) => sentence.replace(/x7f3a[0-9a-f]{5}x/, () => raw),
      message,
    );
    for (const { offset } of tags) {
      report('mjml', offset, `${what}; this attribute is fixed when the template is compiled`);
    }
    if (tags.length === 0) report('mjml', offsetOfLine(text, line), what);
  }
  return stableIds(readablePreheader(html));
}

/** @param line - Counts from 1. */
function offsetOfLine(text: string, line: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((offset, { length }) => offset + length + 1, 0);
}

function messagePart(
  key: 'subject' | 'text',
  source: TemplateSource,
  locale: string,
  lookup: Lookup,
  fail: Fail,
  context: Context & ('h' | 'x'),
): Part {
  const found = lookup(key);
  if (found === undefined) {
    fail('missing-string', `${locale}.yaml`, `${key} is missing`);
    throw new Stop();
  }
  const text = key === 'subject' ? found.text.trim() : found.text;
  const { tokenised, report, stopIfFailed } = prepared(found.file, text, 'text', source, lookup, fail);
  if (context === 'h') {
    if (!isHeaderSafe(tokenised.text))
      fail('header', found.file, `${key} is not one line without control characters`);
    return buildPart(
      tokenised.text,
      tokenised.tokens,
      tokenised.tokens.map(({ block }) => (block < 0 ? 'h' : undefined)),
    );
  }
  const { text: plain, contexts } = textContexts(
    markUrls(tokenised.text),
    tokenised.tokens,
    (index, code, remedy) => {
      const token = tokenised.tokens[index];
      if (token) report(code, token.offset, `${token.raw}: ${remedy}`);
    },
  );
  stopIfFailed();
  return buildPart(plain, tokenised.tokens, contexts);
}
