import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
import { medianOf, rounds } from './timing/rounds.ts';

type Data = Readonly<Record<string, unknown>>;
type Mail = Pick<RenderedMail, 'subject' | 'html' | 'text'>;

/** For one template, all rounds together. */
const seconds = 4;

/**
 * `ours` is all of `renderMail` in the template's default locale with its sample data: the check against the schema,
 * then subject, HTML and text. It is held against
 *
 * - `naiveRatio`: what it replaces. The values are put into the MJML, by a Handlebars template compiled once, and
 *   `mjml` runs on it with its own defaults, which do not minify; HTML alone, without subject and text;
 * - `encodeRatio`: UTF-8-encoding the same finished subject, HTML and text;
 * - `handlebarsRatio`: Handlebars with the same compiled subject, HTML and text, compiled once, with the same cached
 *   formatters, and without any check.
 *
 * Strings are built as ropes; for ours and for Handlebars the time to make them flat is included. All take turns
 * within each round; a ratio is the median of those of the rounds.
 */
export const benchmark: Benchmark = {
  about:
    'one mail, a line per template: MJML per recipient, UTF-8-encoding and compiled Handlebars against renderMail',
  async *run() {
    const mjmlWithDefaults: (source: string) => Promise<{ html: string }> = createRequire(import.meta.url)(
      'mjml',
    );
    const compiler = loadMjml();
    for (const source of await readTemplates('templates')) {
      const { template } = await compileTemplate(source, compiler);
      const locale = source.meta.defaultLocale;
      const compiled = template?.locales[locale];
      if (template === undefined || compiled === undefined)
        throw new Error(`${source.name} does not compile`);
      const data = sampleOf(source);
      const finished = renderMail(template, locale, data);
      const viaHandlebars = handlebarsOf(compiled, locale);
      requireSame(source.name, finished, viaHandlebars(data));
      const mjmlOf = filledMjml(source, locale);
      const times = await rounds(seconds, {
        ours: () => flat(renderMail(template, locale, data)),
        encode: () => encoded(finished),
        handlebars: () => flat(viaHandlebars(data)),
        naive: async () => (await mjmlWithDefaults(mjmlOf(data))).html.length,
      });
      const ratio = (over: keyof typeof times, under: keyof typeof times): number =>
        medianOf(times[over].map((time, round) => time / (times[under][round] ?? Number.NaN)));
      yield {
        template: source.name,
        naiveRatio: Math.round(ratio('naive', 'ours')),
        encodeRatio: rounded(ratio('ours', 'encode')),
        handlebarsRatio: rounded(ratio('handlebars', 'ours')),
        oursMicroseconds: rounded(medianOf(times.ours) * 1000),
        htmlBytes: Buffer.byteLength(finished.html),
        rounds: times.ours.length,
      };
    }
  },
};

function sampleOf({ name, meta }: TemplateSource): Data {
  return {
    ...JSON.parse(readFileSync(`templates/${name}/sample.json`, 'utf8')),
    recipient: { address: 'hanako@example.com', name: '届 花子' },
    ...(meta.category === 'marketing' && { unsubscribeUrl: 'https://unsubscribe.example.com/u/token' }),
  };
}

/** Reading a character makes V8 copy a rope into one flat string. */
function flat({ subject, html, text }: Mail): number {
  return subject.charCodeAt(0) + html.charCodeAt(0) + text.charCodeAt(0);
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

/** The figures mean something only when both make the same mail; they escape quotes and URLs in their own ways. */
function requireSame(name: string, ours: Mail, theirs: Mail): void {
  const comparable = (mail: Mail) =>
    `${mail.subject}${mail.html}${mail.text}`.replace(/&#x3D;|%3D/g, '=').replace(/\s+/g, '');
  if (comparable(ours) !== comparable(theirs)) {
    const a = comparable(ours),
      b = comparable(theirs);
    let i = 0;
    while (a[i] === b[i]) i++;
    console.log(a.slice(i - 80, i + 80), '\n', b.slice(i - 80, i + 80));
    throw new Error(`${name}: Handlebars makes another mail`);
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
