import { recipientIdOf } from '../../../domain/address.ts';
import { rowsOf } from '../../../domain/audience/audience.ts';
import { readAudience } from '../../../domain/doctor/audience.ts';
import type { Resolve } from '../../../domain/doctor/dns.ts';

async function factsOf(csv: string, resolve?: Resolve, consent?: readonly string[]) {
  async function* bytes() {
    yield Buffer.from(csv);
  }
  return (await readAudience(rowsOf('csv', bytes()), { resolve, ...(consent && { consent }) })).facts;
}

it.each([
  { row: 'nobody', kind: 'invalid' },
  { row: 'info@example.com', kind: 'role' },
  { row: 'no-reply@example.com', kind: 'role' },
  { row: 'x@mailinator.com', kind: 'disposable' },
  { row: 'taro@gmial.com', kind: 'typo' },
  { row: 'taro@docomo.ne.jo', kind: 'typo' },
  { row: 'taro@yaho.co.jp', kind: 'typo' },
  { row: 'a..b@docomo.ne.jp', kind: 'rfcViolating' },
  { row: 'taro@gone.example', kind: 'noMx' },
  { row: 'taro@nullmx.example', kind: 'noMx' },
] as const)('counts $row as $kind, and as nothing else', async ({ row, kind }) => {
  const resolve: Resolve = async (name, type) => {
    if (name === 'gone.example') return { status: 'nxdomain' };
    if (name === 'nullmx.example')
      return type === 'MX' ? { status: 'records', records: ['0 .'] } : { status: 'nodata' };
    return { status: 'records', records: ['10 mx.example.com'] };
  };
  const { invalid, role, disposable, typo, rfcViolating, noMx } = await factsOf(`address\n${row}\n`, resolve);
  const counts = { invalid, role, disposable, typo, rfcViolating, noMx };
  expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([[kind, 1]]);
});

it.each([
  'taro@gmail.com',
  'taro@ymail.com',
  'taro@mail.com',
  'taro@outlook.jp',
  'taro@example.com',
  'taro@email.com',
])('has nothing against %s', async (address) => {
  expect(await factsOf(`address\n${address}\n`)).toMatchObject({
    invalid: 0,
    role: 0,
    disposable: 0,
    typo: 0,
    noMx: 0,
  });
});

it('counts mailbox providers, and each mailbox once', async () => {
  const csv = 'address\na@gmail.com\nA@gmail.com\nb@docomo.ne.jp\nc@example.com\nd@mail.ru\n';
  expect(await factsOf(csv)).toMatchObject({
    rows: 5,
    duplicates: 1,
    providers: { google: 1, docomo: 1, other: 2 },
  });
});

it.each([
  { csv: 'address\na@example.com\n', consent: undefined },
  { csv: 'address,consentAt\na@example.com,2026-01-01\nb@example.com,\n', consent: 1 },
  { csv: 'address,consent\na@example.com,yes\nb@example.com,no\n', consent: 1 },
])('knows of consent from its column: $consent', async ({ csv, consent }) => {
  expect((await factsOf(csv)).consent).toBe(consent);
});

it('knows of consent from the columns that are named for it, and from no other', async () => {
  const csv = 'address,agreed,consentAt\na@example.com,form,\nb@example.com,,2026-01-01\n';
  expect((await factsOf(csv, undefined, ['agreed'])).consent).toBe(1);
  expect((await factsOf(csv, undefined, ['elsewhere'])).consent).toBeUndefined();
});

it('takes a domain of which the DNS says nothing for good', async () => {
  const facts = await factsOf('address\na@example.net\n', async () => ({
    status: 'failed',
    reason: 'timeout',
  }));
  expect(facts.noMx).toBe(0);
});

it('counts consents of two years ago or more, by the latest date of a row', async () => {
  const rows = [
    ['2026-01-01', ''],
    ['2024-06-01T00:00:00Z', ''],
    ['2024-06-01', '2026-06-01'],
    ['yes', ''],
    ['', ''],
    ['2020-02-03', 'form A'],
  ];
  async function* bytes() {
    const lines = rows.map(([at, source], i) => `r${i}@example.com,${at},${source}`);
    yield Buffer.from(['address,consentAt,consent_renewed', ...lines].join('\n'));
  }
  const nowMs = Date.UTC(2026, 10, 24);
  const { facts, drawn } = await readAudience(rowsOf('csv', bytes()), { nowMs });
  expect(facts).toMatchObject({ rows: 6, consent: 5, oldConsent: 2 });
  expect(drawn).toHaveLength(6);
});

it('draws a thousand recipients from all of an audience', async () => {
  async function* bytes() {
    yield Buffer.from(`address\n${Array.from({ length: 5_000 }, (_, i) => `r${i}@example.com`).join('\n')}`);
  }
  const { drawn } = await readAudience(rowsOf('csv', bytes()));
  const ids = Array.from({ length: 5_000 }, (_, i) => recipientIdOf(`r${i}@example.com`));
  expect(drawn).toEqual(ids.toSorted().slice(0, 1_000));
});
