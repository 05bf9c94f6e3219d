import { suppressionsTable } from '../../aws/suppressions.ts';
import { csvRecord } from '../../domain/csv-line.ts';
import type { Suppression } from '../../domain/suppression/suppression.ts';
import { suppressionColumns, suppressionRecord } from '../../domain/suppression/suppression-csv.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { writeRecords } from '../csv-file.ts';

/** Suppressions between two lines of progress. */
const progressEvery = 10_000;

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
          if (records % progressEvery === 0) err(`${records} suppressions`);
        }
      }
    }
    if (file === undefined) {
      for await (const line of lines()) {
        out(line);
      }
      return 0;
    }
    await writeRecords(file, lines());
    if (call.flag('json')) {
      out(JSON.stringify({ file, suppressions: records }));
    } else {
      err(`${records} suppressions written to ${file}`);
    }
    return 0;
  },
};
