import type { Bucket } from '../../aws/bucket.ts';
import { publishedTemplates } from '../../aws/published-templates.ts';
import { publishTemplate, templateKeys, templates } from '../../aws/templates.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { contentHash } from '../../domain/template/content-hash.ts';
import { compiledTemplate } from '../domain/compiled-template.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

/** A version of a template, under the hash of its content. */
function version(name: string, subject: string): CompiledTemplate {
  const en = { fromName: 'S', subject: [subject], html: [subject], text: [subject] };
  const content = compiledTemplate({ name, defaultLocale: 'en', locales: { en } });
  return { ...content, hash: contentHash(content) };
}

const versions = (name: string) => [version(name, 'first'), version(name, 'second')] as const;

let stack: QuietStack;
let bucket: Bucket;
let nowMs = 0;

beforeAll(async () => {
  stack = await startQuietStack();
  const aws = await import('../../aws/bucket.ts');
  bucket = aws.bucket(stack.output('BucketName'));
});
afterAll(() => stack.close());

const publish = (template: CompiledTemplate) =>
  publishTemplate(bucket, template.name, template.hash, JSON.stringify(template));
const reads = () => stack.pipeline.calls()['s3:GetObject'] ?? 0;

it('finds the templates that the stack published when it was created', async () => {
  const template = await templates(bucket, () => nowMs).find('one-time-password');
  expect(template).toMatchObject({ name: 'one-time-password', category: 'transactional' });
  expect(template?.hash).toMatch(/^[0-9a-f]{32}$/);
});

it('uses a newly published version within a minute, and a pinned one for ever', async () => {
  const catalogue = templates(bucket, () => nowMs);
  const [first, second] = versions('notice');
  await publish(first);
  expect(await catalogue.find('notice')).toEqual(first);
  await publish(second);
  nowMs += 59_999;
  expect(await catalogue.find('notice')).toEqual(first);
  nowMs += 1;
  expect(await catalogue.find('notice')).toEqual(second);
  expect(await catalogue.find('notice', first.hash)).toEqual(first);
});

it('reads each version once', async () => {
  const catalogue = templates(bucket, () => nowMs);
  const [first] = versions('cached');
  await publish(first);
  const before = reads();
  for (let i = 0; i < 5; i++) {
    await catalogue.find('cached');
    await catalogue.find('cached', first.hash);
  }
  expect(reads() - before).toBe(2);
});

it('knows nothing of an unknown name or version, until it is published', async () => {
  const catalogue = templates(bucket, () => nowMs);
  expect(await catalogue.find('later')).toBeUndefined();
  const [first, second] = versions('later');
  await publish(first);
  expect(await catalogue.find('later', second.hash)).toBeUndefined();
  expect(await catalogue.find('later')).toEqual(first);
});

it('writes a version before it points to it', async () => {
  const keys: string[] = [];
  const put = async (key: string) => {
    keys.push(key);
  };
  const [first] = versions('notice');
  await publishTemplate({ put }, 'notice', first.hash, JSON.stringify(first));
  expect(keys).toEqual([templateKeys.version('notice', first.hash), templateKeys.current('notice')]);
});

describe('a template that is none', () => {
  const [good, other] = versions('broken');
  const refused = { code: 'compiled-template', field: 'broken' };

  it.each([
    { what: 'is not JSON', json: '{' },
    { what: 'is another version', json: JSON.stringify(other) },
    { what: 'was changed', json: JSON.stringify({ ...good, category: 'marketing' }) },
  ])('is neither published nor found when it $what', async ({ json }) => {
    await expect(publishTemplate(bucket, 'broken', good.hash, json)).rejects.toMatchObject(refused);
    expect(await bucket.getText(templateKeys.current('broken'))).toBeUndefined();
    await bucket.put(templateKeys.version('broken', good.hash), json, 'application/json');
    const found = templates(bucket, () => nowMs).find('broken', good.hash);
    await expect(found).rejects.toMatchObject(refused);
  });
});

it('lists what is published, with all versions, newest first, and passes over what is not published', async () => {
  const [first, second] = versions('listed');
  await publish(first);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await publish(second);
  await bucket.put(templateKeys.version('unpublished', first.hash), '{}', 'application/json');
  const { objectList } = await import('../../aws/object-list.ts');
  const listed = await publishedTemplates(bucket, objectList(stack.output('BucketName')));
  expect(listed.map(({ name }) => name)).not.toContain('unpublished');
  const found = listed.find(({ name }) => name === 'listed');
  expect(found).toMatchObject({ hash: second.hash, publishedAtMs: expect.any(Number) });
  expect(found?.versions.map(({ hash }) => hash)).toEqual([second.hash, first.hash]);
});
