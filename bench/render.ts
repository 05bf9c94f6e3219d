import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { loadMjml } from '../cli/template/mjml-compiler.ts';
import { readTemplates } from '../cli/template/read-folder.ts';
import { compileTemplate } from '../domain/template/compile/compile-template.ts';
import { expand, lookupOf } from '../domain/template/compile/expand.ts';
import type { TemplateSource } from '../domain/template/compile/source.ts';
import { pieceOfFile } from '../domain/template/compile/source-text.ts';
import type { CompiledLocale } from '../domain/template/compiled.ts';
import { mustachesOf } from '../domain/template/mustache.ts';
import { type RenderedMail, renderMail } from '../domain/template/render.ts';
import type { Benchmark } from './main.ts';
import { handlebarsHelpers } from './timing/handlebars-helpers.ts';
import { medianOf, rounds, type Timed } from './timing/rounds.ts';

type Data = Readonly<Record<string, unknown>>;
type Mail = Pick<RenderedMail, 'subject' | 'html' | 'text'>;

/** For one template, all rounds together. */
const seconds = 4;

/**
 * `ours` is all of `renderMail` in the template's default locale: the check against the schema, then subject, HTML and
 * text. The data is the template's sample, and another for each mail: other numbers, times and links. It is held against
 *
 * - `naiveRatio`: what it replaces. The values are put into the MJML, by a Handlebars template compiled once, and
 *   `mjml` runs on it with the options of our compiler, so that both make the same HTML; HTML alone, neither subject
 *   nor text nor a check;
 * - `naiveDefaultsRatio`: the same with the defaults of `mjml`, which leave out the minifier and make a fifth more HTML;
 * - `encodeRatio`: UTF-8-encoding the finished subject, HTML and text;
 * - `handlebarsRatio`: Handlebars with the same compiled subject, HTML and text, compiled once, with the same cached
 *   formatters, and without any check.
 *
 * Ours and Handlebars end with the strings as they come out, which V8 makes flat when they are read first. All take
 * turns within each round; a ratio is the median of those of the rounds, in CPU time of this process.
 */
export const benchmark: Benchmark = {
  about:
    'one mail, a line per template: MJML per recipient, UTF-8-encoding and compiled Handlebars against renderMail',
  async *run() {
    const [mjml, plain] = [loadMjml(), loadMjml('plain')];
    for (const source of await readTemplates('templates')) {
      const compilation = await compileTemplate(source, mjml);
      if (compilation.problems) throw new AggregateError(compilation.problems, `${source.name} is wrong`);
      const { template } = compilation;
      const locale = template.defaultLocale;
      const compiled = template.locales[locale];
      if (compiled === undefined) throw new Error(`${source.name} has no ${locale}`);
      const samples = Array.from({ length: 64 }, (_, n) => sampleOf(source, n));
      const mails = samples.map((data) => renderMail(template, locale, data));
      const viaHandlebars = handlebarsOf(compiled, locale);
      samples.forEach((data, n) => {
        requireSame(source.name, mails[n], viaHandlebars(data));
      });
      const mjmlOf = filledMjml(source, locale);
      const times = await rounds(seconds, {
        ours: eachInTurn(samples, (data) => lengthOf(renderMail(template, locale, data))),
        encode: eachInTurn(mails, encoded),
        handlebars: eachInTurn(samples, (data) => lengthOf(viaHandlebars(data))),
        naive: eachInTurn(samples, async (data) => (await mjml(mjmlOf(data))).html.length),
        naiveDefaults: eachInTurn(samples, async (data) => (await plain(mjmlOf(data))).html.length),
      });
      const ratio = (over: keyof typeof times, under: keyof typeof times): number =>
        medianOf(times[over].map((time, round) => time / (times[under][round] ?? Number.NaN)));
      yield {
        template: source.name,
        naiveRatio: Math.round(ratio('naive', 'ours')),
        naiveDefaultsRatio: Math.round(ratio('naiveDefaults', 'ours')),
        encodeRatio: rounded(ratio('ours', 'encode')),
        handlebarsRatio: rounded(ratio('handlebars', 'ours')),
        oursMicroseconds: rounded(medianOf(times.ours) * 1000),
        htmlBytes: Buffer.byteLength(mails[0]?.html ?? ''),
        rounds: times.ours.length,
      };
    }
  },
};

function sampleOf({ name, meta }: TemplateSource, n: number): Data {
  return {
    ...Object(varied(JSON.parse(readFileSync(`templates/${name}/sample.json`, 'utf8')), n)),
    recipient: { address: 'hanako@example.com', name: '届 花子' },
    ...(meta.category === 'marketing' && { unsubscribeUrl: 'https://unsubscribe.example.com/u/token' }),
  };
}

/** The same data for another recipient: every number, time and link is its own. */
function varied(value: unknown, n: number): unknown {
  if (typeof value === 'number') return value + n;
  if (typeof value === 'string') {
    return value
      .replace(/^(\d{4}-\d\d-\d\dT\d\d:)\d\d/, (_, hour: string) => `${hour}${10 + (n % 50)}`)
      .replace(/^(\d{4}-\d\d)-\d\d$/, (_, month: string) => `${month}-${10 + (n % 18)}`)
      .replace(/^https:\/\/.*[^/]$/, (url) => `${url}${n}`);
  }
  if (Array.isArray(value)) return value.map((item) => varied(item, n));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, varied(member, n)]));
}

function eachInTurn<T>(items: readonly T[], run: (item: T) => number | Promise<number>): Timed {
  let next = 0;
  return () => {
    const item = items[next++ % items.length];
    if (item === undefined) throw new Error('there is nothing to take turns with');
    return run(item);
  };
}

function lengthOf({ subject, html, text }: Mail): number {
  return subject.length + html.length + text.length;
}

function encoded({ subject, html, text }: Mail): number {
  return Buffer.from(subject).length + Buffer.from(html).length + Buffer.from(text).length;
}

function handlebarsOf({ subject, html, text }: CompiledLocale, locale: string): (data: Data) => Mail {
  const toText = withHelpers(locale, {}, 'text');
  const ofSubject = toText.compile(mustachesOf(subject), { noEscape: true });
  const ofText = toText.compile(mustachesOf(text), { noEscape: true });
  const ofHtml = withHelpers(locale, {}, 'html').compile(mustachesOf(html));
  return (data) => ({ subject: ofSubject(data), html: ofHtml(data), text: ofText(data) });
}

/** The template with its strings and shared parts in place, and its holes filled. */
function filledMjml(source: TemplateSource, locale: string): (data: Data) => string {
  const assembled = expand(
    pieceOfFile('template.mjml', source.mjml),
    'mjml',
    source,
    lookupOf(source, locale),
    (code) => {
      throw new Error(code);
    },
  );
  return withHelpers(locale, source.meta, 'html').compile(assembled.text);
}

function withHelpers(
  locale: string,
  meta: Partial<TemplateSource['meta']>,
  into: 'html' | 'text',
): typeof Handlebars {
  const handlebars = Handlebars.create();
  for (const [name, helper] of Object.entries(handlebarsHelpers(locale, meta, into))) {
    handlebars.registerHelper(name, helper);
  }
  return handlebars;
}

/** The figures mean something only when both make the same mail; they write some characters and empty lines apart. */
function requireSame(name: string, ours: Mail | undefined, theirs: Mail): void {
  const comparable = ({ subject, html, text }: Mail): string =>
    `${subject}${html}${text}`.replace(/&#x3D;|%3D/g, '=').replace(/\s+/g, '');
  if (ours === undefined || comparable(ours) !== comparable(theirs)) {
    throw new Error(`${name}: Handlebars makes another mail`);
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
