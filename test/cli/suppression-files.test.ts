import { readFileSync, statSync } from 'node:fs';
import type { Suppression } from '../../domain/suppression/suppression.ts';
import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  running = await startTodoke();
});
afterAll(() => running.close());

const suppressionsOf = async (address: string) => {
  const { json } = await todoke(['suppression', 'show', address, '--json']);
  return (json() as { suppressions: (Suppression & { scope: string })[] }).suppressions;
};

/** Reads and deletes what the export of earlier tests would be mixed with. */
const exported = async () => (await todoke(['suppression', 'export'])).out.split('\n');

// First, while no worker of the pipeline has looked for erased recipients: they do so once a minute.
it('a person who is erased stays suppressed, and can be allowed again', async () => {
  const address = 'saigo@example.com';
  const publish = async (id: string) => {
    const body = JSON.stringify(aPassword(id, { recipient: { address, locale: 'ja' } }));
    return (await todoke(['publish', '-', '--wait', '20', '--json'], body)).json();
  };
  await todoke(['suppression', 'add', address, '--evidence', 'letter of Saigo', '--by', 'hanako']);
  const { accountSuppressionList } = await import('../../aws/account-suppression-list.ts');
  await accountSuppressionList().put(address, 'BOUNCE');
  expect(await todoke(['person', 'erase', address])).toMatchObject({
    code: 1,
    err: expect.stringContaining('--yes'),
  });
  const erased = await todoke(['person', 'erase', address, '--yes', '--json']);
  expect(erased.json()).toEqual({
    deliveries: 0,
    contact: false,
    removedFromSes: true,
    stillSuppressed: ['marketing', 'all'],
  });
  expect(await publish('saigo-1')).toMatchObject([{ state: 'suppressed', reason: 'manual' }]);

  // The delivery that came after it can be forgotten as well.
  const known = (await todoke(['person', 'export', address])).json();
  expect(known).toMatchObject({
    address,
    suppressions: {},
    history: [],
    erased: { all: { reason: 'manual', source: 'cli' } },
    accountSuppressionListOfSes: null,
    deliveries: [expect.objectContaining({ deliveryId: 'n#saigo-1', state: 'suppressed', address })],
  });
  const again = await todoke(['person', 'erase', address, '--yes', '--json']);
  expect(again.json()).toMatchObject({ deliveries: 1, stillSuppressed: ['marketing', 'all'] });
  const { deliveriesTable } = await import('../../aws/deliveries.ts');
  const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
  const { dynamodb } = await import('../../aws/table.ts');
  const { DeliveriesTableName = '', SuppressionsTableName = '' } = running.pipeline.outputs;
  expect(await deliveriesTable(DeliveriesTableName).get('n#saigo-1')).toMatchObject({ state: 'suppressed' });
  for (const TableName of [DeliveriesTableName, SuppressionsTableName]) {
    const { Items } = await dynamodb.send(new ScanCommand({ TableName }));
    expect(JSON.stringify(Items)).not.toMatch(/saigo@|letter of/);
    const { recipientId } = known as { recipientId: string };
    expect(JSON.stringify(Items)).not.toContain(recipientId);
  }
  expect(await suppressionsOf(address)).toMatchObject([{ scope: 'marketing' }, { scope: 'all' }]);

  // A file that still has them does not bring their address back.
  const file = running.file('saigo.csv', `address\n${address}\n`);
  expect((await todoke(['suppression', 'import', file, '--json'])).json()).toMatchObject({
    erased: 1,
    suppressed: 0,
  });

  const lifted = await todoke(['suppression', 'remove', address, '--json']);
  expect(lifted.json()).toEqual({ address, removed: [], lifted: true });
  expect(await suppressionsOf(address)).toEqual([]);
});

it('anonymises what is known of a mail that bounced', async () => {
  const address = 'bounce+erase@simulator.amazonses.com';
  const body = JSON.stringify(aPassword('erase-1', { recipient: { address, locale: 'ja' } }));
  expect((await todoke(['publish', '-', '--wait', '20', '--json'], body)).json()).toMatchObject([
    { state: 'bounced', reason: 'user_unknown' },
  ]);
  await todoke(['person', 'erase', address, '--yes']);
  const { deliveriesTable } = await import('../../aws/deliveries.ts');
  const row = await deliveriesTable(running.pipeline.outputs.DeliveriesTableName ?? '').get('n#erase-1');
  expect(row).toMatchObject({
    state: 'bounced',
    reason: 'user_unknown',
    'event:bounce': { enhancedStatusCode: '5.1.1' },
    erasedAtMs: expect.any(Number),
  });
  expect(JSON.stringify(row)).not.toContain('erase@');
  expect(row).not.toHaveProperty('recipientId');
});

it.each([
  ['all of its rows in the indexes', false],
  ['the index of its plan gone from the bucket', true],
])(
  'knows of a person, and forgets, every mail of a campaign with %s',
  async (_, isGone) => {
    const { BucketName = '', DeliveriesTableName = '' } = running.pipeline.outputs;
    const run = isGone ? 'gone' : 'there';
    const [address, bounced] = [`kyara-${run}@example.com`, `bounce+${run}@simulator.amazonses.com`];
    const file = running.file(`${run}.csv`, `address,couponCode\n${address},A\n${bounced},A\n`);
    const args = ['--template', 'product-announcement', '--name', run, '--audience', file, '--trace', 'full'];
    expect(await todoke(['campaign', 'start', ...args, '--yes'])).toMatchObject({ code: 0 });
    await running.pipeline.idle(20_000);
    if (isGone) {
      const { DeleteObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
      const { campaignsTable } = await import('../../aws/campaigns.ts');
      const { planKeys } = await import('../../domain/campaign/plan-keys.ts');
      const table = campaignsTable(running.pipeline.outputs.CampaignsTableName ?? '');
      const { recipients: Key } = planKeys(run, (await table.get(run))?.plan?.planId ?? '');
      await new S3Client({}).send(new DeleteObjectCommand({ Bucket: BucketName, Key }));
    }
    const deliveriesOf = async (of: string) =>
      ((await todoke(['person', 'export', of])).json() as { deliveries: { deliveryId: string }[] })
        .deliveries;
    // What went well is in no index by recipient.
    expect(await deliveriesOf(address)).toMatchObject([{ state: 'delivered', address }]);
    expect(await deliveriesOf(bounced)).toMatchObject([{ state: 'bounced', address: bounced }]);
    const [{ deliveryId } = { deliveryId: '' }] = await deliveriesOf(address);
    await todoke(['person', 'erase', address, '--yes']);
    expect(await deliveriesOf(address)).toEqual([]);
    const { deliveriesTable } = await import('../../aws/deliveries.ts');
    const row = await deliveriesTable(DeliveriesTableName).get(deliveryId);
    expect(row).toMatchObject({ state: 'delivered' });
    expect(JSON.stringify(row)).not.toContain(address);
  },
  60_000,
);

it('imports a file, names what is wrong in it, and changes nothing the second time', async () => {
  const rows = [
    'E-mail,Scope,Reason,At,Expires,Evidence',
    'a@example.com,,,,,',
    'b@example.com,marketing,complaint,2026-01-02T03:04:05Z,,"=1+1, a formula"',
    'not an address,,,,,',
    'c@example.com,newsletter,,,,',
    'd@example.com,topic:news,unsubscribe,2026-01-02,,',
    'e@example.com,,bounce,2026-01-02T03:04:05Z,2027-01-02T03:04:05Z,',
  ];
  const file = running.file('old.csv', `\ufeff${rows.join('\r\n')}\r\n`);
  const first = await todoke(['suppression', 'import', file, '--json', '--by', 'hanako']);
  expect(first.code).toBe(1);
  expect(first.json()).toEqual({
    rows: 6,
    suppressed: 3,
    unchanged: 0,
    released: 0,
    erased: 0,
    invalid: 3,
    invalidRows: [
      { row: 3, code: 'address-syntax', message: expect.stringContaining('row 3 address') },
      { row: 4, code: 'suppression-row', message: expect.stringContaining('row 4 scope') },
      { row: 5, code: 'suppression-row', message: expect.stringContaining('row 5 at') },
    ],
  });
  expect(await suppressionsOf('a@example.com')).toMatchObject([
    { scope: 'all', reason: 'manual', source: 'import', actor: 'hanako' },
  ]);
  expect(await suppressionsOf('b@example.com')).toMatchObject([
    { scope: 'marketing', reason: 'complaint', at: '2026-01-02T03:04:05.000Z', evidence: '=1+1, a formula' },
  ]);
  const again = await todoke(['suppression', 'import', file]);
  expect(again.out).toBe('6 rows: 0 suppressed, 3 known already, 3 wrong');
  expect(again.err).toContain('row 3 address');
});

it('exports what it can import again, without formulas, for nobody else’s eyes', async () => {
  const file = running.file('all.csv', '');
  expect((await todoke(['suppression', 'export', file])).err).toMatch(/^\d+ suppressions written to/);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(`"'=1+1, a formula"`);
  expect(text).not.toMatch(/(?:^|,)"?[=+@]/m);
  const lines = text.trimEnd().split('\r\n');
  expect(lines[0]).toBe('address,scope,reason,source,at,expires,evidence,recipientId');
  expect(await exported()).toEqual(lines);
  const imported = (await todoke(['suppression', 'import', file, '--json'])).json();
  expect(imported).toMatchObject({ suppressed: 0, invalid: 0, unchanged: lines.length - 1 });
  // Into a table that knows nothing of them.
  const { suppressionsTable } = await import('../../aws/suppressions.ts');
  const table = suppressionsTable(running.pipeline.outputs.SuppressionsTableName ?? '');
  for await (const { recipientId } of table.list()) {
    await table.forget(recipientId);
  }
  expect(await exported()).toHaveLength(1);
  expect((await todoke(['suppression', 'import', file])).code).toBe(0);
  expect((await exported()).toSorted()).toEqual(lines.toSorted());
});

it('is not readable by others', async () => {
  const directory = running.file('x', '').slice(0, -1);
  await todoke(['suppression', 'export', `${directory}new.csv`]);
  expect(statSync(`${directory}new.csv`).mode & 0o077).toBe(0);
});

it('is brought in line with the list of SES, both ways, and unsubscribes stay here', async () => {
  const { accountSuppressionList } = await import('../../aws/account-suppression-list.ts');
  const ses = accountSuppressionList();
  const { json } = await todoke(['suppression', 'reconcile', '--apply', '--json']);
  expect(json()).toMatchObject({ applied: true });
  await ses.put('only-in-ses@example.com', 'BOUNCE');
  await ses.put('complained-in-ses@example.com', 'COMPLAINT');
  const file = running.file(
    'ours.csv',
    [
      'address,scope,reason',
      'bounced-here@example.com,all,bounce',
      'unsubscribed@example.com,topic:news,unsubscribe',
      'manual@example.com,all,manual',
    ].join('\n'),
  );
  await todoke(['suppression', 'import', file]);
  const expected = { onlyInSes: 2, onlyHere: 1, reasonDiffers: 0, goneFromSes: 0 };
  const report = await todoke(['suppression', 'reconcile', '--json']);
  expect(report.json()).toMatchObject({ drift: expected, applied: false });
  expect((await ses.get('bounced-here@example.com'))?.reason).toBeUndefined();
  const table = await todoke(['suppression', 'reconcile']);
  expect(table.out).toMatch(/bounced-here@example.com +onlyHere +in SES/);

  const directory = `${file}-jobs`;
  await todoke(['suppression', 'reconcile', '--apply', '--job-files', directory]);
  expect(readFileSync(`${directory}/ses-suppressions-0001.jsonl`, 'utf8')).toBe(
    '{"emailAddress":"bounced-here@example.com","reason":"BOUNCE"}\n',
  );
  expect(await ses.get('bounced-here@example.com')).toBeUndefined();

  expect((await todoke(['suppression', 'reconcile', '--apply', '--json'])).json()).toMatchObject({
    drift: { ...expected, onlyInSes: 0 },
  });
  expect((await ses.get('bounced-here@example.com'))?.reason).toBe('BOUNCE');
  expect(await ses.get('unsubscribed@example.com')).toBeUndefined();
  expect(await ses.get('manual@example.com')).toBeUndefined();
  expect(await suppressionsOf('only-in-ses@example.com')).toMatchObject([
    { scope: 'all', reason: 'bounce', source: 'ses-account-list' },
  ]);
  expect(await suppressionsOf('complained-in-ses@example.com')).toMatchObject([
    { scope: 'marketing', reason: 'complaint', source: 'ses-account-list' },
  ]);
  const none = { onlyInSes: 0, onlyHere: 0, reasonDiffers: 0, goneFromSes: 0 };
  expect((await todoke(['suppression', 'reconcile', '--json'])).json()).toMatchObject({ drift: none });

  await ses.remove('only-in-ses@example.com');
  expect((await todoke(['suppression', 'reconcile', '--apply', '--json'])).json()).toMatchObject({
    drift: { ...none, goneFromSes: 1 },
  });
  expect(await suppressionsOf('only-in-ses@example.com')).toEqual([]);
});

it('goes to SES by an import job where there are many, which may read the bucket for that alone', async () => {
  const { accountSuppressionList } = await import('../../aws/account-suppression-list.ts');
  const { objectList } = await import('../../aws/object-list.ts');
  const addresses = Array.from({ length: 120 }, (_, i) => `many-${i}@example.com,all,bounce`);
  const file = running.file('many.csv', ['address,scope,reason', ...addresses].join('\n'));
  expect(await todoke(['suppression', 'import', file])).toMatchObject({ code: 0 });
  const ran = await todoke(['suppression', 'reconcile', '--apply', '--json']);
  expect(ran.json()).toMatchObject({ drift: { onlyHere: 120 }, applied: true });
  expect(ran.err).toContain('import job 1: 120 of 120 on the list of SES');
  expect(running.pipeline.calls()).toMatchObject({ 'ses:CreateImportJob': 1 });
  expect((await accountSuppressionList().get('many-119@example.com'))?.reason).toBe('BOUNCE');
  expect(await objectList(running.pipeline.outputs.BucketName ?? '')('suppressions/')).toEqual([]);
  const { json } = await todoke(['suppression', 'reconcile', '--json']);
  expect(json()).toMatchObject({ drift: { onlyHere: 0 } });
}, 60_000);
