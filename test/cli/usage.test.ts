import { mkdtempSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, type Todoke } from './running-todoke.ts';

const names = [
  'publish',
  'campaign create',
  'campaign rehearse',
  'campaign start',
  'campaign schedule',
  'campaign pause',
  'campaign resume',
  'campaign cancel',
  'campaign status',
  'campaign list',
  'campaign watch',
  'campaign receipt',
  'campaign export',
  'campaign resend-missing',
  'suppression list',
  'suppression add',
  'suppression remove',
  'inbox',
  'status',
  'deploy',
  'doctor',
  'trace',
  'template check',
  'template types',
  'template diff',
  'template publish',
  'template list',
];

let directory: string;
let localFile: string;
let todoke: Todoke;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-usage-'));
  localFile = join(directory, 'local.json');
  todoke = await commandLine(localFile);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('help', () => {
  it.each([{ args: [] }, { args: ['help'] }, { args: ['--help'] }, { args: ['-h'] }])(
    'of $args lists every command on standard output',
    async ({ args }) => {
      const { code, out, err } = await todoke(args);
      expect([code, err]).toEqual([0, '']);
      for (const name of names) expect(out).toContain(`  ${name}`);
    },
  );

  it('of half a command lists those that begin with it', async () => {
    const { code, out, err } = await todoke(['campaign', '--help']);
    expect([code, err]).toEqual([0, '']);
    const shown = out.match(/^ {2}[a-z-]+ [a-z-]+/gm)?.map((line) => line.trim());
    expect(shown).toEqual(names.filter((name) => name.startsWith('campaign ')));
  });

  it.each(names)('of %s shows its options', async (name) => {
    for (const flag of ['--help', '-h']) {
      const { code, out, err } = await todoke([...name.split(' '), flag]);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^todoke ${name}`));
      // The preview is a page, which machines have no use for.
      expect(out.includes('--json')).toBe(name !== 'template preview');
    }
  });
});

describe('wrong usage', () => {
  it.each([
    { args: ['frobnicate'], says: 'todoke: no command "frobnicate"' },
    { args: ['frobnicate', '--help'], says: 'todoke: no command "frobnicate --help"' },
    { args: ['campaign'], says: 'todoke: no command "campaign"' },
    { args: ['campaign', 'stop', 'autumn'], says: 'todoke: no command "campaign stop autumn"' },
    { args: ['publish'], says: 'todoke publish: FILE is missing' },
    { args: ['publish', 'a.json', 'b.json'], says: 'todoke publish: unexpected argument "b.json"' },
    { args: ['publish', 'a.json', '--frob'], says: "todoke publish: Unknown option '--frob'" },
    { args: ['publish', 'a.json', '--wait', 'soon'], says: '--wait takes a number of seconds' },
    { args: ['publish', 'a.json', '--wait=-1'], says: '--wait takes a number of seconds' },
    { args: ['publish', 'a.json', '--json=yes'], says: "Option '--json' does not take an argument" },
    { args: ['campaign', 'start', '--audience', 'a.csv'], says: '--template is missing' },
    {
      args: ['campaign', 'start', '--template', 't', '--audience', 'a.csv', '--frequency-cap', '3'],
      says: '--frequency-cap is a number of campaigns and one of days: 3/7',
    },
    {
      args: ['campaign', 'start', '--template', 't', '--audience', 'a.csv', '--trace', 'all'],
      says: '--trace is failures or full',
    },
    { args: ['campaign', 'start', '--template', 't'], says: '--audience is missing' },
    { args: ['campaign', 'start', '--template'], says: "'--template <value>' argument missing" },
    { args: ['suppression', 'add'], says: 'todoke suppression add: ADDRESS is missing' },
    { args: ['suppression', 'add', 'taro'], says: 'ADDRESS is not of the form local-part@domain' },
    {
      args: ['suppression', 'add', 'taro@example.com', '--scope', 'everything'],
      says: '--scope is one of all, marketing, transactional, topic:NAME',
    },
    { args: ['suppression', 'remove', 'taro@example.com', '--scope', 'topic:'], says: '--scope is one of' },
    { args: ['inbox', '--limit', '0'], says: '--limit takes a whole number from 1' },
    { args: ['inbox', '--limit', 'many'], says: '--limit takes a whole number from 1' },
    { args: ['status', '--limit', '1.5'], says: '--limit takes a whole number from 1' },
  ])('$args ends with 2 and says what is wrong', async ({ args, says }) => {
    const { code, out, err } = await todoke(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
    // And how it is right.
    expect(err).toMatch(/^ {2}(?:--|publish|campaign)/m);
  });
});

describe('without a pipeline', () => {
  const commands = [
    ['campaign', 'status'],
    ['suppression', 'list'],
    ['suppression', 'add', 'taro@example.com'],
    ['suppression', 'remove', 'taro@example.com'],
    ['inbox'],
    ['status'],
    ['publish', '-'],
  ];

  it.each(commands.map((args) => ({ args })))('$args says how to start one', async ({ args }) => {
    const { code, out, err } = await todoke(args, '{}');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      'todoke: no pipeline runs on this machine: "npm start" runs one, --stack NAME is a deployed one',
    );
  });

  it('says in one line that a deployed stack needs credentials or a region', async () => {
    for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_'))) {
      delete process.env[name];
    }
    Object.assign(process.env, {
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    const noRegion = await todoke(['status', '--stack', 'Todoke-prod']);
    process.env.AWS_REGION = 'eu-west-1';
    const noCredentials = await todoke(['status', '--stack', 'Todoke-prod']);
    expect([noRegion.code, noCredentials.code]).toEqual([1, 1]);
    expect(noRegion.err).toMatch(/^todoke: [^\n]*Region is missing$/);
    expect(noCredentials.err).toMatch(/^todoke: CredentialsProviderError: [^\n]+$/);
  });
});
