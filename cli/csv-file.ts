import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { types } from 'node:util';
import { csvRecord } from '../domain/csv-line.ts';
import { type Call, CommandError, type Terminal } from './command.ts';

/** By which Excel knows UTF-8. */
export const byteOrderMark = '\ufeff';

/** Writes records with the line ends of RFC 4180, as fast as the disk takes them. Readable by nobody else: it is full of addresses. */
async function writeRecords(file: string, records: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { mode: 0o600 });
  const done = finished(stream).catch((error: unknown) => {
    const why = types.isNativeError(error) && 'code' in error ? error.code : error;
    throw new CommandError(`cannot write ${file}: ${why}`);
  });
  // Awaited below; without this an early fault would end the process before it is reported.
  done.catch(() => {});
  for await (const record of records) {
    if (!stream.write(`${record}\r\n`)) {
      await Promise.race([once(stream, 'drain'), done]);
    }
  }
  stream.end();
  await done;
}

/**
 * Writes a table as CSV, as {@link exportRecords} does; with `--json` and without a file as JSON Lines, where empty fields are absent.
 * An import reads either.
 */
export async function exportTable(
  call: Call,
  terminal: Terminal,
  file: string | undefined,
  name: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly string[]>,
): Promise<void> {
  if (file === undefined && call.flag('json')) {
    for await (const row of rows) {
      const fields = columns.map((column, i) => [column, row[i]]).filter(([, value]) => value);
      terminal.out(JSON.stringify(Object.fromEntries(fields)));
    }
    return;
  }
  async function* records(): AsyncGenerator<string> {
    yield csvRecord(columns);
    for await (const row of rows) {
      yield csvRecord(row);
    }
  }
  await exportRecords(call, terminal, file, name, records());
}

/**
 * Writes records to a file and says how many it has, or to standard output where there is none.
 *
 * @param name - Of what they are, in the plural: `rows`.
 * @param records - The first is the header.
 */
export async function exportRecords(
  call: Call,
  { out, err }: Terminal,
  file: string | undefined,
  name: string,
  records: AsyncIterable<string>,
): Promise<void> {
  if (file === undefined) {
    for await (const record of records) {
      out(record);
    }
    return;
  }
  let count = -1;
  async function* counted(): AsyncGenerator<string> {
    for await (const record of records) {
      count++;
      yield record;
    }
  }
  await writeRecords(file, counted());
  if (call.flag('json')) {
    out(JSON.stringify({ file, [name]: count }));
  } else {
    err(`${count} ${name} written to ${file}`);
  }
}
