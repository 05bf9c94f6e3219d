import { loadMjml } from '../../../cli/template/mjml-compiler.ts';
import { compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import { conditionalContent, walkMarkup } from '../../../domain/template/compile/markup.ts';
import { aTemplate, inBody } from './a-template.ts';
import { htmlWith } from './official-mjml.ts';

const text = '<mj-text>{{#if flag}}yes{{/if}}</mj-text>';
const section = `<mj-section><mj-column>${text}</mj-column></mj-section>`;
const hero = `<mj-hero mode="fixed-height" height="90px" background-height="90px" background-width="600px" background-url="https://example.com/a.png">${text}</mj-hero>`;
const around = (block: string, content: string) =>
  `<mj-raw>{{#${block}}}</mj-raw>${content}<mj-raw>{{/${block.split(' ')[0]}}}</mj-raw>`;

const places = [
  { around: 'a section', mjml: (block: string) => around(block, section) },
  { around: 'a wrapper', mjml: (block: string) => around(block, `<mj-wrapper>${section}</mj-wrapper>`) },
  {
    around: 'a section in a wrapper',
    mjml: (block: string) => `<mj-wrapper>${around(block, section)}</mj-wrapper>`,
  },
  { around: 'a hero', mjml: (block: string) => around(block, hero) },
  {
    around: 'the content of a column',
    mjml: (block: string) =>
      `<mj-section><mj-column>${around(block, '<mj-text>in</mj-text>')}</mj-column></mj-section>`,
  },
  {
    around: 'a column',
    mjml: (block: string) =>
      `<mj-section>${around(block, '<mj-column><mj-text>in</mj-text></mj-column>')}</mj-section>`,
  },
];
const data = [
  { flag: true, rows: [{ flag: true }, { flag: false }, { flag: true }] },
  { flag: false, rows: [] },
  { flag: true, rows: [{ flag: true }] },
];

/** How many tables and cells stay open, as Outlook for Windows reads the HTML and as everybody else does. */
function openElements(html: string, outlook: boolean): Record<string, number> {
  const open: Record<string, number> = {};
  const visit = (start: number) => (markup: Parameters<Parameters<typeof walkMarkup>[2]>[0]) => {
    if (markup.kind === 'comment' && outlook) {
      const conditional = conditionalContent(html.slice(markup.start, markup.end));
      if (conditional) walkMarkup(conditional.html, { xml: false }, visit(markup.start));
    }
    if (
      (markup.kind === 'open' || markup.kind === 'close') &&
      ['table', 'tr', 'td', 'div'].includes(markup.name)
    ) {
      open[markup.name] = (open[markup.name] ?? 0) + (markup.kind === 'open' ? 1 : -1);
    }
    return start;
  };
  walkMarkup(html, { xml: false }, visit(0));
  return open;
}

describe.each(places)('a block in mj-raw around $around', ({ mjml }) => {
  it.each([
    { block: 'if flag', form: 'plain' as const },
    { block: 'if flag', form: 'sent' as const },
    { block: 'each rows', form: 'plain' as const },
    { block: 'each rows', form: 'sent' as const },
  ])('as {{#$block}} leaves nothing open, whatever the data, $form', async ({ block, form }) => {
    const source = aTemplate({ mjml: inBody(`${section}${mjml(block)}${section}`) });
    const compilation = await compileTemplate(source, loadMjml(form));
    if (compilation.problems) throw new AggregateError(compilation.problems);
    for (const each of data) {
      const html = htmlWith(compilation.template, each);
      for (const outlook of [true, false]) {
        expect(Object.values(openElements(html, outlook)).filter((count) => count !== 0)).toEqual([]);
      }
    }
  });
});
