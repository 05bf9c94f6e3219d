import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Suppressions, suppressionsTable } from '../aws/suppressions.ts';
import { audienceFormatOf, rowsOf } from '../domain/audience.ts';
import type { AudienceRow } from '../domain/audience-row.ts';
import { InputError } from '../domain/errors.ts';
import { suppressionReasons } from '../domain/suppression.ts';
import { type ImportedSuppression, readSuppression, withImported } from '../domain/suppression-csv.ts';
import { scopeOf } from './address-argument.ts';
import { type Call, type Command, CommandError, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { type Erased, readErased } from './erased.ts';
import { operatorOf, operatorOption } from './operator.ts';

/** Rows that are worked off at the same time. */
const concurrency = 25;
/** Rows between two lines of progress. */
const progressRows = 10_000;
/** Wrong rows that are named; all are counted. */
const namedRows = 100;

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
    const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
      throw new CommandError(`cannot read ${file}: ${error.code}`);
    });
    const { outputs } = await connect(call);
    const ports = {
      suppressions: suppressionsTable(outputs.SuppressionsTableName),
      erased: await readErased(outputs),
      actor: operatorOf(call),
    };
    const stream = createReadStream(file);
    const totals = { rows: 0, suppressed: 0, unchanged: 0, released: 0, erased: 0, invalid: 0 };
    const named: { readonly row: number; readonly code: string; readonly message: string }[] = [];
    for await (const rows of rowsOf(audienceFormatOf(file), stream)) {
      for (let at = 0; at < rows.length; at += concurrency) {
        const some = rows.slice(at, at + concurrency);
        const outcomes = await Promise.all(some.map((row) => outcomeOf(ports, row, defaults)));
        for (const [i, outcome] of outcomes.entries()) {
          totals.rows++;
          if (typeof outcome === 'string') {
            totals[outcome]++;
            continue;
          }
          totals.invalid++;
          if (named.length < namedRows) {
            named.push({ row: some[i]?.row ?? 0, code: outcome.code, message: outcome.message });
          }
        }
        if (Math.floor(totals.rows / progressRows) > Math.floor((totals.rows - some.length) / progressRows)) {
          err(
            `${totals.rows} rows, ${Math.floor((100 * stream.bytesRead) / Math.max(size, 1))} % of the file`,
          );
        }
      }
    }
    if (call.flag('json')) {
      out(JSON.stringify({ ...totals, invalidRows: named }));
    } else {
      for (const { message } of named) {
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
type Outcome = 'suppressed' | 'unchanged' | 'released' | 'erased';

async function outcomeOf(
  { suppressions, erased, actor }: ImportPorts,
  row: AudienceRow,
  defaults: Pick<ImportedSuppression, 'scope' | 'reason'>,
): Promise<Outcome | InputError> {
  let read: ImportedSuppression;
  try {
    read = readSuppression(row, defaults);
  } catch (error) {
    if (error instanceof InputError) {
      return error;
    }
    throw error;
  }
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
