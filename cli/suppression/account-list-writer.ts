import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AccountSuppressionList } from '../../aws/account-suppression-list.ts';
import type { SuppressionImports } from '../../aws/suppression-imports.ts';
import type { AccountListReason } from '../../domain/suppression/suppression-drift.ts';
import { CommandError, type Terminal } from '../command.ts';
import { makeFolder } from '../folder.ts';

/** Addresses that SES takes in one import job. */
const addressesOfJob = 100_000;
/** Single calls take a second each, and a job some time to begin with: up to here they are the shorter way. */
const mostSingleCalls = 100;
const progressEvery = 10;
const lookEveryMs = 2_000;

/** Brings addresses onto the account list of SES. */
export interface AccountListWriter {
  add(address: string, reason: AccountListReason): Promise<void>;
  finish(): Promise<void>;
}

interface Entry {
  readonly address: string;
  readonly reason: AccountListReason;
}

/** Gathers addresses until they are enough for a job. */
function gathering(flush: (entries: readonly Entry[], isLast: boolean) => Promise<void>): AccountListWriter {
  let entries: Entry[] = [];
  return {
    async add(address, reason) {
      entries.push({ address, reason });
      if (entries.length === addressesOfJob) {
        const full = entries;
        entries = [];
        await flush(full, false);
      }
    },
    finish: () => flush(entries, true),
  };
}

interface WriterPorts {
  readonly ses: Pick<AccountSuppressionList, 'put'>;
  readonly imports: SuppressionImports;
  readonly err: Terminal['err'];
}

/** A few by single calls, many by import jobs, one after the other. */
export function accountListWriter({ ses, imports, err }: WriterPorts): AccountListWriter {
  const run = new Date().toISOString().replaceAll(/[^0-9TZ]/g, '');
  let jobs = 0;

  async function callEach(entries: readonly Entry[]): Promise<void> {
    for (const [i, { address, reason }] of entries.entries()) {
      await ses.put(address, reason);
      if ((i + 1) % progressEvery === 0) err(`${i + 1} of ${entries.length} put on the list of SES`);
    }
  }

  async function importAll(entries: readonly Entry[]): Promise<void> {
    const key = `suppressions/${run}-${String(++jobs).padStart(4, '0')}.jsonl`;
    const jobId = await imports.start(key, jobLines(entries));
    try {
      for (;;) {
        const { status, processed, failed, error } = await imports.look(jobId);
        if (status === 'FAILED') {
          throw new CommandError(
            `import job ${jobId} of SES failed: ${error ?? 'no reason given'}; --job-files writes the files for the console instead`,
          );
        }
        err(`import job ${jobs}: ${processed} of ${entries.length} on the list of SES`);
        if (status === 'COMPLETED') {
          if (failed > 0) err(`import job ${jobs}: SES did not take ${failed} of them`);
          return;
        }
        await setTimeout(lookEveryMs);
      }
    } finally {
      await imports.forget(key);
    }
  }

  return gathering(async (entries, isLast) => {
    if (entries.length === 0) return;
    await (isLast && jobs === 0 && entries.length <= mostSingleCalls
      ? callEach(entries)
      : importAll(entries));
  });
}

/** Files for SES's console, for those who may not start jobs. Readable by nobody else. */
export function jobFileWriter(directory: string, err: Terminal['err']): AccountListWriter {
  let files = 0;
  return gathering(async (entries) => {
    if (entries.length === 0) return;
    await makeFolder(directory, 0o700);
    const file = join(directory, `ses-suppressions-${String(++files).padStart(4, '0')}.jsonl`);
    await writeFile(file, jobLines(entries), { mode: 0o600 });
    err(`${entries.length} addresses for an import job of SES written to ${file}`);
  });
}

/** Lines of JSON as CreateImportJob reads them. */
function jobLines(entries: readonly Entry[]): string {
  return entries
    .map(({ address, reason }) => `${JSON.stringify({ emailAddress: address, reason })}\n`)
    .join('');
}
