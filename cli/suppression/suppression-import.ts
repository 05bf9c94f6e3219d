import { type Suppressions, suppressionsTable } from '../../aws/suppressions.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import { suppressionReasons } from '../../domain/suppression/suppression.ts';
import {
  type ImportedSuppression,
  readSuppression,
  withImported,
} from '../../domain/suppression/suppression-csv.ts';
import { scopeOf } from '../address-argument.ts';
import { type Call, type Command, pipelineOptions, UsageError } from '../command.ts';
import { connect } from '../connection.ts';
import { type Erased, readErased } from '../erased.ts';
import { importFile, importRows } from '../import-file.ts';
import { operatorOf, operatorOption } from '../operator.ts';

export const suppressionImport: Command = {
  name: 'suppression import',
  summary:
    'Adds the suppressions of a CSV file (or JSON Lines) of any size; importing it again changes nothing.',
  positionals: ['FILE'],
  options: {
    scope: { type: 'string', value: 'SCOPE', help: 'for rows that name none: all by default' },
    reason: {
      type: 'string',
      value: 'REASON',
      help: 'for rows that name none: manual by default, bounce, complaint, unsubscribe',
    },
    ...operatorOption,
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const [file = ''] = call.positionals;
    const defaults = { scope: scopeOf(call.text('scope') ?? 'all'), reason: reasonOf(call) };
    const found = await importFile(file);
    const { outputs } = await connect(call);
    const ports = {
      suppressions: suppressionsTable(outputs.SuppressionsTableName),
      erased: await readErased(outputs),
      actor: operatorOf(call),
    };
    const { totals, invalidRows } = await importRows(
      found,
      outcomes,
      (row) => outcomeOf(ports, row, defaults),
      { err },
    );
    if (call.flag('json')) {
      out(JSON.stringify({ ...totals, invalidRows }));
    } else {
      for (const { message } of invalidRows) {
        err(message);
      }
      out(sentenceOf(totals));
    }
    return totals.invalid === 0 ? 0 : 1;
  },
};

interface ImportPorts {
  readonly suppressions: Suppressions;
  readonly erased: Erased;
  readonly actor: string;
}

/**
 * `released`: it was taken back later than the file says it began. `erased`: of that person nothing is to be known, and mail is
 * stopped.
 */
const outcomes = ['suppressed', 'unchanged', 'released', 'erased'] as const;

type Outcome = (typeof outcomes)[number];

async function outcomeOf(
  { suppressions, erased, actor }: ImportPorts,
  row: AudienceRow,
  defaults: Pick<ImportedSuppression, 'scope' | 'reason'>,
): Promise<Outcome> {
  const read = readSuppression(row, defaults);
  const { recipientId, address, scope, atMs } = read;
  if (erased.of(recipientId) !== undefined) {
    return 'erased';
  }
  const { before, after } = await suppressions.change({ recipientId, address }, (record) =>
    withImported(record, read, actor, Date.now()),
  );
  const releasedMs = after.releases[scope]?.all;
  if (atMs !== undefined && releasedMs !== undefined && atMs <= releasedMs) {
    return 'released';
  }
  return after === before ? 'unchanged' : 'suppressed';
}

function reasonOf(call: Call): ImportedSuppression['reason'] {
  const text = call.text('reason') ?? 'manual';
  const reason = suppressionReasons.find((each) => each === text);
  if (reason === undefined) {
    throw new UsageError(`--reason is one of ${suppressionReasons.join(', ')}`);
  }
  return reason;
}

function sentenceOf(totals: Readonly<Record<Outcome | 'rows' | 'invalid', number>>): string {
  const parts = [
    [totals.suppressed, 'suppressed'],
    [totals.unchanged, 'known already'],
    [totals.released, 'allowed again since, and left so'],
    [totals.erased, 'erased, and left so'],
    [totals.invalid, 'wrong'],
  ] as const;
  const told = parts.filter(([n], i) => n > 0 || i === 0).map(([n, what]) => `${n} ${what}`);
  return `${totals.rows} rows: ${told.join(', ')}`;
}
