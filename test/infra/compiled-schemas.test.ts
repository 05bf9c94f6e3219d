import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedNotification, parseNotification } from '../../domain/notification.ts';
import { bundle } from '../../infra/bundled-code.ts';
import { compiledSchemas } from '../../infra/compiled-schemas.ts';
import { notificationBody } from '../domain/notification-body.ts';

const directory = mkdtempSync(join(tmpdir(), 'todoke-schemas-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'notification.mjs');
const { inputs } = bundle('domain/notification.ts', file);

/** What the bundle makes of bodies; an error as its code, place and message. */
function parsedByBundle(bodies: readonly string[]): unknown[] {
  const script = `const { parseNotification } = await import(${JSON.stringify(file)});
    const { readFileSync } = await import('node:fs');
    const plain = ({ error, ...rest }) => ({ ...rest, ...(error && { error: [error.code, error.field, error.message] }) });
    console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map((body) => plain(parseNotification(body)))));`;
  const input = JSON.stringify(bodies);
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { input, encoding: 'utf8' }),
  );
}

function plain(parsed: ParsedNotification): unknown {
  if (parsed.ok) return parsed;
  const { error, ...rest } = parsed;
  return { ...rest, error: [error.code, error.field, error.message] };
}

it('a bundle answers as the schema does, without Ajv', () => {
  const { properties } = JSON.parse(readFileSync('domain/notification.schema.json', 'utf8'));
  const long = 'a'.repeat(2000);
  const values = [
    null,
    1,
    -1,
    1.5,
    '',
    'a',
    long,
    [],
    ['a'],
    [1],
    {},
    { a: 1 },
    { address: 'a' },
    true,
    '2026-12-05T18:00:00Z',
  ];
  const bodies = [
    notificationBody(),
    '[]',
    'null',
    notificationBody({ unknown: 1 }),
    notificationBody({ recipient: { address: 'a@example.com', locale: 'ja_JP' } }),
    notificationBody({ attachments: [{ key: 'a', fileName: 'b' }] }),
    ...Object.keys(properties).flatMap((name) => [
      notificationBody({ [name]: undefined }),
      ...values.map((value) => notificationBody({ [name]: value })),
    ]),
  ].map((body) => (typeof body === 'string' ? body : JSON.stringify(body)));
  const ours = bodies.map((body) => plain(parseNotification(body)));
  expect(ours.filter((each) => JSON.stringify(each).includes('"error"')).length).toBeGreaterThan(100);
  expect(parsedByBundle(bodies)).toEqual(JSON.parse(JSON.stringify(ours)));
  expect(Object.keys(inputs).filter((name) => name.includes('node_modules'))).toEqual([]);
});

it('a schema that was not compiled is refused', () => {
  const standIn = join(directory, 'ajv.mjs');
  writeFileSync(standIn, compiledSchemas());
  const script = `const { Ajv } = await import(${JSON.stringify(standIn)});
    new Ajv().compile({ $id: 'https://example.com/other' });`;
  expect(() =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' }),
  ).toThrow('the schema https://example.com/other was not compiled with the bundle');
});
