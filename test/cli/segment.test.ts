import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);
const file = (name: string, ...lines: readonly string[]) => running.file(name, `${lines.join('\n')}\n`);

beforeAll(async () => {
  running = await startTodoke();
  // Points the SDK to the pipeline, as every command does.
  await todoke(['status']);
});
afterAll(() => running.close());

async function putObject(key: string, text: string): Promise<string> {
  const Bucket = running.pipeline.outputs.BucketName ?? '';
  await new S3Client({}).send(new PutObjectCommand({ Bucket, Key: key, Body: text }));
  return `s3://${Bucket}/${key}`;
}

const draft = (name: string, ...more: string[]) =>
  todoke(['campaign', 'create', '--template', 'product-announcement', '--name', name, ...more]);
const start = (name: string, ...more: string[]) =>
  todoke(['campaign', 'start', '--template', 'product-announcement', '--name', name, '--yes', ...more]);

describe('an audience in several places', () => {
  it('is read as one, from files and from the bucket, with columns by other names', async () => {
    const here = file('here.csv', '連絡先,couponCode', 'a@example.com,A', 'b@example.com,B');
    const there = await putObject(
      'audiences/there.csv',
      '連絡先,couponCode\nA@example.com,A\nc@example.com,C\n',
    );
    const audience = ['--audience', here, '--audience', there, '--map', 'address=連絡先'];
    const { code, err, json } = await start('both', ...audience, '--wait', '--json');
    expect(err.split('\n')[0]).toBe('uploading 2 rows …');
    expect([code, json()]).toMatchObject([
      0,
      {
        state: 'completed',
        audienceKeys: [expect.stringMatching(/^audiences\/both\/[0-9a-f]{32}\.csv$/), 'audiences/there.csv'],
        ...{ columns: { address: '連絡先' }, recipients: 4, accepted: 3, duplicates: 1 },
      },
    ]);
  });

  it('may be of a size that goes up in parts', async () => {
    const row = (n: number) => `r${n}@example.com,${'x'.repeat(900)}`;
    const large = file('large.csv', 'email,couponCode', ...Array.from({ length: 12_000 }, (_, n) => row(n)));
    const before = running.pipeline.calls()['s3:UploadPart'] ?? 0;
    const { code, json } = await draft('large', '--audience', large, '--json');
    expect([code, json()]).toMatchObject([0, { state: 'draft' }]);
    expect((running.pipeline.calls()['s3:UploadPart'] ?? 0) - before).toBe(2);
  });

  it.each([
    ['nothing is there', 's3://BUCKET/audiences/none.csv', /^todoke: there is no s3:\/\/\S+none\.csv$/],
    [
      'the planner may not read it',
      's3://BUCKET/templates/x.csv',
      /audiences are read from s3:\/\/\S+\/audiences\/ only/,
    ],
    ['it is in another bucket', 's3://others/audiences/x.csv', /audiences are read from/],
    ['it is no address', 's3://BUCKET', /is not s3:\/\/BUCKET\/KEY/],
  ])('is refused where %s', async (_, url, says) => {
    const place = url.replace('BUCKET', running.pipeline.outputs.BucketName ?? '');
    const { code, err } = await draft('refused', '--audience', place);
    expect(code).toBe(1);
    expect(err).toMatch(says);
  });

  it('is refused where the object has no header, before anything is started', async () => {
    const url = await putObject('audiences/no-header.csv', 'a@example.com,A\nb@example.com,B\n');
    const { code, err } = await draft('no-header', '--audience', url);
    expect([code, err]).toEqual([
      1,
      'todoke: the first line of the audience has an address; it has to name the columns',
    ]);
  });

  it.each([
    [
      'of two formats',
      ['--audience', 'a.csv', '--audience', 'b.jsonl'],
      /all files of an audience are of one format/,
    ],
    ['with a map that is none', ['--audience', 'a.csv', '--map', 'address'], /"address" is not OURS=THEIRS/],
    ['of no known format', ['--audience', 'a.csv', '--format', 'xlsx'], /--format is csv or jsonl/],
  ])('is wrong usage %s', async (_, audience, says) => {
    const { code, err } = await draft('usage', ...audience);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});

describe('a segment', () => {
  const people = [
    '連絡先,氏名,pref,points,agreed,couponCode',
    'a@example.com,花子,Tokyo,150,2026-01-01,A',
    'b@example.com,太郎,Osaka,20,2026-01-02,B',
    'c@example.com,健,Tokyo,many,2026-01-03,C',
    'd@example.com,次郎,Tokyo,300,,D',
    'e@example.com,三郎,Tokyo,400,2026-01-05,E',
    'A@example.com,花子,Tokyo,150,2026-01-01,A',
    'not an address,四郎,Tokyo,500,2026-01-07,F',
    'gone@example.com,五郎,Tokyo,500,2026-01-08,G',
  ];
  const definition = () => [
    ...['--audience', file('people.csv', ...people), '--map', 'address=連絡先'],
    ...[
      '--where',
      'row.pref == "Tokyo" && int(row.points) >= 100',
      '--consent',
      'agreed',
      '--require-consent',
    ],
  ];
  const totals = { rows: 8, matching: 2, filtered: 1, invalid: 3, duplicates: 1, suppressed: 1 };

  it('is made once, listed, shown, counted, sent to and deleted', async () => {
    const made = await todoke(['segment', 'create', 'Tokyo 100', ...definition()]);
    expect([made.code, made.out]).toEqual([
      0,
      'segment "Tokyo 100": up to 6 recipients, selected from 8 rows of people.csv',
    ]);
    const again = await todoke(['segment', 'create', 'Tokyo 100', ...definition()]);
    expect([again.code, again.err]).toEqual([
      1,
      'todoke: segment "Tokyo 100" exists already; --replace takes its place',
    ]);
    const replaced = await todoke(['segment', 'create', 'Tokyo 100', ...definition(), '--replace', '--json']);
    expect(replaced.json()).toMatchObject({
      name: 'Tokyo 100',
      segmentId: expect.stringMatching(/^tokyo-100-/),
    });

    expect((await todoke(['segment', 'list', '--json'])).json()).toEqual([replaced.json()]);
    expect((await todoke(['segment', 'list'])).out).toMatch(/^Tokyo 100 +1 /m);
    const shown = (await todoke(['segment', 'show', 'Tokyo 100'])).out;
    expect(shown).toMatch(/^where +row\.pref == "Tokyo"/m);
    expect(shown).toMatch(/^columns +address=連絡先/m);
    expect(shown).toMatch(/^consent +agreed \(required\)/m);
    expect(shown).toMatch(/^audiences\/segments\/tokyo-100-\S+\.csv +\d+/m);

    await todoke(['suppression', 'add', 'gone@example.com', '--scope', 'topic:product-updates']);
    const count = ['segment', 'count', 'Tokyo 100', '--topic', 'product-updates'];
    const { out, err } = await todoke(count);
    expect(out.split('\n')[0]?.split(/\s{2,}/)).toEqual(['segment', ...Object.keys(totals)]);
    expect(err.split('\n')).toEqual([
      'row 3 cannot be filtered: a value is not of the kind that the filter wants; those of CSV are texts, of which int() makes numbers',
      'row 4 has nothing in column "agreed", which proves consent',
      expect.stringMatching(/^row 7 address/),
    ]);
    expect((await todoke([...count, '--json'])).json()).toMatchObject({
      ...totals,
      invalidRows: [{ code: 'segment-filter' }, { code: 'consent-missing' }, { field: 'row 7 address' }],
    });

    const sent = await start('to-segment', '--segment', 'Tokyo 100', '--wait', '--json');
    expect([sent.code, sent.json()]).toMatchObject([
      0,
      {
        ...{ segment: 'Tokyo 100', where: 'row.pref == "Tokyo" && int(row.points) >= 100' },
        plan: { rows: 8, recipients: 2, filtered: 1, invalid: 3, duplicates: 1, suppressed: 1 },
        ...{ recipients: 8, accepted: 2, filtered: 1 },
      },
    ]);
    const traced = await todoke(['trace', '--campaign', 'to-segment', '--json']);
    expect(JSON.stringify(traced.json())).toContain('never_sent_filtered');

    expect((await todoke(['segment', 'delete', 'Tokyo 100'])).out).toBe('deleted segment "Tokyo 100"');
    const gone = await todoke(['segment', 'show', 'Tokyo 100']);
    expect([gone.code, gone.err]).toEqual([1, 'todoke: there is no segment "Tokyo 100"']);
  });

  it('that no row can be filtered for says so for the first ones, and how many more there are', async () => {
    const rows = Array.from({ length: 25 }, (_, i) => `n${i}@example.com,${i}`);
    const path = file('numbers.csv', 'address,points', ...rows);
    await todoke(['segment', 'create', 'numbers', '--audience', path, '--where', 'row.points > 5']);
    const { code, err } = await todoke(['segment', 'count', 'numbers']);
    const lines = err.split('\n');
    expect([code, lines.length, lines[0]]).toEqual([0, 11, expect.stringContaining('int() makes numbers')]);
    expect(lines.at(-1)).toBe('and 15 more that are invalid; --json names the first 25');
    await todoke(['segment', 'delete', 'numbers']);
  });

  it('is as good an audience without those who are left out for want of consent', async () => {
    const people = Array.from({ length: 10 }, (_, i) => `p${i}@example.com,A,${i % 2 === 0 ? 'web' : ''}`);
    const path = file('consent.csv', 'address,couponCode,agreed', ...people);
    const args = ['--template', 'product-announcement', '--name', 'agreed', '--audience', path];
    const consent = ['--consent', 'agreed', '--require-consent'];
    const { json } = await todoke(['campaign', 'rehearse', ...args, ...consent, '--json']);
    const { totals, findings } = json() as {
      totals: unknown;
      findings: { doctor: { code: string }[]; blocking: boolean };
    };
    expect(totals).toMatchObject({ rows: 10, recipients: 5, invalid: 5 });
    expect(findings.doctor.map(({ code }) => code)).not.toContain('audience-risky');
  });

  it('says when a filter cannot be asked about rows', async () => {
    const audience = file('points.csv', 'email,points', 'a@example.com,5', 'b@example.com,7');
    const made = await todoke([
      'segment',
      'create',
      'numbers',
      '--audience',
      audience,
      '--where',
      'row.points > 3',
    ]);
    expect(made.out).toBe('segment "numbers": up to 0 recipients, selected from 2 rows of points.csv');
    expect(made.err).toContain(
      'the filter cannot be asked about 2 of 2 rows, which are left out: row 1 cannot be filtered',
    );
    expect(made.err).toContain('int() makes numbers');
  });

  it('asks about what is known: who was mailed lately, and who unsubscribed', async () => {
    const known = file(
      'known.csv',
      'email,couponCode',
      'm@example.com,A',
      'u@example.com,A',
      'n@example.com,A',
    );
    const first = file('mailed.csv', 'email,couponCode', 'm@example.com,A');
    await start('mailed-before', '--audience', first, '--wait');
    await todoke(['suppression', 'add', 'u@example.com', '--scope', 'topic:newsletter']);
    const where =
      '(!has(known.lastMailed) || now - known.lastMailed > duration("1h")) && !("newsletter" in known.unsubscribed)';
    await todoke(['segment', 'create', 'unknown', '--audience', known, '--where', where]);
    expect((await todoke(['segment', 'count', 'unknown', '--json'])).json()).toMatchObject({
      ...{ rows: 3, matching: 1, filtered: 2 },
    });
    const sent = await start('to-unknown', '--segment', 'unknown', '--wait', '--json');
    expect(sent.json()).toMatchObject({ state: 'completed', accepted: 1, filtered: 2 });
  });

  it.each([
    ['a syntax error', ['--where', 'row.pref ==='], /the filter cannot be used: .* \(character \d+\)$/],
    ['a name that is not known', ['--where', 'pref == "x"'], /Unknown variable: pref \(character 1\)$/],
    [
      'a column that is not there',
      ['--where', 'row.prefecture == "x"'],
      /the audience has no column "prefecture"; it has "address", "name", "pref"/,
    ],
    ['no such column of consent', ['--consent', 'optin'], /the audience has no column "optin"/],
    [
      'no such column to map',
      ['--map', 'name=お名前様'],
      /the audience has no column "お名前様"; it has "連絡先"/,
    ],
  ])('is refused for %s', async (_, more, says) => {
    const audience = ['--audience', file('refused.csv', ...people), '--map', 'address=連絡先'];
    const { code, err } = await todoke(['segment', 'create', 'refused', ...audience, ...more]);
    expect(code).toBe(1);
    expect(err).toMatch(says);
    expect((await todoke(['segment', 'show', 'refused'])).code).toBe(1);
  });

  it('and files are not named both', async () => {
    const { code, err } = await draft('both-ways', '--segment', 'x', '--audience', 'y.csv');
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'todoke campaign create: --segment has it all: leave --audience out',
    ]);
  });

  it('whose files are gone is not sent to', async () => {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const audience = file('short-lived.csv', 'email,couponCode', 'a@example.com,A');
    const made = await todoke(['segment', 'create', 'short', '--audience', audience, '--json']);
    const { audienceKey } = made.json() as { readonly audienceKey: string };
    const Bucket = running.pipeline.outputs.BucketName ?? '';
    await new S3Client({}).send(new DeleteObjectCommand({ Bucket, Key: audienceKey }));
    const { code, err } = await draft('to-short', '--segment', 'short');
    expect([code, err]).toEqual([1, expect.stringMatching(/ of segment "short" is gone, .* --replace"$/)]);
    expect((await todoke(['segment', 'show', 'short'])).out).toMatch(/ gone$/m);
  });
});

describe('a local time', () => {
  const zones = () =>
    file(
      'zones.csv',
      'email,timeZone,couponCode',
      ...['a@example.com,America/New_York,A', 'b@example.com,,A', 'c@example.com,Asia/Tokyo,A'],
      'd@example.com,nowhere,A',
    );
  const schedule = (name: string, at: string, ...more: string[]) =>
    todoke([
      ...['campaign', 'schedule', '--template', 'product-announcement', '--name', name, '--yes'],
      ...['--audience', zones(), '--at', at, '--local', '--zone', 'Asia/Tokyo', ...more],
    ]);

  it('begins where it comes first, and says when it comes where', async () => {
    const { code, out, err } = await schedule('local', '2999-01-01T09:00');
    expect(code).toBe(0);
    expect(out).toContain('local starts at 2999-01-01T00:00:00.000Z, where it is 2999-01-01T09:00 first');
    const table = err
      .split('\n')
      .slice(-3)
      .map((line) => line.split(/\s{2,}/));
    expect(table).toEqual([
      ['Asia/Tokyo', '2', '2999-01-01T00:00:00.000Z'],
      ['America/New_York', '1', '2999-01-01T14:00:00.000Z'],
      ['nowhere', '1', 'no such time zone: left out'],
    ]);
    expect((await todoke(['campaign', 'status', 'local', '--json'])).json()).toMatchObject({
      ...{ state: 'scheduled', startAtMs: Date.UTC(2999, 0, 1) },
      local: { at: '2999-01-01T09:00', zone: 'Asia/Tokyo' },
    });
  });

  it('that is over somewhere is refused, unless those may get it late', async () => {
    const wall = new Date().toISOString().slice(0, 16);
    const refused = await schedule('too-late', wall);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/ is over in Asia\/Tokyo \(2 rows\)\. Choose a later time, or --late /),
    ]);
    const late = await todoke([
      'campaign',
      'schedule',
      '--yes',
      'too-late',
      '--at',
      wall,
      '--local',
      '--late',
      '--zone',
      'Asia/Tokyo',
      '--json',
    ]);
    expect([late.code, late.json()]).toMatchObject([0, { state: 'scheduled', local: { at: wall } }]);
    expect((await todoke(['campaign', 'cancel', 'too-late'])).code).toBe(0);
  });

  it.each([
    [['--at', '2999-01-01T09:00Z', '--local'], /is no local time such as/],
    [['--at', '2999-01-01T09:00', '--local', '--zone', 'Tokyo'], /--zone "Tokyo" is no time zone/],
    [['--at', '2999-01-01T09:00', '--late'], /--late is for --local/],
  ])('is not %j', async (options, says) => {
    const { code, err } = await todoke(['campaign', 'schedule', 'local', ...options]);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});
