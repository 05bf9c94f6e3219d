import { readVariants, storeVariants, variantMails } from '../../../cli/campaign/campaign-variants.ts';
import type { Call } from '../../../cli/command.ts';
import { marketingTemplate } from '../../domain/compiled-template.ts';
import { inMemoryBucket, inMemoryTemplates } from '../../functions/in-memory-ports.ts';

const call = (variants: readonly string[], template?: string): Call => ({
  positionals: [],
  text: (name) => (name === 'template' ? template : undefined),
  texts: (name) => (name === 'variant' ? variants : []),
  flag: () => false,
});

describe('--variant', () => {
  it('names templates and subjects, of all languages or one, from A on', () => {
    expect(
      readVariants(call(['B=other', 'C=subject=X = Y', 'C=subject.ja=件名', 'B=subject.en-GB='], 'news')),
    ).toEqual({
      names: ['A', 'B', 'C'],
      templates: new Map([['B', 'other']]),
      subjects: new Map([
        ['C', { '*': 'X = Y', ja: '件名' }],
        ['B', { 'en-GB': '' }],
      ]),
    });
    expect(readVariants(call([]))).toMatchObject({ names: [] });
  });

  it.each([
    ['no letter', ['news'], /B=TEMPLATE/],
    ['a letter beyond D', ['E=news'], /from A to D/],
    ['no name of a template', ['B=../x'], /B=TEMPLATE/],
    ['a gap', ['D=other', 'B=more'], /there is a variant D, and none C/],
    ['two templates', ['B=other', 'B=more'], /--variant B has two templates/],
    ['another A than --template', ['A=other', 'B=more'], /give one of them/],
  ])('refuses %s', (_, variants, message) => {
    expect(() => readVariants(call(variants, 'news'))).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
    );
  });

  const template = marketingTemplate();
  const catalogue = inMemoryTemplates(template);
  const of = async (...variants: string[]) =>
    await variantMails(catalogue, readVariants(call(variants)), 'announcement');

  it('makes a version of another subject, and stores it without publishing it', async () => {
    const mails = await of('B=subject=Look');
    expect(mails.map(({ locales }) => locales.en?.subject)).toEqual([['News'], ['Look']]);
    const bucket = inMemoryBucket();
    const [, b] = await storeVariants(bucket, mails.slice(1));
    expect(b).toBeUndefined();
    const [, other] = mails;
    expect([...bucket.objects.keys()]).toEqual([`templates/announcement/${other?.hash}.json`]);
  });

  it.each([
    ['a template that is not published', 'B=nowhere', /template nowhere of variant B is not published/],
    ['the same mail', 'B=announcement', /variant B is the same mail as variant A/],
    ['a subject with values that are not there', 'B=subject={{price}}', /uses price/],
  ])('refuses %s', async (_, variant, message) => {
    await expect(of(variant)).rejects.toThrow(message);
  });
});
