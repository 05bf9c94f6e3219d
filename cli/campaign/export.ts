import { bucket } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { traces } from '../../aws/traces.ts';
import { csvRecord } from '../../domain/csv-line.ts';
import {
  type ExportSelection,
  exportColumns,
  exportRecord,
  exportSelections,
} from '../../domain/receipt/export-line.ts';
import { type Call, type Command, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { byteOrderMark, exportRecords } from '../csv-file.ts';
import { campaignNamed } from './campaign-draft.ts';
import { checkPlanned } from './chunk-results.ts';
import { exportedRows } from './exported-rows.ts';

export const campaignExport: Command = {
  name: 'campaign export',
  summary:
    'Writes a line of CSV for each row that the campaign meant, with what became of it, to a file or standard output.',
  positionals: ['NAME', '[FILE]'],
  options: {
    what: {
      type: 'string',
      value: 'WHICH',
      help: '"all" (the default); "failed": who has a place in it and did not get the mail, or may not have; "excluded": rows left out',
    },
    excel: { type: 'boolean', help: 'with a byte order mark, by which Excel reads Japanese right' },
    ...pipelineOptions,
    json: { type: 'boolean', help: 'a line of JSON for each row; with FILE, what was written to it' },
  },
  async run(call, terminal) {
    const [name = '', file] = call.positionals;
    const what = selectionOf(call);
    const { outputs } = await connect(call);
    const campaign = await campaignNamed(campaignsTable(outputs.CampaignsTableName), name);
    checkPlanned(campaign);
    const ports = {
      bucket: bucket(outputs.BucketName),
      items: traces(outputs.DeliveriesTableName).items,
    };
    const miss = () =>
      terminal.err('the audience is no longer kept: rows that were left out have no address');
    const found = () => exportedRows(ports, campaign, what, miss);
    if (file === undefined && call.flag('json')) {
      for await (const row of found()) {
        terminal.out(JSON.stringify(row));
      }
      return 0;
    }
    async function* records(): AsyncGenerator<string> {
      yield `${call.flag('excel') ? byteOrderMark : ''}${csvRecord(exportColumns)}`;
      for await (const row of found()) {
        yield exportRecord(row);
      }
    }
    await exportRecords(call, terminal, file, 'rows', records());
    return 0;
  },
};

function selectionOf(call: Call): ExportSelection {
  const wanted = call.text('what') ?? 'all';
  const found = exportSelections.find((each) => each === wanted);
  if (found === undefined) {
    throw new UsageError(`--what is ${exportSelections.join(', ')}`);
  }
  return found;
}
