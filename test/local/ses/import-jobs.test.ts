import {
  CreateImportJobCommand,
  type DataFormat,
  GetImportJobCommand,
  ListSuppressedDestinationsCommand,
  type SuppressionListImportAction,
} from '@aws-sdk/client-sesv2';
import { type LocalSes, startLocalSes } from './local-ses.ts';

const objects: Record<string, string> = {};
let local: LocalSes;

beforeEach(async () => {
  local = await startLocalSes({
    async readObject(bucketName, key) {
      const text = objects[`${bucketName}/${key}`];
      if (text === undefined) throw new Error('SES may not read it');
      return Buffer.from(text);
    },
  });
});
afterEach(() => local.close());

async function run(key: string, action: SuppressionListImportAction, DataFormat: DataFormat) {
  const { JobId } = await local.client.send(
    new CreateImportJobCommand({
      ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: action } },
      ImportDataSource: { S3Url: `s3://mail/${key}`, DataFormat },
    }),
  );
  for (;;) {
    const job = await local.client.send(new GetImportJobCommand({ JobId }));
    if (job.JobStatus === 'COMPLETED' || job.JobStatus === 'FAILED') return job;
  }
}

async function listed(): Promise<string[]> {
  const { SuppressedDestinationSummaries = [] } = await local.client.send(
    new ListSuppressedDestinationsCommand(),
  );
  return SuppressedDestinationSummaries.map(({ EmailAddress, Reason }) => `${EmailAddress} ${Reason}`).sort();
}

it('adds what an object has, counts what is no record, and takes it off again', async () => {
  objects['mail/add.jsonl'] =
    '{"emailAddress":"a@example.com","reason":"BOUNCE"}\n{"emailAddress":"b@example.com","reason":"NONE"}\nx\n';
  objects['mail/add.csv'] = 'c@example.com,COMPLAINT\r\nno address,BOUNCE\r\n';
  objects['mail/remove.csv'] = 'a@example.com\nunknown@example.com\n';
  expect(await run('add.jsonl', 'PUT', 'JSON')).toMatchObject({
    ...{ JobStatus: 'COMPLETED', ProcessedRecordsCount: 1, FailedRecordsCount: 2 },
  });
  expect(await run('add.csv', 'PUT', 'CSV')).toMatchObject({
    ...{ ProcessedRecordsCount: 1, FailedRecordsCount: 1 },
  });
  expect(await listed()).toEqual(['a@example.com BOUNCE', 'c@example.com COMPLAINT']);
  expect(await run('remove.csv', 'DELETE', 'CSV')).toMatchObject({ ProcessedRecordsCount: 2 });
  expect(await listed()).toEqual(['c@example.com COMPLAINT']);
});

it('fails with the reason when there are too many, or SES may not read them', async () => {
  objects['mail/many.csv'] = 'a@example.com,BOUNCE\n'.repeat(100_001);
  expect(await run('many.csv', 'PUT', 'CSV')).toMatchObject({
    ...{ JobStatus: 'FAILED', FailureInfo: { ErrorMessage: expect.stringContaining('100000') } },
  });
  expect(await run('nowhere.csv', 'PUT', 'CSV')).toMatchObject({
    FailureInfo: { ErrorMessage: 'SES may not read it' },
  });
  expect(await listed()).toEqual([]);
});

it('is not to be had in the sandbox, and knows its jobs only', async () => {
  local.ses.account.update({ productionAccess: false });
  await expect(run('add.csv', 'PUT', 'CSV')).rejects.toMatchObject({ name: 'BadRequestException' });
  await expect(local.client.send(new GetImportJobCommand({ JobId: 'none' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});
