import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccountSuppressionList, accountSuppressionList } from '../aws/account-suppression-list.ts';
import { type Suppressions, suppressionsTable } from '../aws/suppressions.ts';
import { mailboxOf } from '../domain/feedback.ts';
import { type Drift, type Remedy, remedyOfEntry, remedyOfMissing } from '../domain/suppression-drift.ts';
import { withChange } from '../domain/suppression-record.ts';
import { type Command, pipelineOptions, type Terminal } from './command.ts';
import { connect } from './connection.ts';
import { type Erased, readErased } from './erased.ts';
import { renderTable } from './table.ts';

/** Differences that are shown one by one; all are counted. */
const shown = 1_000;
/** BatchGetItem takes so many at once. */
const batch = 100;
const progressMs = 5_000;
/** Addresses that SES takes in one import job. */
const addressesOfJob = 100_000;

export const suppressionReconcile: Command = {
  name: 'suppression reconcile',
  summary: 'Compares our suppressions with the account suppression list of SES, and brings them in line.',
  positionals: [],
  options: {
    apply: { type: 'boolean', help: 'put right what differs, here and in SES; without it nothing changes' },
    'job-files': {
      type: 'string',
      value: 'DIR',
      help: 'with --apply: write what SES is to add into files for its import jobs, 100,000 addresses each, since single calls take a second each',
    },
    ...pipelineOptions,
  },
  async run(call, { out, err }) {
    const { outputs } = await connect(call);
    const ports = {
      suppressions: suppressionsTable(outputs.SuppressionsTableName),
      ses: accountSuppressionList(),
      erased: await readErased(outputs),
    };
    const found = await compare(ports, err);
    const applied = call.flag('apply');
    const directory = call.text('job-files');
    if (applied && directory !== undefined) {
      const forSes = found.differences.filter(({ remedy }) => remedy.at === 'ses');
      await writeJobFiles(directory, forSes, err);
      await putRight(
        ports,
        found.differences.filter(({ remedy }) => remedy.at === 'here'),
        err,
      );
    } else if (applied) {
      await putRight(ports, found.differences, err);
    }
    const listed = found.differences.slice(0, shown).map(({ address, remedy: { drift, at } }) => ({
      address,
      drift,
      at,
    }));
    if (call.flag('json')) {
      const { differences: _, ...totals } = found;
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
    out(
      `${found.ses} addresses in SES, ${found.here} recipients here, ${found.differences.length} differences${
        found.differences.length > shown ? `, the first ${shown} of them shown` : ''
      }`,
    );
    return 0;
  },
};

interface ReconcilePorts {
  readonly suppressions: Suppressions;
  readonly ses: AccountSuppressionList;
  readonly erased: Erased;
}

interface Difference {
  readonly recipientId: string;
  readonly address: string;
  readonly remedy: Remedy;
}

async function compare({ suppressions, ses, erased }: ReconcilePorts, err: Terminal['err']) {
  const differences: Difference[] = [];
  const drift: Record<Drift, number> = { onlyInSes: 0, onlyHere: 0, reasonDiffers: 0, goneFromSes: 0 };
  const inSes = new Set<string>();
  const nowMs = Date.now();
  const note = (recipientId: string, address: string, remedy: Remedy | undefined) => {
    if (remedy !== undefined) {
      drift[remedy.drift]++;
      differences.push({ recipientId, address, remedy });
    }
  };
  let erasedInSes = 0;
  let entries: (Awaited<ReturnType<typeof ses.get>> & { readonly recipientId: string })[] = [];
  async function compareEntries(): Promise<void> {
    const here = await suppressions.find(entries.map(({ recipientId }) => recipientId));
    for (const { recipientId, address, reason, updatedAtMs } of entries) {
      inSes.add(recipientId);
      if (erased.of(recipientId) !== undefined) {
        erasedInSes++;
      } else {
        note(recipientId, address, remedyOfEntry(reason, updatedAtMs, here.get(recipientId) ?? {}, nowMs));
      }
    }
    entries = [];
  }
  for await (const entry of ses.list()) {
    entries.push({ ...entry, recipientId: mailboxOf(entry.address).recipientId });
    if (entries.length === batch) {
      await compareEntries();
      if (inSes.size % 10_000 === 0) {
        err(`${inSes.size} addresses of SES compared`);
      }
    }
  }
  await compareEntries();
  let here = 0;
  for await (const recipient of suppressions.list()) {
    here++;
    if (recipient.address !== undefined && !inSes.has(recipient.recipientId)) {
      note(recipient.recipientId, recipient.address, remedyOfMissing(recipient.suppressions, nowMs));
    }
  }
  return { ses: inSes.size, here, drift, erasedInSes, differences };
}

/** One at a time: SES takes one of these calls a second. */
async function putRight(
  { suppressions, ses }: ReconcilePorts,
  differences: readonly Difference[],
  err: Terminal['err'],
): Promise<void> {
  const startMs = Date.now();
  let toldMs = startMs;
  for (const [i, { recipientId, address, remedy }] of differences.entries()) {
    if (remedy.at === 'ses') {
      await ses.put(address, remedy.reason);
    } else {
      await suppressions.change({ recipientId, address }, (record) => withChange(record, remedy.change));
    }
    const nowMs = Date.now();
    if (nowMs - toldMs >= progressMs) {
      const leftMs = ((nowMs - startMs) / (i + 1)) * (differences.length - i - 1);
      err(`${i + 1} of ${differences.length} put right, ${Math.ceil(leftMs / 60_000)} min left`);
      toldMs = nowMs;
    }
  }
}

/** Lines of JSON as SES's CreateImportJob and its console read them. Readable by nobody else. */
async function writeJobFiles(
  directory: string,
  differences: readonly Difference[],
  err: Terminal['err'],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (let at = 0; at < differences.length; at += addressesOfJob) {
    const lines = differences
      .slice(at, at + addressesOfJob)
      .flatMap(({ address, remedy }) =>
        remedy.at === 'ses' ? [JSON.stringify({ emailAddress: address, reason: remedy.reason })] : [],
      );
    const file = join(
      directory,
      `ses-suppressions-${String(at / addressesOfJob + 1).padStart(4, '0')}.jsonl`,
    );
    await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    err(`${lines.length} addresses for an import job of SES written to ${file}`);
  }
}
