import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compileFolder } from '../../cli/template/compile-folder.ts';
import { rawMailOf } from './raw-mail.ts';

const isInstalled = spawnSync('spamassassin', ['--version']).status === 0;
const missing = 'NOT RUN: the spam scores of the shipped mails need spamassassin (.ci/run installs it)';

/** Everything that spam filters hold against a mail, and no word of what it is about. */
const control = [
  'Message-ID: <control@example.com>',
  'From: "WINNER" <x1823@example.com>',
  'To: undisclosed-recipients:;',
  'Subject: YOU WON!!! ACT NOW - FREE VIAGRA $$$',
  'Content-Type: text/html',
  '',
  '<html><body><font color="#ffffff" size="7">CLICK HERE TO CLAIM $1,000,000 DOLLARS NOW</font><a href="http://192.0.2.7/">Dear friend</a></body></html>',
  '',
].join('\r\n');

interface Verdict {
  readonly score: number;
  /** The rules that hit. */
  readonly tests: string;
}

/**
 * Scores all mails in one run of SpamAssassin, which takes seconds to start: its rules that need no network.
 *
 * @returns By the local part of the Message-ID; SpamAssassin keeps no order.
 */
async function verdictsOf(mails: readonly string[]): Promise<Map<string, Verdict>> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-spam-'));
  try {
    const mbox = join(directory, 'mbox');
    const entries = mails.map(
      (mail) =>
        `From sender@example.com Tue Nov 24 00:00:00 2026\n${mail.replaceAll('\r\n', '\n').replace(/^(?=>*From )/gm, '>')}\n`,
    );
    writeFileSync(mbox, entries.join(''));
    const { stdout } = await promisify(execFile)(
      'spamassassin',
      [
        '--local',
        '--test-mode',
        '--nocreate-prefs',
        '--cf=use_bayes 0',
        '--cf=fold_headers 0',
        '--mbox',
        mbox,
      ],
      { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, HOME: directory } },
    );
    return new Map(
      stdout
        .split(/^From sender@/m)
        .slice(1)
        .map(verdictIn),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function verdictIn(mail: string): [id: string, Verdict] {
  const [, id = ''] = /^Message-ID: <([^@]+)@/im.exec(mail) ?? [];
  const [, score, tests = ''] = /^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=(\S*)/m.exec(mail) ?? [];
  return [id, { score: Number(score), tests }];
}

if (isInstalled) {
  let verdicts = new Map<string, Verdict>();
  let mails: { name: string; locale: string; source: string }[] = [];

  beforeAll(async () => {
    const templates = await compileFolder('templates');
    mails = await Promise.all(
      templates.flatMap((template) =>
        Object.keys(template.locales).map(async (locale) => ({
          name: template.name,
          locale,
          source: await rawMailOf(template, locale),
        })),
      ),
    );
    verdicts = await verdictsOf([...mails.map(({ source }) => source), control]);
  }, 180_000);

  it('SpamAssassin holds next to nothing against any shipped mail in any locale', () => {
    expect(verdicts.size).toBe(mails.length + 1);
    const charged = mails.flatMap(({ name, locale }) => {
      const { score = Number.NaN, tests = '' } = verdicts.get(`${name}-${locale}`) ?? {};
      return score >= 0 && score <= 1 ? [] : [`${name} in ${locale}: ${score} for ${tests}`];
    });
    expect(charged).toEqual([]);
  });

  it('SpamAssassin does hold something against a mail that asks for it', () => {
    expect(verdicts.get('control')?.score).toBeGreaterThan(3);
  });
} else {
  it('SpamAssassin is installed where that counts', () => {
    console.warn(missing);
    if (process.env.CI === 'true') throw new Error(missing);
  });
}
