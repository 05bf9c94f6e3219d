import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Watch, watchTemplates } from '../../../cli/template/preview/watch.ts';

let directory: string;
let watched: Watch;
let calls: number;
let running: number;
let most: number;
let onChange: () => Promise<void>;
const faults: unknown[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-watch-'));
  mkdirSync(join(directory, 'demo'));
  writeFileSync(join(directory, 'demo/ja.yaml'), 'a');
  calls = 0;
  running = 0;
  most = 0;
  faults.length = 0;
  onChange = async () => {};
  watched = await watchTemplates(
    directory,
    async () => {
      running += 1;
      most = Math.max(most, running);
      calls += 1;
      await onChange();
      running -= 1;
    },
    (fault) => faults.push(fault),
  );
});
afterEach(() => {
  watched.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Waits until `calls` has reached a number; a test that waits in vain fails by its own expectation. */
async function untilCalls(number: number): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (calls < number && performance.now() < endMs) await setTimeout(10);
}

/** Waits until there was a call after `change`, and until no more follows. */
async function callsAfter(change: () => void): Promise<number> {
  const before = calls;
  change();
  await untilCalls(before + 1);
  let seen = -1;
  while (seen !== calls) {
    seen = calls;
    await setTimeout(150);
  }
  return calls - before;
}

const file = (name: string) => join(directory, name);

it('hears every save of a file, whether an editor writes it or renames another over it', async () => {
  const write = () => writeFileSync(file('demo/ja.yaml'), `${Math.random()}`);
  const rename = () => {
    writeFileSync(file('demo/.ja.yaml.swp'), `${Math.random()}`);
    renameSync(file('demo/.ja.yaml.swp'), file('demo/ja.yaml'));
  };
  for (const save of [write, rename, write, rename, rename, write]) {
    expect(await callsAfter(save)).toBeGreaterThan(0);
  }
});

it('hears of a new folder, of files in it, and of its end', async () => {
  expect(await callsAfter(() => mkdirSync(file('fresh')))).toBeGreaterThan(0);
  expect(await callsAfter(() => writeFileSync(file('fresh/ja.yaml'), 'a'))).toBeGreaterThan(0);
  expect(await callsAfter(() => rmSync(file('fresh'), { recursive: true }))).toBeGreaterThan(0);
  expect(await callsAfter(() => mkdirSync(file('fresh')))).toBeGreaterThan(0);
  expect(await callsAfter(() => writeFileSync(file('fresh/ja.yaml'), 'b'))).toBeGreaterThan(0);
  expect(faults).toEqual([]);
});

it('takes many files that are saved together for one change', async () => {
  const many = Array.from({ length: 30 }, (_, i) => file(`demo/${i}.yaml`));
  expect(
    await callsAfter(() => {
      for (const each of many) writeFileSync(each, 'a');
    }),
  ).toBeLessThanOrEqual(2);
});

it('waits for the last call, and calls again for what came meanwhile', async () => {
  let finish = () => {};
  onChange = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  writeFileSync(file('demo/ja.yaml'), 'b');
  await untilCalls(1);
  writeFileSync(file('demo/ja.yaml'), 'c');
  await setTimeout(150);
  expect(calls).toBe(1);
  finish();
  await untilCalls(2);
  finish();
  expect([calls, most]).toEqual([2, 1]);
});

it('goes on after a fault, which it tells', async () => {
  onChange = async () => {
    throw new Error('boom');
  };
  await callsAfter(() => writeFileSync(file('demo/ja.yaml'), 'b'));
  expect(faults).toEqual([new Error('boom')]);
  expect(await callsAfter(() => writeFileSync(file('demo/ja.yaml'), 'c'))).toBeGreaterThan(0);
});

it('is silent once it is closed', async () => {
  watched.close();
  writeFileSync(file('demo/ja.yaml'), 'b');
  await setTimeout(150);
  expect(calls).toBe(0);
});
