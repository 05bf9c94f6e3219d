import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadMjml } from '../../../cli/template/mjml-compiler.ts';
import { type Preview, startPreview } from '../../../cli/template/preview/server.ts';

const shipped = fileURLToPath(new URL('../../../templates', import.meta.url));

let directory: string;
let preview: Preview;
const faults: unknown[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-preview-'));
  for (const name of ['_shared', 'order-confirmation']) {
    cpSync(join(shipped, name), join(directory, name), { recursive: true });
  }
  preview = await startPreview({
    directory,
    mjml: loadMjml(),
    port: 0,
    onFault: (fault) => faults.push(fault),
  });
});
afterAll(async () => {
  await preview.close();
  rmSync(directory, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

const get = (path: string) => fetch(new URL(path, preview.url));
const post = (body: unknown) =>
  fetch(new URL('/mails', preview.url), {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
/** What an answer says, as far as a test asks. */
interface Told {
  readonly mail?: { readonly id: string; readonly htmlBytes: number };
  readonly problems?: readonly unknown[];
  readonly error?: { readonly code: string };
}
const told = async (answer: Response) => (await answer.json()) as Told;
const wanted = { template: 'order-confirmation', locale: 'en', data: 'sample' };

/** Answers to a request with headers that `fetch` would not send. */
async function statusFor(headers: Readonly<Record<string, string>>): Promise<number> {
  return await new Promise((resolve, reject) => {
    request(new URL('/templates', preview.url), { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

it.each([
  { path: '/', type: 'text/html' },
  { path: '/page/main.js', type: 'text/javascript' },
  { path: '/page/preview.css', type: 'text/css' },
])('serves $path, which loads nothing from elsewhere', async ({ path, type }) => {
  const answer = await get(path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

it.each(['/page/', '/page/..%2fserver.ts', '/page/no-such.js', '/page/__proto__', '/nothing', '/mails/0'])(
  'has nothing at %s',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

it('lists the templates, the default locale first', async () => {
  expect(await (await get('/templates')).json()).toMatchObject([
    {
      name: 'order-confirmation',
      stale: false,
      locales: ['ja', 'en'],
      samples: { sample: { order: { number: 'A-10482' } } },
    },
  ]);
});

it('renders a mail, and serves its HTML sandboxed', async () => {
  const { mail } = await told(await post({ ...wanted, recipientName: 'Hanako' }));
  expect(mail).toMatchObject({
    locale: 'en',
    fromName: 'Aoba Market',
    fromAddress: 'orders@example.com',
    subject: 'Thank you for your order A-10482',
    inboxLine: expect.stringMatching(/^Total ¥14,460/),
    hasPreheader: true,
    text: expect.stringContaining('Hello Hanako,'),
    clippedBytes: 102_000,
  });
  const answer = await get(`/mails/${mail?.id}?appearance=dark`);
  expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'; /);
  const html = await answer.text();
  expect(html).toContain('A-10482');
  expect(html).not.toContain('prefers-color-scheme');
  expect(Buffer.byteLength(await (await get(`/mails/${mail?.id}`)).text())).toBeGreaterThanOrEqual(
    mail?.htmlBytes ?? Number.NaN,
  );
});

it('names what keeps data from becoming a mail, never the value', async () => {
  const data = { order: { number: ['secret'] } };
  const { problems, mail } = await told(await post({ ...wanted, data }));
  expect(mail).toBeUndefined();
  expect(problems).toContainEqual(expect.objectContaining({ code: 'wrong-type', field: 'order.number' }));
  expect(JSON.stringify(problems)).not.toContain('secret');
});

it.each([
  { what: 'no JSON', body: '{', status: 400, code: 'not-json' },
  { what: 'a list as data', body: { ...wanted, data: [] }, status: 400, code: 'request' },
  { what: 'an unknown sample', body: { ...wanted, data: 'other' }, status: 400, code: 'request' },
  {
    what: 'more than a megabyte',
    body: { ...wanted, recipientName: 'x'.repeat(1_100_000) },
    status: 400,
    code: 'too-large',
  },
  {
    what: 'an unknown template',
    body: { ...wanted, template: 'nothing' },
    status: 404,
    code: 'not-compiled',
  },
  {
    what: 'an unknown locale',
    body: { ...wanted, locale: 'constructor' },
    status: 404,
    code: 'not-compiled',
  },
])('refuses $what', async ({ body, status, code }) => {
  const answer = await post(body);
  expect([answer.status, (await told(answer)).error?.code]).toEqual([status, code]);
});

it.each([
  { from: 'its own page', headers: (host: string) => ({ host, origin: `http://${host}` }), status: 200 },
  { from: 'a name that leads here', headers: () => ({ host: 'evil.example.com' }), status: 403 },
  {
    from: 'a page elsewhere',
    headers: (host: string) => ({ host, origin: 'https://www.example.com' }),
    status: 403,
  },
  { from: 'a sandboxed page', headers: (host: string) => ({ host, origin: 'null' }), status: 403 },
])('answers a request from $from with $status', async ({ headers, status }) => {
  expect(await statusFor(headers(new URL(preview.url).host))).toBe(status);
});

it('tells an open page what has been saved', async () => {
  const answer = await get('/changes');
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  writeFileSync(join(directory, 'order-confirmation/sample.worst.json'), '{}');
  let heard = '';
  while (!heard.includes('event: change')) heard += (await reader?.read())?.value ?? '';
  expect(heard).toContain('event: change\ndata: "order-confirmation"\n\n');
  await reader?.cancel();
});

it('does not start on a port that is taken', async () => {
  const { port } = new URL(preview.url);
  const again = startPreview({ directory, mjml: loadMjml(), port: Number(port), onFault: () => {} });
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
