import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
let directory = '';
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-cli-template-'));
  running = await startTodoke();
});
afterAll(async () => {
  await running.close();
  rmSync(directory, { recursive: true });
});

const mjml = (content: string) => `<mjml lang="en"><mj-head>{{@shared.head}}</mj-head>
<mj-body><mj-section><mj-column><mj-text>${content}</mj-text></mj-column></mj-section></mj-body></mjml>`;

/** A directory with one template, `notice`. */
function notice(content: string, sample: object, name = 'notice'): string {
  const templates = mkdtempSync(join(directory, 'templates-'));
  cpSync('templates/_shared', join(templates, '_shared'), { recursive: true });
  mkdirSync(join(templates, name));
  const write = (file: string, text: string) => writeFileSync(join(templates, name, file), text);
  write('template.mjml', mjml(content));
  write('meta.yaml', 'category: transactional\ndefaultLocale: en\nfrom:\n  localPart: info\n');
  write(
    'en.yaml',
    'subject: A notice for you\npreheader: Something that you asked to be told about has happened.\n',
  );
  write('sample.json', JSON.stringify(sample));
  write('sample.worst.json', JSON.stringify(sample));
  return templates;
}

const run = (command: string, templates: string, ...more: string[]) =>
  todoke(['template', command, '--templates', templates, '--json', ...more]);

describe('template publish', () => {
  it('publishes, leaves alone what is the same, and tells what a change breaks', async () => {
    const first = await run('publish', notice('Hello {{a}}', { a: 'x' }));
    expect(first.code).toBe(0);
    expect(first.json()).toEqual([
      { name: 'notice', hash: expect.stringMatching(/^[0-9a-f]{32}$/), outcome: 'new', changes: [] },
    ]);
    const again = await run('publish', notice('Hello {{a}}', { a: 'x' }));
    expect(again.json()).toMatchObject([{ outcome: 'same' }]);
    const next = notice('Hello {{a}} {{b}}', { a: 'x', b: 'y' });
    const diff = await run('diff', next, 'notice');
    expect(diff.code).toBe(1);
    expect(diff.json()).toMatchObject([
      { outcome: 'changed', changes: [{ breaking: true, about: 'b', message: 'b is new and required' }] },
    ]);
    const changed = await run('publish', next);
    expect(changed.code).toBe(0);
    expect(changed.json()).toMatchObject([{ outcome: 'changed', changes: [{ breaking: true }] }]);
    const versions = (await todoke(['template', 'list', '--json'])).json();
    expect(versions).toContainEqual({
      name: 'notice',
      hash: expect.any(String),
      category: 'transactional',
      locales: ['en'],
      publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      versions: [{ hash: expect.any(String), writtenAt: expect.any(String) }, expect.anything()],
    });
  });

  it('lets mail be published with it at once, and checks its data', async () => {
    await run('publish', notice('Hello {{a}}', { a: 'x' }, 'fresh'));
    const publish = (id: string, data: object) =>
      todoke(['publish', '-', '--json'], JSON.stringify(aPassword(id, { template: 'fresh', data })));
    expect((await publish('fresh-1', { a: 'x' })).code).toBe(0);
    const refused = await publish('fresh-2', {});
    expect(refused.json()).toMatchObject([{ refused: { code: 'missing-data', field: 'a' } }]);
  });

  it('asks before it breaks something on a deployed stack, and not when nothing breaks', async () => {
    const deployed = ['--stack', running.pipeline.stackName];
    await run('publish', notice('Hello {{a}}', { a: 'x' }, 'asked'), ...deployed);
    const breaking = notice('Hello {{a}} {{b}}', { a: 'x', b: 'y' }, 'asked');
    const refused = await run('publish', breaking, ...deployed);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('asked: BREAKING: b is new and required');
    expect(refused.err).toContain('nothing was published');
    expect((await run('diff', breaking, 'asked', ...deployed)).json()).toMatchObject([
      { outcome: 'changed' },
    ]);
    expect((await run('publish', breaking, '--yes', ...deployed)).code).toBe(0);
    expect((await run('diff', breaking, 'asked', ...deployed)).json()).toMatchObject([{ outcome: 'same' }]);
  });

  it('mends a published template that cannot be read, which the list tells', async () => {
    const [{ hash }] = (await run('publish', notice('Hello', {}, 'torn'))).json() as [{ hash: string }];
    const { bucket } = await import('../../aws/bucket.ts');
    const { templateKeys } = await import('../../aws/templates.ts');
    const store = bucket(running.pipeline.outputs.BucketName ?? '');
    await store.put(templateKeys.version('torn', hash), '{', 'application/json');
    const torn = await todoke(['template', 'list', '--json']);
    expect(torn.code).toBe(1);
    expect(torn.json()).toContainEqual(
      expect.objectContaining({
        name: 'torn',
        problem: 'compiled template torn is refused: it is not JSON; compile and publish it again',
      }),
    );
    expect((await run('publish', notice('Hello', {}, 'torn'))).code).toBe(0);
    expect((await todoke(['template', 'list'])).code).toBe(0);
  });

  it('publishes nothing when one template has an error', async () => {
    const templates = notice('Hello', {}, 'good');
    cpSync(join(templates, 'good'), join(templates, 'bad'), { recursive: true });
    writeFileSync(join(templates, 'bad/template.mjml'), mjml('<a href="http://www.example.com/">a link</a>'));
    const { code, err } = await run('publish', templates);
    expect(code).toBe(1);
    expect(err).toContain(
      'bad/template.mjml:2:51 (en): the href of <a> is a http: URL; use https [insecure-url]',
    );
    expect(err).toContain('nothing was published');
    const { out } = await todoke(['template', 'list']);
    expect(out).not.toContain('good');
    expect((await run('publish', templates, 'good')).code).toBe(0);
  });
});

describe('template diff', () => {
  it('of all templates tells the published ones that are gone', async () => {
    const { code, json } = await run('diff', notice('Hello', {}, 'alone'));
    expect(code).toBe(1);
    expect(json()).toContainEqual({ name: 'alone', hash: expect.any(String), outcome: 'new', changes: [] });
    expect(json()).toContainEqual(
      expect.objectContaining({
        name: 'one-time-password',
        outcome: 'removed',
        changes: [expect.objectContaining({ breaking: true })],
      }),
    );
  });

  it('of the shipped templates finds none: they were deployed', async () => {
    const { json } = await run('diff', 'templates');
    const shipped = (json() as { name: string; outcome: string }[]).filter(
      ({ name }) => name === 'order-confirmation',
    );
    expect(shipped).toMatchObject([{ outcome: 'same' }]);
  });

  it('does not compare what does not compile', async () => {
    const { code, err } = await run('diff', notice('{{{a}}}', {}));
    expect([code, err]).toEqual([1, expect.stringContaining('notice does not compile')]);
  });
});

describe('template list', () => {
  it('shows a table for people', async () => {
    const { code, out } = await todoke(['template', 'list']);
    expect(code).toBe(0);
    expect(out).toMatch(/one-time-password +[0-9a-f]{32} +transactional +en, ja/);
    expect(out).toMatch(/product-announcement .*marketing: product-updates/);
  });
});

describe('template types', () => {
  it('writes the types of all templates to a file, the same ones every time', async () => {
    const files = ['a.ts', 'b.ts'].map((name) => join(directory, name));
    for (const file of files) {
      const { code, out, err } = await todoke(['template', 'types', '--out', file]);
      expect([code, out, err]).toEqual([0, '', `wrote the types of 9 templates to ${file}`]);
    }
    const [a = '', b] = files.map((file) => readFileSync(file, 'utf8'));
    expect(a).toBe(b);
    expect(a).toContain('"one-time-password": {');
    const { out } = await todoke(['template', 'types']);
    expect(`${out}\n`).toBe(a);
  });

  it('gives the schemas as JSON', async () => {
    const { json } = await todoke(['template', 'types', '--json']);
    expect(json()).toMatchObject({
      'one-time-password': { type: 'object', required: ['code', 'expiresInMinutes'] },
    });
  });

  it('says that a template does not compile', async () => {
    const { code, err } = await todoke(['template', 'types', '--templates', notice('{{{a}}}', {})]);
    expect([code, err]).toEqual([1, expect.stringContaining('"todoke template check" tells them')]);
  });
});
