import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../../cli/command.ts';
import { exportRecords, exportTable } from '../../cli/csv-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'todoke-csv-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function* records() {
  yield 'a,b';
  yield '1,2';
  yield '3,4';
}

function called(...flags: readonly string[]) {
  const printed: string[] = [];
  const remarks: string[] = [];
  const call: Call = {
    positionals: [],
    text: () => undefined,
    texts: () => [],
    flag: (name) => flags.includes(name),
  };
  const terminal = {
    out: (text: string) => void printed.push(text),
    err: (text: string) => void remarks.push(text),
    stdin: async () => '',
  };
  return { call, terminal, printed, remarks };
}

describe('exportTable', () => {
  async function* rows() {
    yield ['a@example.com', '=1+1'];
    yield ['b@example.com', ''];
  }
  const columns = ['address', 'evidence'];

  it('prints JSON Lines where JSON is asked for, without what is empty', async () => {
    const { call, terminal, printed } = called('json');
    await exportTable(call, terminal, undefined, 'rows', columns, rows());
    expect(printed.map((text) => JSON.parse(text))).toEqual([
      { address: 'a@example.com', evidence: '=1+1' },
      { address: 'b@example.com' },
    ]);
  });

  it('prints CSV without formulas where it is not', async () => {
    const { call, terminal, printed } = called();
    await exportTable(call, terminal, undefined, 'rows', columns, rows());
    expect(printed).toEqual(['address,evidence', "a@example.com,'=1+1", 'b@example.com,']);
  });
});

describe('exportRecords', () => {
  it('writes a file that nobody else can read, and says how many records it has', async () => {
    const file = join(directory, 'written.csv');
    const { call, terminal, printed, remarks } = called();
    await exportRecords(call, terminal, file, 'rows', records());
    expect(readFileSync(file, 'utf8')).toBe('a,b\r\n1,2\r\n3,4\r\n');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect([printed, remarks]).toEqual([[], [`2 rows written to ${file}`]]);
  });

  it('says it in JSON', async () => {
    const file = join(directory, 'again.csv');
    const { call, terminal, printed } = called('json');
    await exportRecords(call, terminal, file, 'contacts', records());
    expect(printed.map((text) => JSON.parse(text))).toEqual([{ file, contacts: 2 }]);
  });

  it('prints the records where there is no file', async () => {
    const { call, terminal, printed } = called();
    await exportRecords(call, terminal, undefined, 'rows', records());
    expect(printed).toEqual(['a,b', '1,2', '3,4']);
  });

  it('names the file that cannot be written', async () => {
    const { call, terminal } = called();
    const file = join(directory, 'nowhere', 'rows.csv');
    await expect(exportRecords(call, terminal, file, 'rows', records())).rejects.toMatchObject({
      name: 'CommandError',
      message: `cannot write ${file}: ENOENT`,
    });
  });

  it('passes on what keeps the records from being read', async () => {
    const { call, terminal } = called();
    async function* failing() {
      yield 'a';
      throw new Error('no such table');
    }
    await expect(
      exportRecords(call, terminal, join(directory, 'half.csv'), 'rows', failing()),
    ).rejects.toThrow('no such table');
  });
});
