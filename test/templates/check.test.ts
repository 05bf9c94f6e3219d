import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CheckedTemplate, checkFolder } from '../../cli/template/check-folder.ts';
import { spamFindings } from '../../cli/template/spam-score.ts';
import { mailsOf } from '../../domain/template/check/check-template.ts';
import { renderFinding } from '../../domain/template/check/finding.ts';
import { commandLine, type Todoke } from '../cli/running-todoke.ts';

let directory = '';
let todoke: Todoke;
let shipped: readonly CheckedTemplate[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-check-'));
  todoke = await commandLine(join(directory, 'nothing.json'));
  shipped = await checkFolder('templates', []);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A copy of some shipped templates with changes by file. */
function copyOf(names: readonly string[], changes: Readonly<Record<string, string>>): string {
  const copy = mkdtempSync(join(directory, 'templates-'));
  for (const name of [...names, '_shared'])
    cpSync(join('templates', name), join(copy, name), { recursive: true });
  for (const [file, text] of Object.entries(changes)) writeFileSync(join(copy, file), text);
  return copy;
}

const withoutAlt = `<mjml lang="en"><mj-head>{{@shared.head}}</mj-head><mj-body><mj-section><mj-column>
<mj-image src="https://www.example.com/a.png" /><mj-text>{{code}} {{@t.expiry}}</mj-text></mj-column></mj-section></mj-body></mjml>`;

it('the shipped templates have neither errors nor warnings', () => {
  expect(shipped.map(({ name }) => name)).toHaveLength(9);
  expect(
    shipped
      .flatMap(({ findings }) => findings)
      .filter(({ severity }) => severity !== 'info')
      .map(renderFinding),
  ).toEqual([]);
});

it('a narrowing of every shipped template is taken over', () => {
  const code = shipped.find(({ name }) => name === 'one-time-password')?.template?.schema.properties?.code;
  expect(code).toMatchObject({ type: 'string', description: 'a code of 4 to 10 digits' });
});

describe('todoke template check', () => {
  it('tells everything as JSON, and ends with 1 on an error', async () => {
    const copy = copyOf(['one-time-password'], { 'one-time-password/template.mjml': withoutAlt });
    const { code, json } = await todoke(['template', 'check', '--templates', copy, '--json', '--no-spam']);
    expect(code).toBe(1);
    expect(json()).toContainEqual({
      template: 'one-time-password',
      locale: 'ja',
      severity: 'error',
      rule: 'missing-alt',
      file: 'template.mjml',
      line: 2,
      column: 1,
      message: expect.any(String),
      remedy: expect.any(String),
    });
  });

  it('tells problems of the compiler in the same form, for one template by its name', async () => {
    const copy = copyOf(['one-time-password', 'shipping-notice'], {
      'one-time-password/template.mjml': '<mjml><mj-body>\n{{{code}}}</mj-body></mjml>',
      'shipping-notice/meta.yaml': 'category: spam\n',
    });
    const args = ['template', 'check', 'one-time-password', '--templates', copy, '--json', '--no-spam'];
    const { code, json } = await todoke(args);
    expect(code).toBe(1);
    expect(json()).toEqual(
      ['ja', 'en'].sort().map((locale) =>
        expect.objectContaining({
          template: 'one-time-password',
          locale,
          severity: 'error',
          rule: 'unescaped',
          line: 2,
          column: 1,
        }),
      ),
    );
    const all = await todoke(['template', 'check', '--templates', copy, '--json', '--no-spam']);
    expect(all.json()).toContainEqual(
      expect.objectContaining({ template: 'shipping-notice', rule: 'meta', file: 'meta.yaml' }),
    );
  });

  it('shows a table for people, with remarks when they ask', async () => {
    const copy = copyOf(['one-time-password'], {});
    const { code, out } = await todoke(['template', 'check', '--templates', copy, '--no-spam']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^1 templates: 0 errors, 0 warnings, \d+ remarks$/),
    ]);
    const all = await todoke(['template', 'check', '--templates', copy, '--no-spam', '--all']);
    expect(all.out).toContain('unsupported-css');
  });

  it.each([
    { what: 'an unknown template', args: ['nothing'], says: 'there is no template "nothing" in' },
    {
      what: 'an unknown directory',
      args: ['--templates', '/nowhere'],
      says: 'there is no directory /nowhere',
    },
  ])('names $what', async ({ args, says }) => {
    const { code, err } = await todoke(['template', 'check', ...args]);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });

  it('says where a shared file is wrong', async () => {
    const copy = copyOf(['one-time-password'], { '_shared/hosts.yaml': 'example.com' });
    const { code, json } = await todoke(['template', 'check', '--templates', copy, '--json', '--no-spam']);
    expect([code, json()]).toEqual([
      1,
      [expect.objectContaining({ template: '_shared', rule: 'hosts', file: 'hosts.yaml' })],
    ]);
  });
});

describe('the spam score', () => {
  const mails = () =>
    shipped
      .filter(({ name }) => name === 'one-time-password')
      .flatMap(({ source, template, samples }) =>
        source && template && samples ? mailsOf(source, template, samples).mails : [],
      );

  /** Judges as SpamAssassin answers, in another order than it was asked. */
  function judge(...scores: number[]): string {
    const file = join(directory, `judge-${scores.join('-')}`);
    const answers = scores.map(
      (score, order) =>
        `From check Thu Jan  1 00:00:00 1970\nX-Spam-Status: No, score=${score} required=5.0 tests=ONE,\n\tTWO autolearn=no\nX-Todoke-Check: ${order}\n\nbody\n`,
    );
    writeFileSync(file, `#!/bin/sh\ncat > /dev/null\ncat <<'END'\n${answers.reverse().join('\n')}\nEND\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('is a finding when it is high, with the rules that gave it', async () => {
    const [one, two] = mails();
    if (!one || !two) throw new Error('no mails');
    expect(await spamFindings([one, two], judge(1.1, 5))).toEqual([
      expect.objectContaining({
        severity: 'warning',
        rule: 'spam-score',
        locale: one.locale,
        message: 'SpamAssassin gives it 1.1 points of 5: ONE, TWO',
      }),
      expect.objectContaining({ severity: 'error', rule: 'spam-score', locale: two.locale }),
    ]);
    expect(await spamFindings([one], judge(1))).toEqual([]);
  });

  it('is not taken for good when SpamAssassin does not answer for every mail', async () => {
    await expect(spamFindings(mails(), judge(0))).rejects.toThrow(`judged 1 of ${mails().length} mails`);
  });

  it('is not known without SpamAssassin', async () => {
    expect(await spamFindings(mails(), join(directory, 'not-installed'))).toBeUndefined();
  });
});

it('the deployment refuses what the command refuses, with the same words', async () => {
  const copy = copyOf(['one-time-password'], { 'one-time-password/template.mjml': withoutAlt });
  const built = await new Promise<{ code: unknown; stderr: string }>((done) => {
    const args = [resolve('cli/template/build.ts'), '--check', copy, join(directory, 'out')];
    execFile(process.execPath, args, (error, _stdout, stderr) => done({ code: error?.code, stderr }));
  });
  const published = await todoke(['template', 'publish', '--templates', copy]);
  const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('one-time-password/'));
  expect([built.code, published.code]).toEqual([1, 1]);
  expect(lines(built.stderr).length).toBeGreaterThan(0);
  expect(lines(built.stderr)).toEqual(lines(published.err));
  expect(published.err).toContain('nothing was published');
});
