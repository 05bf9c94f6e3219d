import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { suppressionsTable } from '../aws/suppressions.ts';
import type { Suppression } from '../domain/suppression.ts';
import { csvRecord, suppressionColumns, suppressionRecord } from '../domain/suppression-csv.ts';
import { type Command, pipelineOptions } from './command.ts';
import { connect } from './connection.ts';

export const suppressionExport: Command = {
  name: 'suppression export',
  summary: 'Writes all suppressions as CSV, to a file or to standard output; "suppression import" reads it.',
  positionals: ['[FILE]'],
  options: pipelineOptions,
  async run(call, { out, err }) {
    const [file] = call.positionals;
    const { outputs } = await connect(call);
    const table = suppressionsTable(outputs.SuppressionsTableName);
    let records = 0;
    async function* lines(): AsyncGenerator<string> {
      yield csvRecord(suppressionColumns);
      for await (const { recipientId, address, suppressions } of table.list()) {
        for (const [scope, suppression] of Object.entries(suppressions)) {
          yield suppressionRecord(recipientId, address, scope, suppression as Suppression);
          records++;
        }
      }
    }
    if (file === undefined) {
      for await (const line of lines()) {
        out(line);
      }
      return 0;
    }
    await writeLines(file, lines());
    if (call.flag('json')) {
      out(JSON.stringify({ file, suppressions: records }));
    } else {
      err(`${records} suppressions written to ${file}`);
    }
    return 0;
  },
};

/** Readable by nobody else: it is full of addresses. */
async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { mode: 0o600 });
  for await (const line of lines) {
    if (!stream.write(`${line}\r\n`)) {
      await once(stream, 'drain');
    }
  }
  stream.end();
  await finished(stream);
}
