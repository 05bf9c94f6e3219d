import type { ApiCall, ApiRequest } from '../api.ts';
import { operationName } from './operation.ts';

/** Operations whose IAM action has another name; several actions are all needed. */
const actions: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListParts: 'ListMultipartUploadParts',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  PostObject: 'PutObject',
  DeleteObjects: 'DeleteObject',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
};

/** Headers that IAM offers as condition keys under `s3:`. */
const conditionHeaders = [
  'x-amz-acl',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
  'if-none-match',
] as const;

export function s3Calls(request: ApiRequest, baseContext: ApiCall['context']): readonly ApiCall[] {
  const operation = operationName('s3', request);
  const path = decoded(request.path.replace(/^\//, ''));
  const [bucket = ''] = path.split('/', 1);
  const context = { ...baseContext, ...conditions(request) };
  const call = (action: string, resource: string): ApiCall => ({
    action: `s3:${action}`,
    resources: [resource],
    context,
  });
  const action = actions[operation] ?? operation;

  if (operation === 'ListBuckets') return [call(action, '*')];
  if (operation === 'DeleteObjects') {
    const keys = Array.from(
      request.body.toString().matchAll(/<Key>([\s\S]*?)<\/Key>/g),
      ([, key = '']) => `arn:aws:s3:::${bucket}/${unescaped(key)}`,
    );
    return [{ action: 's3:DeleteObject', resources: keys, context }];
  }
  const key = path.slice(bucket.length + 1);
  const resource = key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
  const source = request.headers['x-amz-copy-source'];
  return [
    ...(source === undefined
      ? []
      : [
          call(
            'GetObject',
            `arn:aws:s3:::${decoded(source)
              .replace(/^\//, '')
              .replace(/\?versionId=.*$/, '')}`,
          ),
        ]),
    ...(operation === 'GetObjectAttributes' ? [call('GetObject', resource)] : []),
    ...(request.headers['x-amz-tagging'] === undefined ? [] : [call('PutObjectTagging', resource)]),
    call(request.query.has('versionId') ? `${action}Version` : action, resource),
  ];
}

/**
 * S3 says that an object is absent only to callers who may list the bucket; all others get
 * AccessDenied. This is the call that decides.
 */
export function s3AbsenceCall(request: ApiRequest, baseContext: ApiCall['context']): ApiCall | undefined {
  const operation = operationName('s3', request);
  if (operation !== 'GetObject' && operation !== 'HeadObject') return undefined;
  const [bucket = ''] = decoded(request.path.replace(/^\//, '')).split('/', 1);
  return { action: 's3:ListBucket', resources: [`arn:aws:s3:::${bucket}`], context: baseContext };
}

function conditions({ headers, query }: ApiRequest): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of conditionHeaders) {
    const value = headers[name];
    if (value !== undefined) result[`s3:${name}`] = value;
  }
  for (const name of ['prefix', 'delimiter', 'max-keys', 'versionId']) {
    const value = query.get(name);
    if (value !== null) result[`s3:${name}`] = value;
  }
  return result;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unescaped(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
