import { readFileSync } from 'node:fs';
import { type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);
const file = (name: string, ...lines: readonly string[]) => running.file(name, `${lines.join('\n')}\n`);
const show = async (address: string) => (await todoke(['contact', 'show', address, '--json'])).json();

beforeAll(async () => {
  running = await startTodoke();
});
afterAll(() => running.close());

describe('contacts', () => {
  const people = () =>
    file(
      'people.csv',
      'メール,氏名,timeZone,topic:newsletter,topic:events,at,evidence',
      'a@example.com,花子,Asia/Tokyo,yes,no,2026-01-02T03:04:05Z,form 7',
      'b@example.com,,,yes,,,',
      'not an address,,,yes,,,',
    );

  it('are imported, twice without a change, with a "no" as a suppression', async () => {
    const first = await todoke(['contact', 'import', people(), '--by', 'ito', '--json']);
    expect([first.code, first.json()]).toMatchObject([
      1,
      { rows: 3, changed: 2, unchanged: 0, erased: 0, invalid: 1, invalidRows: [{ row: 3 }] },
    ]);
    const again = await todoke(['contact', 'import', people(), '--by', 'ito']);
    expect(again.out).toBe('3 rows: 2 unchanged, 1 invalid');
    expect(again.err).toMatch(/^row 3 address/);
    expect(await show('A@example.com')).toMatchObject({
      preferences: { name: '花子', timeZone: 'Asia/Tokyo' },
      topics: [
        { topic: 'events', subscribed: false, source: 'import' },
        {
          topic: 'newsletter',
          subscribed: true,
          since: '2026-01-02T03:04:05.000Z',
          by: 'ito',
          evidence: 'form 7',
        },
      ],
      stopped: [],
    });
    const { out } = await todoke(['suppression', 'list', 'a@example.com', '--json']);
    expect(JSON.parse(out)).toMatchObject([
      { scope: 'topic:events', reason: 'unsubscribe', source: 'import' },
    ]);
  });

  it('are refused as a file with nothing in it, and are none in one with a header only', async () => {
    const path = running.file('nothing.csv', '');
    expect(await todoke(['contact', 'import', path])).toMatchObject({
      ...{ code: 1, err: `todoke: ${path} is empty` },
    });
    expect(await todoke(['contact', 'import', file('header.csv', 'email')])).toMatchObject({
      ...{ code: 0, out: '0 rows' },
    });
  });

  it('that unsubscribed stay so when an older file says otherwise, until they ask again', async () => {
    const list = file('list.csv', 'email', 'c@example.com');
    await todoke(['contact', 'import', list, '--topic', 'newsletter']);
    await todoke(['suppression', 'add', 'c@example.com', '--scope', 'topic:newsletter']);
    await todoke(['contact', 'import', list, '--topic', 'newsletter']);
    expect(await show('c@example.com')).toMatchObject({
      topics: [{ topic: 'newsletter', subscribed: false }],
    });
    const set = await todoke([
      'contact',
      'set',
      'c@example.com',
      '--topic',
      'newsletter=on',
      '--evidence',
      'call',
    ]);
    expect(set.out).toMatch(/^newsletter +on +\S+ +cli +\S+ +call$/m);
    expect(await show('c@example.com')).toMatchObject({ topics: [{ subscribed: true, evidence: 'call' }] });
    await todoke(['contact', 'set', 'c@example.com', '--topic', 'newsletter=off', '--locale', 'en']);
    expect(await show('c@example.com')).toMatchObject({
      preferences: { locale: 'en' },
      topics: [{ topic: 'newsletter', subscribed: false, source: 'cli' }],
    });
  });

  it('decide who is in a segment', async () => {
    const list = file(
      'choose.csv',
      'email,couponCode',
      'd@example.com,A',
      'e@example.com,A',
      'f@example.com,A',
    );
    const wanted = file('wanted.csv', 'email', 'd@example.com', 'e@example.com');
    await todoke(['contact', 'import', wanted, '--topic', 'product-updates']);
    await todoke(['contact', 'set', 'e@example.com', '--topic', 'product-updates=off']);
    const where = ['--where', '"product-updates" in known.subscribed'];
    const sent = await todoke([
      ...['campaign', 'start', '--template', 'product-announcement', '--name', 'wanted', '--yes'],
      ...['--audience', list, ...where, '--wait', '--json'],
    ]);
    expect(sent.json()).toMatchObject({ state: 'completed', accepted: 1, filtered: 2 });
  });

  it('are written as a file that a campaign and an import take', async () => {
    const list = file('export.csv', 'email,name,at,evidence', 'x@example.com,花子,2026-01-02T00:00:00Z,form');
    await todoke(['contact', 'import', list, '--topic', 'monthly']);
    await todoke([
      'contact',
      'import',
      file('no.csv', 'email', 'y@example.com', 'z@example.com'),
      '--topic',
      'monthly',
    ]);
    await todoke(['contact', 'set', 'y@example.com', '--topic', 'monthly=off']);
    await todoke(['suppression', 'add', 'z@example.com', '--scope', 'marketing']);
    const written = running.file('monthly.csv', '');
    const { code, err } = await todoke(['contact', 'export', written, '--topic', 'monthly']);
    expect([code, err]).toEqual([0, `1 contacts written to ${written}`]);
    expect(readFileSync(written, 'utf8')).toBe(
      'address,name,locale,timeZone,topics,at,evidence\r\n' +
        'x@example.com,花子,,,monthly,2026-01-02T00:00:00.000Z,form\r\n',
    );
    expect((await todoke(['contact', 'import', written])).out).toBe('1 rows: 1 unchanged');
    const all = (await todoke(['contact', 'export'])).out.split('\n');
    expect(all).toContain('z@example.com,,,,monthly,,');
    expect(all).toContain('y@example.com,,,,,,');
  });

  it('have a time zone that counts where an audience has none', async () => {
    const list = file('local.csv', 'email,couponCode', 't@example.com,A', 'u@example.com,A');
    await todoke(['contact', 'set', 'u@example.com', '--time-zone', 'America/New_York']);
    const { code, err } = await todoke([
      ...[
        'campaign',
        'schedule',
        '--template',
        'product-announcement',
        '--name',
        'zoned',
        '--audience',
        list,
      ],
      ...['--at', '2999-01-01T09:00', '--local', '--zone', 'Asia/Tokyo', '--yes'],
    ]);
    expect(code).toBe(0);
    const table = err
      .split('\n')
      .slice(-2)
      .map((line) => line.split(/\s{2,}/));
    expect(table).toEqual([
      ['Asia/Tokyo', '1', '2999-01-01T00:00:00.000Z'],
      ['America/New_York', '1', '2999-01-01T14:00:00.000Z'],
    ]);
  });

  it('are told to the person and forgotten with the person, and not imported again', async () => {
    const list = file('erase.csv', 'email,name', 'g@example.com,五郎');
    await todoke(['contact', 'import', list, '--topic', 'newsletter']);
    const told = (await todoke(['person', 'export', 'g@example.com'])).json();
    expect(told).toMatchObject({
      contact: { preferences: { name: '五郎' }, topics: { newsletter: { source: 'import' } } },
    });
    const erased = await todoke(['person', 'erase', 'g@example.com', '--yes', '--json']);
    expect(erased.json()).toMatchObject({ contact: true });
    expect((await todoke(['person', 'export', 'g@example.com'])).json()).toMatchObject({ contact: null });
    expect((await todoke(['contact', 'import', list, '--json'])).json()).toMatchObject({
      rows: 1,
      erased: 1,
    });
    const set = await todoke(['contact', 'set', 'g@example.com', '--name', '五郎']);
    expect([set.code, set.err]).toEqual([
      1,
      'todoke: g@example.com was erased: "todoke suppression remove g@example.com" lifts that',
    ]);
  });

  it.each([
    [['contact', 'set', 'a@example.com'], /nothing to set/],
    [['contact', 'set', 'a@example.com', '--topic', 'newsletter'], /it is TOPIC=on or TOPIC=off/],
    [['contact', 'set', 'a@example.com', '--time-zone', 'Tokyo'], /"Tokyo" is no time zone/],
    [['contact', 'import', 'x.csv', '--topic', 'News!'], /--topic has small letters/],
    [['contact', 'export', '--topic', 'News!'], /--topic has small letters/],
  ])('are not for such calls: %j', async (args, says) => {
    const { code, err } = await todoke(args);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});
