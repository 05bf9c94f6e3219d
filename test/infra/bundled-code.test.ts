import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { bundledCode } from '../../infra/bundled-code.ts';

const outdir = mkdtempSync(join(tmpdir(), 'todoke-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const stack = new Stack(new App({ outdir }), 'Bundles');

/** Files of the bundle of `functions/<entry>.ts`, by name. */
function bundle(entry: string, afterBundling?: (outputDirectory: string) => void): Record<string, string> {
  const before = new Set(readdirSync(outdir));
  new LambdaFunction(stack, entry, {
    code: bundledCode(entry, afterBundling),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  const [asset = '', ...others] = readdirSync(outdir).filter((name) => !before.has(name));
  expect(others).toEqual([]);
  return Object.fromEntries(
    readdirSync(join(outdir, asset)).map((name) => [name, readFileSync(join(outdir, asset, name), 'utf8')]),
  );
}

describe('bundledCode', () => {
  const unsubscribe = bundle('unsubscribe');
  const code = unsubscribe['index.mjs'] ?? '';

  it('makes one ES module that exports the handler', () => {
    expect(Object.keys(unsubscribe)).toEqual(['index.mjs']);
    expect(code).toMatch(/export\s*\{[^}]*\bas handler\b[^}]*\}/);
  });

  it('leaves nothing to be found at run time but the modules of Node', () => {
    const imported = [...code.matchAll(/\bfrom"([^"]+)"/g)].map(([, name = '']) => name);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !isBuiltin(name))).toEqual([]);
  });

  it('keeps the bundles of one folder apart, and adds what comes after bundling', () => {
    const other = bundle('publish-templates', (directory) => writeFileSync(`${directory}/note.txt`, 'added'));
    expect(Object.keys(other).sort()).toEqual(['index.mjs', 'note.txt']);
    expect(other['note.txt']).toBe('added');
    expect(other['index.mjs']).not.toBe(code);
  });
});
