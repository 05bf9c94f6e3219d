import { readFileSync } from 'node:fs';
import { Parser } from 'htmlparser2';
import { compileFolder } from '../../cli/template/compile-folder.ts';
import type { CompiledTemplate, DataSchema, Part } from '../../domain/template/compiled.ts';
import { contentHash } from '../../domain/template/content-hash.ts';
import { type RenderedMail, renderMail } from '../../domain/template/render.ts';
import { missingData } from '../../domain/template/validate.ts';
import { skeleton } from './skeleton.ts';

type Data = Record<string, unknown>;

const names = [
  'approval-request',
  'inquiry-auto-reply',
  'monitoring-alert',
  'one-time-password',
  'order-confirmation',
  'product-announcement',
  'scanned-document',
  'shipping-notice',
  'sign-up-confirmation',
];
const locales = ['ja', 'en'];
const cases = names.flatMap((name) => locales.map((locale) => ({ name, locale })));

const templates = new Map<string, CompiledTemplate>();
beforeAll(async () => {
  for (const template of await compileFolder('templates')) templates.set(template.name, template);
});

function template(name: string): CompiledTemplate {
  const found = templates.get(name);
  if (found === undefined) throw new Error(`no template ${name}`);
  return found;
}

function sample(name: string, kind: 'sample' | 'sample.worst'): Data {
  return JSON.parse(readFileSync(`templates/${name}/${kind}.json`, 'utf8'));
}

function render(
  name: string,
  locale: string,
  data: Data,
  recipientName: string | undefined = '届 花子',
): RenderedMail {
  const provided = {
    recipient: { address: 'hanako@example.com', name: recipientName },
    ...(template(name).category === 'marketing' && {
      unsubscribeUrl: 'https://unsubscribe.example.com/u/token',
    }),
  };
  return renderMail(template(name), locale, { ...data, ...provided });
}

it('compiles all of them, and nothing else is shipped', () => {
  expect([...templates.keys()]).toEqual(names);
});

it.each(names)(
  '%s has both locales, stands under the hash of its content and leaves no tag behind',
  (name) => {
    const { hash, ...content } = template(name);
    expect(Object.keys(content.locales).sort()).toEqual(['en', 'ja']);
    expect(hash).toBe(contentHash(content));
    expect(JSON.stringify(content)).not.toMatch(/\{\{|x7f3a|\ue000|\ue001/);
  },
);

describe.each(cases)('$name in $locale', ({ name, locale }) => {
  it.each(['sample', 'sample.worst'] as const)(
    'renders %s.json, below 80 KB, with and without a name',
    (kind) => {
      const data = sample(name, kind);
      expect(missingData(template(name), data)).toEqual([]);
      for (const recipientName of ['寿限無 "<五劫>" & \'擦り切れ\'', undefined]) {
        const mail = render(name, locale, data, recipientName);
        expect(Buffer.byteLength(mail.html)).toBeLessThan(80_000);
        expect(mail.html).toContain(`lang="${locale}"`);
        expect(mail.subject).not.toMatch(/[\r\n]/);
        expect(mail.text).not.toMatch(/\n{3}|undefined|null|\[object/);
        expect(skeleton(mail.html).join('')).not.toMatch(/<script|<img src onerror/);
      }
    },
  );

  it('says the same in text as in HTML', () => {
    const { html, text } = render(name, locale, sample(name, 'sample'));
    const shown = visibleWords(html);
    const written = new Set(text.split(/\s+/).filter((word) => !/^https?:/.test(word)));
    expect([...shown].filter((word) => !written.has(word))).toEqual([]);
  });

  it('names the path of every value that is required and absent', () => {
    const { schema } = template(name);
    for (const path of requiredPaths(schema)) {
      const fields = missingData(template(name), without(sample(name, 'sample'), path)).map(
        ({ field }) => field,
      );
      expect(fields).toEqual([path.join('.').replaceAll('.0', '[0]')]);
    }
  });
});

it.each(cases)('$name in $locale uses every hole that the other locale uses', ({ name, locale }) => {
  const holes = (tag: string) => new Set(pathsIn(template(name).locales[tag]?.html ?? []));
  expect(holes(locale)).toEqual(holes('ja'));
});

it.each(locales)(
  'the announcement in %s names its sender, address, contact and a way out, as the law wants',
  (locale) => {
    const { html, text } = render('product-announcement', locale, {});
    for (const part of [html, text]) {
      expect(part).toContain('https://unsubscribe.example.com/u/token');
      expect(part).toMatch(/株式会社あおば商店|Aoba Market Inc\./);
      expect(part).toMatch(/100-0000/);
      expect(part).toContain('support@example.com');
    }
  },
);

it('the auto-reply says that it is one', () => {
  expect(template('inquiry-auto-reply').autoSubmitted).toBe('auto-replied');
});

function visibleWords(html: string): Set<string> {
  let shown = '';
  let hidden = 0;
  const parser = new Parser({
    onopentag: (name, { style = '' }) => {
      if (hidden > 0 || name === 'head' || style.startsWith('display:none')) hidden += 1;
      shown += ' ';
    },
    onclosetag: () => {
      if (hidden > 0) hidden -= 1;
      shown += ' ';
    },
    ontext: (text) => {
      if (hidden === 0) shown += text;
    },
  });
  parser.end(html.replace(/<(meta|link|br|img)\b[^>]*>/g, ' '));
  return new Set(shown.split(/\s+/).filter(Boolean));
}

function requiredPaths(schema: DataSchema, path: readonly string[] = []): string[][] {
  if (schema.items) return requiredPaths(schema.items, [...path, '0']);
  if (!schema.properties) return [[...path]];
  return (schema.required ?? []).flatMap((key) =>
    requiredPaths(schema.properties?.[key] ?? { type: 'null' }, [...path, key]),
  );
}

function without(data: unknown, [key = '', ...rest]: readonly string[]): Data {
  const copy = structuredClone(data) as Data;
  if (rest.length === 0) delete copy[key];
  else copy[key] = without(copy[key], rest);
  return copy;
}

function pathsIn(part: Part): string[] {
  return part.flatMap((op) => {
    if (typeof op === 'string') return [];
    if (op[0] === 'v') return [op[1].join('.')];
    if (op[0] === 'f')
      return [op[2].map((argument) => (typeof argument === 'object' ? argument.join('.') : '')).join(' ')];
    return [op[1].join('.'), ...pathsIn(op[2]), ...pathsIn(op[3])];
  });
}
