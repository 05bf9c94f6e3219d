import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateImportJobCommand, GetImportJobCommand, SESv2Client } from '@aws-sdk/client-sesv2';

/** How far an import job is. */
export interface ImportJob {
  /** `CREATED`, `PROCESSING`, `COMPLETED`, `FAILED`. */
  readonly status: string;
  readonly processed: number;
  /** Records that SES did not take. */
  readonly failed: number;
  /** Why the job failed. */
  readonly error: string | undefined;
}

export type SuppressionImports = ReturnType<typeof suppressionImports>;

/**
 * Jobs by which SES reads addresses for its account list from the stack's bucket, whose policy lets it. The account has to be out of the
 * sandbox. SES allows these calls once a second; the client keeps to what it is told.
 */
export function suppressionImports(bucketName: string) {
  const ses = new SESv2Client({ retryMode: 'adaptive', maxAttempts: 10 });
  const s3 = new S3Client({});

  /** @param lines - Lines of JSON, 100,000 at most. @returns the id of the job */
  async function start(key: string, lines: string): Promise<string> {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucketName,
        Key: key,
        Body: lines,
        ContentType: 'application/x-ndjson',
      }),
    );
    const { JobId = '' } = await ses.send(
      new CreateImportJobCommand({
        ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: 'PUT' } },
        ImportDataSource: { S3Url: `s3://${bucketName}/${key}`, DataFormat: 'JSON' },
      }),
    );
    return JobId;
  }

  async function look(jobId: string): Promise<ImportJob> {
    const job = await ses.send(new GetImportJobCommand({ JobId: jobId }));
    return {
      status: job.JobStatus ?? 'CREATED',
      processed: job.ProcessedRecordsCount ?? 0,
      failed: job.FailedRecordsCount ?? 0,
      error: job.FailureInfo?.ErrorMessage,
    };
  }

  /** Deletes the addresses once SES has read them. */
  async function forget(key: string): Promise<void> {
    await s3.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
  }

  return { start, look, forget };
}
