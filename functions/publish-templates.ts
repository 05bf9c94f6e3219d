import { readdir, readFile } from 'node:fs/promises';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { type Bucket, bucket } from '../aws/bucket.ts';
import { publishTemplate } from '../aws/templates.ts';
import { readEnvironment } from './environment.ts';

/** The compiled templates, which the build puts beside this function's code. */
const templatesFolder = new URL('templates/', import.meta.url);

interface TemplateIndexEntry {
  readonly name: string;
  readonly hash: string;
}

/** Publishes every template of the folder. Versions in the bucket stay: mail in flight has them pinned. */
export async function publishTemplates(folder: URL, target: Pick<Bucket, 'put'>): Promise<number> {
  const index = JSON.parse(await readFile(new URL('index.json', folder), 'utf8')) as TemplateIndexEntry[];
  const files = new Set(await readdir(folder));
  for (const { name, hash } of index) {
    const file = `${name}.${hash}.json`;
    if (!files.has(file)) {
      throw new Error(`the index of compiled templates names ${file}, which is not there`);
    }
    await publishTemplate(target, name, hash, await readFile(new URL(file, folder), 'utf8'));
  }
  return index.length;
}

/** CloudFormation custom resource: publishes on create and update, keeps everything on delete. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  try {
    if (event.RequestType !== 'Delete') {
      const { bucketName } = readEnvironment(['bucketName']);
      await publishTemplates(templatesFolder, bucket(bucketName));
    }
    await respond(event, 'SUCCESS', '');
  } catch (error) {
    await respond(
      event,
      'FAILED',
      `${error instanceof Error ? error.message : error} (request ${context.awsRequestId})`,
    );
  }
}

async function respond(
  event: CloudFormationCustomResourceEvent,
  status: string,
  reason: string,
): Promise<void> {
  const answer = await fetch(event.ResponseURL, {
    method: 'PUT',
    // The URL is signed without a content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: status,
      Reason: reason,
      PhysicalResourceId:
        'PhysicalResourceId' in event ? event.PhysicalResourceId : `templates-${event.LogicalResourceId}`,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
  });
  if (!answer.ok) {
    throw new Error(`CloudFormation's response URL answered ${answer.status}`);
  }
}
