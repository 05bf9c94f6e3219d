import { loadMjml } from '../../../cli/template/mjml-compiler.ts';
import { InputError } from '../../../domain/errors.ts';
import { compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import { aTemplate } from './a-template.ts';
import {
  mailWith,
  mailWithClass,
  mailWithDefaults,
  mailWithDefaultsOfAll,
  mailWithDefaultsOfClass,
  specimens,
} from './mjml-catalogue.ts';
import { htmlOfMjml, htmlWith, officialMjml, repaired } from './official-mjml.ts';

const plain = loadMjml('plain');
const all = specimens();
const elements = [...new Set(all.map(({ element }) => element))];

it('knows all elements and attributes of MJML', () => {
  expect(elements.length).toBeGreaterThan(25);
  expect(all.filter(({ attributes }) => Object.keys(attributes).length > 5).length).toBeGreaterThan(40);
});

describe.each(elements)('%s', (element) => {
  const own = all.filter((specimen) => specimen.element === element);

  it('becomes what mjml makes of it, with every attribute', async () => {
    for (const specimen of own) {
      const source = mailWith(specimen);
      const theirs = await officialMjml(source);
      expect({ source, errors: theirs.errors }).toEqual({ source, errors: [] });
      expect(await htmlOfMjml(source, plain)).toBe(repaired(theirs.html));
    }
  });

  it.each([
    { where: 'of its own', mail: mailWith },
    { where: 'in a default', mail: mailWithDefaults },
    { where: 'in a default of all elements', mail: mailWithDefaultsOfAll },
    { where: 'in a class', mail: mailWithClass },
    { where: 'in a default of a class', mail: mailWithDefaultsOfClass },
  ])('keeps a hole in an attribute $where as mjml would fill it, or names it', async ({ mail }) => {
    const wrong: unknown[] = [];
    for (const name of Object.keys(own[0]?.attributes ?? {})) {
      const withValue = (value: string) => mail({ element, attributes: { [name]: value } });
      const compilation = await compileTemplate(aTemplate({ mjml: withValue('{{hole}}') }), plain);
      if (compilation.problems) {
        const unnamed = compilation.problems.filter(({ message }) => !message.includes('{{hole}}'));
        wrong.push(...unnamed);
        continue;
      }
      for (const value of values) {
        const ours = unlessRefused(() => htmlWith(compilation.template, { hole: value }));
        if (ours === undefined) continue;
        const theirs = await officialMjml(withValue(value)).catch(String);
        if (typeof theirs === 'string' || ours !== repaired(theirs.html)) wrong.push(`${name}="${value}"`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** What MJML might take for more than a word: numbers, names of elements and modes, URLs. */
const values = [
  'word',
  '3',
  '10px',
  '50%',
  'none',
  'bottom',
  'github',
  'hamburger',
  'fixed-height',
  'https://example.com/',
];

function unlessRefused(render: () => string): string | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
