import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../cli/folder.ts';

const directory = mkdtempSync(join(tmpdir(), 'todoke-folder-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes a folder and those above it, and takes one that is there', async () => {
    const folder = join(directory, 'a', 'b', 'c');
    await Promise.all([makeFolder(folder, 0o700), makeFolder(folder, 0o700)]);
    await makeFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['where no folder can be made', () => '/proc/nope/samples', 'ENOENT'],
    ['whose name a file has', () => join(directory, 'file'), 'EEXIST'],
    ['below a file', () => join(directory, 'file', 'samples'), 'EEXIST'],
  ])('names a folder %s', async (_, folderOf, code) => {
    writeFileSync(join(directory, 'file'), '');
    await expect(makeFolder(folderOf())).rejects.toMatchObject({
      ...{ name: 'CommandError', message: `cannot make the folder ${folderOf()}: ${code}` },
    });
  });
});
