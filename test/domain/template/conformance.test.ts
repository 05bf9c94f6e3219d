import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { compileFile } from '../../../cli/template/compile-file.ts';
import { loadMjml } from '../../../cli/template/mjml-compiler.ts';
import { InputError } from '../../../domain/errors.ts';
import { contentElements } from '../../../domain/template/compile/mjml-rules.ts';
import type { CompiledTemplate, Part } from '../../../domain/template/compiled.ts';
import { skeleton } from '../../templates/skeleton.ts';
import { aTemplate, compile, compiled, inBody, inColumn, inText } from './a-template.ts';
import { mjmlFixtures } from './mjml-fixtures.ts';
import { htmlOfMjml, htmlWith, officialMjml, repaired } from './official-mjml.ts';

const mjml = loadMjml();
const plain = loadMjml('plain');
const fixtures = Object.entries(mjmlFixtures).map(([what, source]) => ({ what, source }));

/** What a reader of the HTML finds: tags, attributes and their values, texts, with white space for as much as it is worth. */
function parsed(html: string): string[] {
  const found: string[] = [];
  const short = (text: string) => text.replace(/\s+/g, ' ').trim();
  let text = '';
  const add = (...more: readonly string[]) => {
    found.push(...[short(text), ...more].filter(Boolean));
    text = '';
  };
  const parser = new Parser({
    onopentag: (name, attributes) => add(`<${name} ${JSON.stringify(attributes)}>`),
    onclosetag: (name) => add(`</${name}>`),
    ontext: (piece) => {
      text += piece;
    },
    oncomment: (comment) =>
      add(...(comment.startsWith('[if') ? parsed(comment) : [`<!--${short(comment)}-->`])),
    onprocessinginstruction: (name, data) => add(`<${name} ${short(data)}>`),
  });
  parser.end(html.replace(/<!--\s*htmlmin:ignore\s*-->/g, ''));
  add();
  return found;
}

function htmlOf(template: CompiledTemplate): Part {
  return template.locales.en?.html ?? [];
}

describe('MJML without tags', () => {
  it.each(fixtures)(
    'becomes byte for byte what mjml makes of it by its defaults: $what',
    async ({ source }) => {
      const theirs = await officialMjml(source);
      expect(theirs.errors).toEqual([]);
      expect(await htmlOfMjml(source, plain)).toBe(repaired(theirs.html));
    },
  );

  it.each(fixtures)('is sent as the same HTML without idle white space: $what', async ({ source }) => {
    const [sent, whole] = [await htmlOfMjml(source, mjml), await htmlOfMjml(source, plain)];
    expect(parsed(sent)).toEqual(parsed(whole));
    expect(sent.length).toBeLessThanOrEqual(whole.length);
  });

  it.each(fixtures)('has the same hash every time: $what', async ({ source }) => {
    const [once, again] = [
      await compiled(aTemplate({ mjml: source })),
      await compiled(aTemplate({ mjml: source })),
    ];
    expect(again.hash).toBe(once.hash);
  });

  it('is sent as what mjml makes with the options that docs/templates.md names', async () => {
    const [, options = ''] =
      /```js\nmjml2html\(source, (\{.*?\})\)/s.exec(readFileSync('docs/templates.md', 'utf8')) ?? [];
    const named = JSON.parse(
      options
        .replace(/(\w+):/g, '"$1":')
        .replace(/'/g, '"')
        .replace(/,(\s*\})/g, '$1'),
    );
    for (const { source } of fixtures) {
      expect(await htmlOfMjml(source, mjml)).toBe(repaired((await officialMjml(source, named)).html));
    }
  });

  it.each([
    {
      what: 'a text left open',
      line: 3,
      source: inBody('\n<mj-section><mj-column>\n<mj-text>a\n</mj-column></mj-section>'),
    },
    { what: 'a wrapper left open', line: 2, source: inBody(`\n<mj-wrapper>\n<mj-section></mj-section>`) },
    { what: 'a file cut short', line: 2, source: '<mjml><mj-body>\n<mj-section>\n' },
    {
      what: 'an image that swallows the next',
      line: 2,
      source: inColumn(
        `<mj-carousel>\n<mj-carousel-image src="https://example.com/a.png"><mj-carousel-image src="https://example.com/b.png"></mj-carousel>`,
      ),
    },
    { what: 'a tag in a textarea', line: 2, source: inText('\n<textarea>a<b</textarea>') },
    { what: 'an end tag in capitals', line: 2, source: inColumn('<mj-text>a\n</MJ-TEXT>') },
    { what: 'an include', line: 2, source: inBody('\n<mj-include path="a.mjml" />') },
    { what: 'no body', line: 1, source: '<mjml></mjml>' },
    { what: 'nothing', line: 1, source: '' },
  ])('is refused at its line when MJML would lose a part of it: $what', async ({ source, line }) => {
    const { problems = [] } = await compileFile('a.mjml', source, {}, mjml);
    expect(problems.map((problem) => problem.line)).toContain(line);
  });
});

it('the elements that hold HTML are those that MJML takes for such', () => {
  const { components } = createRequire(import.meta.url)('mjml-core');
  const theirs = Object.entries<{ endingTag?: boolean }>(components).filter(([, { endingTag }]) => endingTag);
  expect([...contentElements].sort()).toEqual(theirs.map(([name]) => name).sort());
});

describe('MJML with tags', () => {
  const forms = [
    (name: string) => `{{${name}}}`,
    (name: string) => `{{lines ${name}}}`,
    (name: string) => `{{#if ${name}}}{{${name}}}{{/if}}`,
    (name: string) => `{{#each ${name}}}{{this}}{{/each}}`,
  ];
  /** Somewhere at all, as a whole attribute value, at the start of a text: as shares of what there is. */
  const place = fc.record({
    kind: fc.constantFrom('anywhere', 'attribute', 'text', 'text'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    form: fc.nat({ max: forms.length - 1 }),
  });
  const short = fixtures.filter(({ source }) => source.length < 5_000);
  const tagged = fc
    .record({
      fixture: fc.constantFrom(...short),
      places: fc.array(place, { minLength: 1, maxLength: 2 }),
    })
    .map(({ fixture, places }) => withTags(fixture.source, places));

  function withTags(mjml: string, places: readonly { kind: string; at: number; form: number }[]): Tagged {
    let source = mjml;
    const holes: Hole[] = [];
    for (const [n, { kind, at, form }] of places.entries()) {
      const gaps = gapsIn(source, kind);
      const [from, to] = gaps[Math.floor(at * gaps.length)] ?? [0, 0];
      const name = n === 0 ? 'zqa' : 'zqb';
      const written = forms[form]?.(name) ?? '';
      source = source.slice(0, from) + written + source.slice(to);
      holes.push({ name, written, isList: written.includes('#each') });
    }
    return { source, holes };
  }

  it('keeps every hole where it was written and escapes it, or names it with its line', async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(tagged, async ({ source, holes }) => {
        const compilation = await compile(aTemplate({ mjml: source }));
        if (compilation.problems) {
          const { problems } = compilation;
          const lines = holes.map(({ written }) => lineOf(source, written));
          const named = problems.map(({ field }) => Number(/:(\d+):\d+$/.exec(field)?.[1] ?? 1));
          // A hole in the middle of a tag makes more of what follows wrong.
          expect(named.filter((line) => lines.includes(line))).not.toEqual([]);
          return;
        }
        const { template } = compilation;
        const { html: ours, words } = renderedWithWords(template, holes);
        const filled = holes.reduce(
          (text, { name, written }) => text.replace(written, () => words[name] ?? ''),
          source,
        );
        expect(ours).toBe(repaired((await mjml(filled)).html));
        for (const { name } of holes) expect(ours).toContain(words[name]);
        expect(skeletonWithHostile(template, holes) ?? skeleton(ours)).toEqual(skeleton(ours));
        kept++;
      }),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(30);
  });

  it('comes back as mustaches that mean the same', async () => {
    const source = inText(
      '{{a}} {{#if b.c}}1{{else if d}}{{lines e}}{{else}}2{{/if}} {{#each f}}{{this}}{{../a}}{{else}}none{{/each}} {{#each g}}{{h}}{{/each}} {{date i \'long\' "Asia/Tokyo"}} {{number j 2}} {{currency k l}}',
    );
    const once = await compileFile('a.mjml', source, {}, mjml);
    const written = once.problems ? '' : (/<div[^>]*>(\{\{a\}\}.*?)<\/div>/s.exec(once.html)?.[1] ?? '');
    const [first, second] = [
      await compiled(aTemplate({ mjml: source })),
      await compiled(aTemplate({ mjml: inText(written) })),
    ];
    expect(htmlOf(second)).toEqual(htmlOf(first));
  });
});

interface Hole {
  readonly name: string;
  /** The tags, as they stand in the source. */
  readonly written: string;
  readonly isList: boolean;
}

interface Tagged {
  readonly source: string;
  readonly holes: readonly Hole[];
}

/** Ranges that a hole may replace; most are empty. */
function gapsIn(source: string, kind: string): [number, number][] {
  if (kind === 'anywhere') return Array.from({ length: source.length }, (_, at) => [at, at]);
  const pattern = kind === 'attribute' ? /="([^"{}]*)"/g : />()(?=[^<\s])/g;
  return [...source.matchAll(pattern)].map((match) => {
    const from = match.index + match[0].indexOf(match[1] ?? '', kind === 'attribute' ? 2 : 1);
    return [from, from + (match[1] ?? '').length];
  });
}

function lineOf(source: string, text: string): number {
  return source.slice(0, source.indexOf(text)).split('\n').length;
}

function dataOf(holes: readonly Hole[], words: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(holes.map(({ name, isList }) => [name, isList ? [words[name]] : words[name]]));
}

/** Words that every context takes, but a URL where one has to start. */
function renderedWithWords(
  template: CompiledTemplate,
  holes: readonly Hole[],
): { html: string; words: Record<string, string> } {
  const words = Object.fromEntries(holes.map(({ name }) => [name, name]));
  for (;;) {
    try {
      return { html: htmlWith(template, dataOf(holes, words)), words };
    } catch (error) {
      if (!(error instanceof InputError) || error.code !== 'unsafe-url') throw error;
      const name = error.field.slice(0, 3);
      if (words[name] !== name) throw error;
      words[name] = `https://${name}.example.com/`;
    }
  }
}

/** The tags of a mail whose values try to break out; undefined where such a value is refused. */
function skeletonWithHostile(template: CompiledTemplate, holes: readonly Hole[]): string[] | undefined {
  const words = Object.fromEntries(holes.map(({ name }) => [name, `"><b x='--><i>`]));
  try {
    return skeleton(htmlWith(template, dataOf(holes, words)));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return undefined;
  }
}
