import type { Account } from './account.ts';
import { parseMailbox } from './mailbox.ts';
import { requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';
import { SesError } from './ses-error.ts';
import type { SuppressionList, SuppressionReason } from './suppression-list.ts';

/** Addresses of an object, as the developer guide limits them. */
const mostAddresses = { PUT: 100_000, DELETE: 10_000 } as const;

interface ImportRequest {
  readonly ImportDestination: {
    readonly SuppressionListDestination: { readonly SuppressionListImportAction: 'PUT' | 'DELETE' };
  };
  readonly ImportDataSource: { readonly S3Url: string; readonly DataFormat: 'CSV' | 'JSON' };
}

const readImport = requestShape<ImportRequest>(
  structure(
    {
      ImportDestination: structure(
        {
          SuppressionListDestination: structure(
            { SuppressionListImportAction: { enum: ['PUT', 'DELETE'] } },
            ['SuppressionListImportAction'],
          ),
        },
        ['SuppressionListDestination'],
      ),
      ImportDataSource: structure(
        { S3Url: text(1, undefined, '^s3://[^/]+/.+$'), DataFormat: { enum: ['CSV', 'JSON'] } },
        ['S3Url', 'DataFormat'],
      ),
    },
    ['ImportDestination', 'ImportDataSource'],
  ),
);

/** What GetImportJob says. */
interface Job {
  readonly JobId: string;
  readonly JobStatus: 'CREATED' | 'PROCESSING' | 'COMPLETED' | 'FAILED';
  readonly CreatedTimestamp: number;
  readonly CompletedTimestamp?: number;
  readonly ProcessedRecordsCount: number;
  readonly FailedRecordsCount: number;
  readonly FailureInfo?: { readonly ErrorMessage: string };
}

export interface ImportJobPorts {
  readonly account: Account;
  readonly list: SuppressionList;
  /** Reads an object of S3 with the rights that its bucket gives to SES. */
  readonly readObject: (bucketName: string, key: string) => Promise<Buffer>;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly track: (work: Promise<void>) => void;
}

/** Jobs that add the addresses of an object of S3 to the account's suppression list, or take them off; other destinations are refused. */
export function importJobActions({
  account,
  list,
  readObject,
  nowMs,
  newId,
  track,
}: ImportJobPorts): Action[] {
  const JOBS = '/v2/email/import-jobs';
  const jobs = new Map<string, Job & Pick<ImportRequest, 'ImportDestination' | 'ImportDataSource'>>();

  function change(jobId: string, values: Partial<Job>): void {
    const job = jobs.get(jobId);
    if (job !== undefined) jobs.set(jobId, { ...job, ...values });
  }

  async function run(jobId: string, { ImportDestination, ImportDataSource }: ImportRequest): Promise<void> {
    const action = ImportDestination.SuppressionListDestination.SuppressionListImportAction;
    const [, bucketName = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(ImportDataSource.S3Url) ?? [];
    change(jobId, { JobStatus: 'PROCESSING' });
    try {
      const lines = (await readObject(bucketName, key)).toString().split(/\r?\n/).filter(Boolean);
      if (lines.length > mostAddresses[action]) {
        throw new Error(`The object has more than ${mostAddresses[action]} records.`);
      }
      const failed = lines.filter((line) => !take(line, action, ImportDataSource.DataFormat)).length;
      change(jobId, {
        JobStatus: 'COMPLETED',
        ProcessedRecordsCount: lines.length - failed,
        FailedRecordsCount: failed,
        CompletedTimestamp: nowMs() / 1000,
      });
    } catch (error) {
      const ErrorMessage = error instanceof Error ? error.message : String(error);
      change(jobId, {
        JobStatus: 'FAILED',
        FailureInfo: { ErrorMessage },
        CompletedTimestamp: nowMs() / 1000,
      });
    }
  }

  /** @returns false for a record that is none */
  function take(line: string, action: 'PUT' | 'DELETE', format: 'CSV' | 'JSON'): boolean {
    try {
      const { emailAddress, reason } = format === 'CSV' ? ofCsv(line) : JSON.parse(line);
      const { address } = parseMailbox(String(emailAddress));
      if (action === 'DELETE') {
        if (list.find(address) !== undefined) list.delete(address);
        return true;
      }
      if (!isReason(reason)) return false;
      list.put({ address, reason, updatedAtMs: nowMs() });
      return true;
    } catch (error) {
      if (error instanceof SesError || error instanceof SyntaxError) return false;
      throw error;
    }
  }

  return [
    {
      method: 'POST',
      path: JOBS,
      answer({ request }) {
        const asked = readImport(request.body);
        if (!account.settings().productionAccess) {
          throw new SesError(
            'BadRequestException',
            'Import jobs are not available to accounts in the sandbox.',
          );
        }
        const JobId = newId();
        const { ImportDestination, ImportDataSource } = asked;
        jobs.set(JobId, {
          JobId,
          ImportDestination,
          ImportDataSource,
          JobStatus: 'CREATED',
          CreatedTimestamp: nowMs() / 1000,
          ProcessedRecordsCount: 0,
          FailedRecordsCount: 0,
        });
        track(run(JobId, asked));
        return { JobId };
      },
    },
    {
      method: 'GET',
      path: `${JOBS}/{JobId}`,
      answer({ param }) {
        const job = jobs.get(param('JobId'));
        if (job === undefined) throw new SesError('NotFoundException', 'There is no such import job.');
        return job;
      },
    },
  ];
}

function ofCsv(line: string): { readonly emailAddress: string; readonly reason?: string } {
  const [emailAddress = '', reason] = line.split(',').map((field) => field.trim());
  return { emailAddress, ...(reason === undefined ? {} : { reason }) };
}

function isReason(reason: unknown): reason is SuppressionReason {
  return reason === 'BOUNCE' || reason === 'COMPLAINT';
}
