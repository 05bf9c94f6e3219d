import { accountSuppressionList } from '../../aws/account-suppression-list.ts';
import { suppressionImports } from '../../aws/suppression-imports.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { readErased } from '../erased.ts';
import { operatorOf, operatorOption } from '../operator.ts';
import { renderTable } from '../table.ts';
import { accountListWriter, jobFileWriter } from './account-list-writer.ts';
import { reconcile, shownDifferences } from './reconcile.ts';

export const suppressionReconcile: Command = {
  name: 'suppression reconcile',
  summary: 'Compares our suppressions with the account suppression list of SES, and brings them in line.',
  positionals: [],
  options: {
    apply: { type: 'boolean', help: 'put right what differs, here and in SES; without it nothing changes' },
    'job-files': {
      type: 'string',
      value: 'DIR',
      help: 'with --apply: write what SES is to add into files for its console, 100,000 addresses each, instead of starting import jobs',
    },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const { outputs } = await connect(call);
    const ses = accountSuppressionList();
    const applied = call.flag('apply');
    const directory = call.text('job-files');
    const { differences, ...totals } = await reconcile({
      suppressions: suppressionsTable(outputs.SuppressionsTableName),
      ses,
      erased: await readErased(outputs),
      writer: !applied
        ? undefined
        : directory === undefined
          ? accountListWriter({ ses, imports: suppressionImports(outputs.BucketName), err })
          : jobFileWriter(directory, err),
      actor: operatorOf(call),
      err,
    });
    const listed = differences.map(({ address, remedy: { drift, at } }) => ({ address, drift, at }));
    if (call.flag('json')) {
      out(JSON.stringify({ ...totals, applied, differences: listed }));
      return 0;
    }
    if (listed.length > 0) {
      out(
        renderTable(
          ['address', 'difference', applied ? 'put right' : 'put right by --apply'],
          listed.map(({ address, drift, at }) => [address, drift, at === 'ses' ? 'in SES' : 'here']),
        ),
      );
    }
    const count = Object.values(totals.drift).reduce((sum, each) => sum + each, 0);
    const shown = count > shownDifferences ? `, the first ${shownDifferences} of them shown` : '';
    out(`${totals.ses} addresses in SES, ${totals.here} recipients here, ${count} differences${shown}`);
    return 0;
  },
};
