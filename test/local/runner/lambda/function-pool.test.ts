import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionPool } from '../../../../local/runner/lambda/function-pool.ts';

const place = { region: 'us-east-1', accountId: '123456789012' };

describe('FunctionPool', () => {
  let directory: string;
  let pool: FunctionPool;
  let lines: string[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'todoke-pool-'));
    lines = [];
    pool = new FunctionPool({
      place,
      endpoint: () => 'http://127.0.0.1:1',
      onLog: (id, line) => lines.push(`${id}: ${line}`),
    });
  });
  afterEach(async () => {
    await pool.close();
    rmSync(directory, { recursive: true });
  });

  function add(
    source: string,
    more: { file?: string; timeoutSeconds?: number; memoryMb?: number; reservedConcurrency?: number } = {},
  ) {
    const { file = 'index.mjs', ...settings } = more;
    const codeDirectory = join(directory, 'code');
    mkdirSync(codeDirectory);
    writeFileSync(join(codeDirectory, file), source);
    pool.add({
      logicalId: 'Fn',
      name: 'the-function',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:the-function',
      roleArn: 'arn:aws:iam::123456789012:role/r',
      codeDirectory,
      handler: 'index.handler',
      timeoutSeconds: 3,
      memoryMb: 128,
      variables: { TABLE: 'orders' },
      ...settings,
    });
  }

  async function invoke(event: unknown = {}) {
    const result = await pool.invoke('Fn', JSON.stringify(event));
    return result.outcome === 'throttled' ? result : { ...result, payload: JSON.parse(result.payload) };
  }

  it('hands the event and a context over, and returns what the handler returns', async () => {
    add(`export const handler = async (event, context) => ({
      event, id: context.awsRequestId, name: context.functionName, memory: context.memoryLimitInMB,
      left: context.getRemainingTimeInMillis(), arn: context.invokedFunctionArn });`);
    const result = await invoke({ a: 1 });
    expect(result).toMatchObject({
      outcome: 'done',
      payload: {
        event: { a: 1 },
        name: 'the-function',
        memory: '128',
        arn: expect.stringContaining('the-function'),
      },
    });
    const payload = 'payload' in result ? result.payload : {};
    expect(payload.id).toBe('requestId' in result && result.requestId);
    expect(payload.left).toBeGreaterThan(1_000);
    expect(payload.left).toBeLessThanOrEqual(3_000);
  });

  it('gives functions their own environment and nothing of this process', async () => {
    process.env.SECRET_OF_HOST = 'x';
    add('export const handler = async () => process.env;');
    const result = await invoke();
    delete process.env.SECRET_OF_HOST;
    expect(result).toMatchObject({
      payload: {
        TABLE: 'orders',
        AWS_REGION: 'us-east-1',
        AWS_LAMBDA_FUNCTION_NAME: 'the-function',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        AWS_ACCESS_KEY_ID: pool.accessKeyOf('Fn'),
      },
    });
    expect('payload' in result && result.payload).not.toHaveProperty('SECRET_OF_HOST');
    expect('payload' in result && result.payload).not.toHaveProperty('HOME');
  });

  it('reuses a warm environment, and runs invocations at the same time in several', async () => {
    add(`let n = 0; export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50)); return ++n; };`);
    const counts = async () => {
      const results = await Promise.all([invoke(), invoke()]);
      return results.map((result) => 'payload' in result && result.payload);
    };
    expect(await counts()).toEqual([1, 1]);
    expect(await counts()).toEqual([2, 2]);
  });

  it('loads a CommonJS file as Lambda does, whatever package encloses it', async () => {
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    add("const { basename } = require('node:path'); exports.handler = async () => basename(__filename);", {
      file: 'index.js',
    });
    expect(await invoke()).toMatchObject({ payload: 'index.js' });
  });

  it.each([
    ['throws', "export const handler = async () => { throw new TypeError('no'); };", 'TypeError', 'no'],
    ['throws a value', "export const handler = async () => { throw 'text'; };", 'string', 'text'],
    ['does not load', 'export const handler = ;', 'SyntaxError', "Unexpected token ';'"],
    [
      'does not export its handler',
      'export const other = 1;',
      'Error',
      'index.handler is undefined or not exported',
    ],
    ['exits', 'export const handler = async () => process.exit(7);', 'Runtime.ExitError', 'exit status 7'],
    [
      'breaks outside its promise',
      "export const handler = () => new Promise(() => setTimeout(() => { throw new Error('late'); }));",
      'Runtime.ExitError',
      'exit status 1',
    ],
    [
      'hangs',
      'export const handler = () => new Promise(() => setInterval(() => {}, 1000));',
      'Sandbox.Timedout',
      'Task timed out after 0.30 seconds',
    ],
    [
      'never yields',
      'export const handler = async () => { for (;;); };',
      'Sandbox.Timedout',
      'Task timed out after 0.30 seconds',
    ],
    [
      'needs too much memory',
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(all)); };',
      'Runtime.ExitError',
      'signal: killed',
    ],
    [
      'answers with more than 6 MB',
      "export const handler = async () => 'x'.repeat(6.1 * 1024 * 1024);",
      'Function.ResponseSizeTooLarge',
      '6291456 bytes',
    ],
  ])('reports a function that %s', async (what, source, errorType, errorMessage) => {
    const timed = errorType === 'Sandbox.Timedout';
    add(source, { timeoutSeconds: timed ? 0.3 : 10, memoryMb: what.includes('memory') ? 16 : 128 });
    expect(await invoke()).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType, errorMessage: expect.stringContaining(errorMessage) },
    });
  });

  it('starts afresh after a timeout', async () => {
    add(
      'let n = 0; export const handler = async (event) => { n += 1; if (event.hang) await new Promise(() => {}); return n; };',
      { timeoutSeconds: 0.3 },
    );
    expect(await invoke()).toMatchObject({ payload: 1 });
    expect(await invoke({ hang: true })).toMatchObject({ functionError: 'Unhandled' });
    expect(await invoke()).toMatchObject({ payload: 1 });
  });

  it('throttles above the reserved concurrency', async () => {
    add('export const handler = () => new Promise((resolve) => setTimeout(resolve, 100));', {
      reservedConcurrency: 1,
    });
    const [first, second] = await Promise.all([invoke(), invoke()]);
    expect([first?.outcome, second?.outcome]).toEqual(['done', 'throttled']);
  });

  it('passes on what functions print, line by line', async () => {
    add(
      "export const handler = async () => { console.log('one\\ntwo'); console.error('three'); await new Promise((r) => setTimeout(r, 50)); };",
    );
    await invoke();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...lines].sort()).toEqual(['Fn: one', 'Fn: three', 'Fn: two']);
  });

  it.each([
    'Fn',
    'the-function',
    'arn:aws:lambda:us-east-1:123456789012:function:the-function:live',
    '123456789012:function:the-function',
  ])('finds the function by %s', (reference) => {
    add('');
    expect(pool.find(reference)?.logicalId).toBe('Fn');
  });
});
