import { suppressionsTable } from '../../aws/suppressions.ts';
import type { Suppression } from '../../domain/suppression/suppression.ts';
import { suppressionColumns, suppressionFields } from '../../domain/suppression/suppression-csv.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { exportTable } from '../csv-file.ts';

/** Suppressions between two lines of progress. */
const progressEvery = 10_000;

export const suppressionExport: Command = {
  name: 'suppression export',
  summary: 'Writes all suppressions as CSV, to a file or to standard output; "suppression import" reads it.',
  positionals: ['[FILE]'],
  options: {
    ...pipelineOptions,
    json: { type: 'boolean', help: 'a line of JSON for each suppression; with FILE, what was written to it' },
  },
  async run(call, terminal) {
    const [file] = call.positionals;
    const { outputs } = await connect(call);
    const table = suppressionsTable(outputs.SuppressionsTableName);
    let records = 0;
    async function* lines(): AsyncGenerator<readonly string[]> {
      for await (const { recipientId, address, suppressions } of table.list()) {
        for (const [scope, suppression] of Object.entries(suppressions)) {
          yield suppressionFields(recipientId, address, scope, suppression as Suppression);
          records++;
          if (records % progressEvery === 0) terminal.err(`${records} suppressions`);
        }
      }
    }
    await exportTable(call, terminal, file, 'suppressions', suppressionColumns, lines());
    return 0;
  },
};
