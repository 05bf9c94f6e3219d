import { withSubjects } from '../../../domain/experiment/subject.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { contentHash } from '../../../domain/template/content-hash.ts';
import { parseCompiledTemplate } from '../../../domain/template/parse-compiled.ts';
import { renderMail } from '../../../domain/template/render.ts';
import { marketingTemplate } from '../compiled-template.ts';

const name: CompiledTemplate['locales'][string]['html'] = [
  ['i', [0, 'recipient', 'name'], [['v', [0, 'recipient', 'name'], 't']], []],
  ['v', [0, 'plan'], 't'],
  ['i', [0, 'note'], [['v', [0, 'note'], 't']], []],
  ['e', [0, 'items'], [['v', [0, 'title'], 't']], []],
];
const base = marketingTemplate();
const withData = marketingTemplate({
  locales: {
    en: { ...(base.locales.en ?? never()), html: [...(base.locales.en?.html ?? []), ...name] },
    ja: { ...(base.locales.en ?? never()), html: [...(base.locales.en?.html ?? []), ...name] },
  },
});
const data = {
  plan: 'Pro',
  items: [],
  recipient: { address: 'a@example.com', name: 'Ann' },
  unsubscribeUrl: 'https://example.com/u',
};

function never(): never {
  throw new Error('the template has no locale en');
}

it('makes a version of its own, which senders take, and renders the subject with the data of the row', async () => {
  const changed = await withSubjects(withData, {
    en: '{{#if recipient.name}}{{recipient.name}}: {{/if}}{{plan}}',
  });
  expect(changed.hash).toBe(contentHash(changed));
  expect(changed.hash).not.toBe(withData.hash);
  const { name: template, hash } = changed;
  expect(parseCompiledTemplate(JSON.stringify(changed), { name: template, hash })).toEqual(changed);
  expect(renderMail(changed, 'en', data).subject).toBe('Ann: Pro');
  expect(renderMail(changed, 'ja', data)).toEqual(renderMail(withData, 'ja', data));
  expect(changed.schema).toEqual(withData.schema);
});

it('is the same version whoever makes it', async () => {
  const [one, other] = await Promise.all([
    withSubjects(withData, { en: 'X' }),
    withSubjects(withData, { en: ' X ' }),
  ]);
  expect(one).toEqual(other);
});

it.each([
  ['a locale that is not there', { de: 'Neues' }, 'variant', /has no locale de, but en, ja$/],
  ['nothing', { en: ' ' }, 'variant', /is empty/],
  ['two lines', { en: 'a\nb' }, 'header', /not one line without control characters/],
  ['too many characters', { en: 'x'.repeat(301) }, 'variant', /has 301 characters; 300 are allowed/],
  [
    'a value that the template does not have',
    { en: '{{price}}' },
    'variant',
    /uses price, which template announcement does not have/,
  ],
  [
    'a value that need not be there',
    { en: '{{note}}' },
    'variant',
    /needs data that template announcement can do without/,
  ],
  ['a list for a text', { en: '{{items}}' }, 'variant', /items is used both as/],
  [
    'a name that need not be there',
    { en: 'Dear {{recipient.name}}' },
    'variant',
    /recipient\.name is optional/,
  ],
  [
    'what the pipeline does not give',
    { en: '{{recipient.age}}' },
    'variant',
    /there are recipient\.name and recipient\.address/,
  ],
  ['the unsubscribe link', { en: '{{unsubscribeUrl}}' }, 'variant', /unsubscribeUrl/],
  ['a block that stays open', { en: '{{#if plan}}x' }, 'block-open', /never closed/],
])('refuses %s', async (_, subjects, code, message) => {
  await expect(withSubjects(withData, subjects as Record<string, string>)).rejects.toMatchObject({
    name: 'InputError',
    code,
    message: expect.stringMatching(message),
  });
});
