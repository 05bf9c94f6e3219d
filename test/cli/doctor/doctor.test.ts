import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { healthy, resolverOf, type World } from '../../domain/doctor/healthy.ts';
import { misconfigurations } from '../../domain/doctor/misconfigurations.ts';
import { commandLine, type Ran, type Todoke } from '../running-todoke.ts';
import { serveZone, type ZoneServer } from './zone-server.ts';

let world: World;
let server: ZoneServer;
let directory: string;
let todoke: Todoke;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-doctor-'));
  server = await serveZone((name, type) => resolverOf(world)(name, type));
  todoke = await commandLine(join(directory, 'local.json'));
});

beforeEach(() => {
  world = healthy();
});

afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Seen {
  readonly checks: readonly { readonly number: number; readonly status: string }[];
  readonly findings: readonly {
    readonly code: string;
    readonly fix: { readonly records: unknown; readonly paste: readonly string[] };
  }[];
}

/** The doctor over the world: its DNS by the server, all the rest by a file. */
async function doctor(...more: string[]): Promise<Ran> {
  const { domain, identity, sets, dedicatedIps, ...rest } = world;
  const { zone: _zone, servfail: _servfail, blocklists: _blocklists, ...answers } = rest;
  const file = join(directory, 'answers.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...answers,
      identity: identity ?? null,
      configurationSets: sets,
      dedicatedIps: dedicatedIps.map((Ip) => ({ Ip })),
    }),
  );
  return await todoke([
    'doctor',
    '--domain',
    domain,
    '--dns-server',
    server.address,
    '--answers',
    file,
    ...more,
  ]);
}

it('finds nothing in a healthy set-up, and leaves nothing undecided', async () => {
  const ran = await doctor('--json');
  expect(ran.code).toBe(0);
  const { checks, findings } = ran.json() as Seen;
  expect(findings).toEqual([]);
  expect(checks.filter(({ status }) => status !== 'passed')).toEqual([]);
});

/** One of each kind of answer from the DNS, and some of SES. */
const sample = [
  'dkim-record-missing',
  'dkim-record-wrong',
  'mail-from-mx-missing',
  'from-spf-missing',
  'from-null-mx',
  'soa-missing',
  'from-zone-broken',
  'spf-multiple',
  'spf-too-many-lookups',
  'dmarc-missing',
  'dmarc-rua-unauthorized',
  'ptr-missing',
  'sandbox',
  'identity-missing',
  'event-types-missing',
];

it.each(misconfigurations.filter(({ code }) => sample.includes(code)))(
  'finds $code through a real DNS server',
  async ({ code, severity, seed }) => {
    seed(world);
    const ran = await doctor('--json');
    expect((ran.json() as Seen).findings.map((finding) => finding.code)).toContain(code);
    expect(ran.code).toBe(severity === 'block' ? 4 : ran.code);
    expect(ran.code).not.toBe(0);
  },
);

it('writes a fix as record sets, as lines of a zone and as commands', async () => {
  delete world.zone['TXT _dmarc.example.com'];
  world.account.SendingEnabled = false;
  const { findings } = (await doctor('--json')).json() as Seen;
  expect(findings.find(({ code }) => code === 'dmarc-missing')?.fix).toMatchObject({
    records: [
      { name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=none; rua=mailto:dmarc@example.com' },
    ],
    paste: ['_dmarc.example.com. 3600 IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"'],
  });
  expect(findings.find(({ code }) => code === 'account-paused')?.fix.paste).toEqual([
    'aws sesv2 put-account-sending-attributes --sending-enabled',
  ]);
});

it.each([
  { seed: 'dmarc-tag-obsolete', code: 3 },
  { seed: 'pricing-plan', code: 0 },
  { seed: 'sandbox', code: 4 },
])('exits with $code for $seed', async ({ seed, code }) => {
  misconfigurations.find((each) => each.code === seed)?.seed(world);
  expect((await doctor()).code).toBe(code);
});

it.each([
  { lang: 'ja', says: '■ 配信を止めるもの', and: 'mail.example.com にAもMXもありません。' },
  { lang: 'en', says: '■ Blocks a campaign', and: 'mail.example.com has neither A nor MX.' },
])('tells people in $lang what is wrong, and what to paste', async ({ lang, says, and }) => {
  delete world.zone['MX mail.example.com'];
  const { out } = await doctor('--lang', lang);
  expect(out).toContain(says);
  expect(out).toContain(and);
  expect(out).toContain('    mail.example.com. 3600 IN MX 10 mx.example.com.');
});

it('names each reason for which nothing was decided once, and receivers as people do', async () => {
  world.servfail = ['www.example.com'];
  world.audience.providers['yahoo-japan'] = 800;
  world.zone['A example.com.dbl.spamhaus.org'] = ['127.0.1.2'];
  const { out } = await doctor('--lang', 'en', '--blocklists', 'dbl.spamhaus.org');
  expect(out.match(/the DNS did not answer for www\.example\.com/g)).toHaveLength(1);
  expect(out).toContain('\n    17  Links and the tracking domain');
  expect(out).toContain('Nothing went to Yahoo! JAPAN in the last 30 days; 800 at once');
  expect(out).toContain('\n  everywhere: Many receivers refuse or junk mail that names this domain.');
});

it('shows control characters of the DNS instead of obeying them', async () => {
  world.zone['TXT mail.example.com'] = ['v=spf1 \u001b[31minclude:amazonses.com ~all'];
  const { out } = await doctor();
  expect(out).not.toContain('\u001b');
});

it('says what it could not decide when it knows the DNS only', async () => {
  const file = join(directory, 'empty.json');
  writeFileSync(file, '{}');
  const ran = await todoke([
    'doctor',
    '--domain',
    'mail.example.com',
    '--dns-server',
    server.address,
    '--answers',
    file,
    '--json',
  ]);
  const { checks, findings } = ran.json() as Seen;
  expect(findings).toEqual([]);
  const undecided = checks.filter(({ status }) => status === 'undecided').map(({ number }) => number);
  expect(undecided).toEqual([
    1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 27, 28, 29, 30, 31, 32,
  ]);
});

it.each([
  {
    what: 'a server that is no address',
    args: ['--domain', 'example.com', '--dns-server', 'ns.example.com'],
    says: '--dns-server takes an address',
  },
  {
    what: 'a blocklist that is no zone',
    args: ['--domain', 'example.com', '--blocklists', 'dbl.spamhaus.org,surbl'],
    says: '--blocklists takes zones',
  },
  { what: 'no domain', args: [], says: '--domain is missing' },
  { what: 'another language', args: ['--domain', 'example.com', '--lang', 'fr'], says: '--lang is ja or en' },
])('refuses $what', async ({ args, says }) => {
  const file = join(directory, 'empty.json');
  writeFileSync(file, '{}');
  const ran = await todoke(['doctor', '--answers', file, ...args]);
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(says) });
});

it('refuses answers that it does not know', async () => {
  const file = join(directory, 'wrong.json');
  writeFileSync(file, '{"acount":{}}');
  const ran = await todoke(['doctor', '--domain', 'example.com', '--answers', file]);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('"acount"') });
});
