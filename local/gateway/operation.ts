import type { ApiRequest } from '../api.ts';

/** Prefix of a service in IAM and in meters, where it differs from the signing name. */
export function iamPrefix(service: string): string {
  return service === 'monitoring' ? 'cloudwatch' : service;
}

/** `sqs:SendMessage`, `s3:HeadObject`, `ses:SendEmail`: what AWS bills and CloudTrail shows. */
export function operationOf(service: string, request: ApiRequest): string {
  return `${iamPrefix(service)}:${operationName(service, request)}`;
}

/** Name of the API operation; `UnknownOperation` where the path says nothing we know. */
export function operationName(service: string, request: ApiRequest): string {
  if (service === 's3') return s3Operation(request);
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  const action = request.query.get('Action') ?? formAction(request);
  if (action !== undefined) return action;
  const rpc = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(request.path)?.[1];
  if (rpc !== undefined) return rpc;
  const row = restRoutes[service]?.find(
    ([method, pattern]) => method === request.method && pattern.test(request.path),
  );
  return row?.[2] ?? 'UnknownOperation';
}

function formAction(request: ApiRequest): string | undefined {
  if (!(request.headers['content-type'] ?? '').includes('x-www-form-urlencoded')) return undefined;
  const action = /(?:^|&)Action=([A-Za-z]+)/.exec(request.body.toString('latin1'))?.[1];
  return action;
}

type Route = readonly [method: string, path: RegExp, operation: string];

const restRoutes: Readonly<Record<string, readonly Route[]>> = {
  ses: [
    ['POST', /^\/v2\/email\/outbound-emails$/, 'SendEmail'],
    ['POST', /^\/v2\/email\/outbound-bulk-emails$/, 'SendBulkEmail'],
    ['GET', /^\/v2\/email\/account$/, 'GetAccount'],
    ['PUT', /^\/v2\/email\/account\/sending$/, 'PutAccountSendingAttributes'],
    ['PUT', /^\/v2\/email\/account\/suppression$/, 'PutAccountSuppressionAttributes'],
    ['PUT', /^\/v2\/email\/account\/pricing-attributes$/, 'PutAccountPricingAttributes'],
    ['POST', /^\/v2\/email\/account\/details$/, 'PutAccountDetails'],
    ['GET', /^\/v2\/email\/dedicated-ips$/, 'GetDedicatedIps'],
    ['GET', /^\/v2\/email\/suppression\/addresses$/, 'ListSuppressedDestinations'],
    ['PUT', /^\/v2\/email\/suppression\/addresses$/, 'PutSuppressedDestination'],
    ['GET', /^\/v2\/email\/suppression\/addresses\/[^/]+$/, 'GetSuppressedDestination'],
    ['DELETE', /^\/v2\/email\/suppression\/addresses\/[^/]+$/, 'DeleteSuppressedDestination'],
    ['POST', /^\/v2\/email\/metrics\/batch$/, 'BatchGetMetricData'],
    ['POST', /^\/v2\/email\/import-jobs$/, 'CreateImportJob'],
    ['GET', /^\/v2\/email\/import-jobs\/[^/]+$/, 'GetImportJob'],
    ['GET', /^\/v2\/email\/identities$/, 'ListEmailIdentities'],
    ['POST', /^\/v2\/email\/list-identities$/, 'ListEmailIdentities'],
    ['POST', /^\/v2\/email\/identities$/, 'CreateEmailIdentity'],
    ['GET', /^\/v2\/email\/identities\/[^/]+$/, 'GetEmailIdentity'],
    ['DELETE', /^\/v2\/email\/identities\/[^/]+$/, 'DeleteEmailIdentity'],
    ['PUT', /^\/v2\/email\/identities\/[^/]+\/dkim$/, 'PutEmailIdentityDkimAttributes'],
    ['PUT', /^\/v2\/email\/identities\/[^/]+\/dkim\/signing$/, 'PutEmailIdentityDkimSigningAttributes'],
    ['PUT', /^\/v2\/email\/identities\/[^/]+\/mail-from$/, 'PutEmailIdentityMailFromAttributes'],
    ['GET', /^\/v2\/email\/configuration-sets$/, 'ListConfigurationSets'],
    ['POST', /^\/v2\/email\/list-configuration-sets$/, 'ListConfigurationSets'],
    ['POST', /^\/v2\/email\/configuration-sets$/, 'CreateConfigurationSet'],
    ['GET', /^\/v2\/email\/configuration-sets\/[^/]+$/, 'GetConfigurationSet'],
    ['DELETE', /^\/v2\/email\/configuration-sets\/[^/]+$/, 'DeleteConfigurationSet'],
    ['PUT', /^\/v2\/email\/configuration-sets\/[^/]+\/sending$/, 'PutConfigurationSetSendingOptions'],
    [
      'POST',
      /^\/v2\/email\/configuration-sets\/[^/]+\/event-destinations$/,
      'CreateConfigurationSetEventDestination',
    ],
    [
      'GET',
      /^\/v2\/email\/configuration-sets\/[^/]+\/event-destinations$/,
      'GetConfigurationSetEventDestinations',
    ],
    [
      'PUT',
      /^\/v2\/email\/configuration-sets\/[^/]+\/event-destinations\/[^/]+$/,
      'UpdateConfigurationSetEventDestination',
    ],
    [
      'DELETE',
      /^\/v2\/email\/configuration-sets\/[^/]+\/event-destinations\/[^/]+$/,
      'DeleteConfigurationSetEventDestination',
    ],
    [
      'PUT',
      /^\/v2\/email\/configuration-sets\/[^/]+\/suppression-options$/,
      'PutConfigurationSetSuppressionOptions',
    ],
    [
      'PUT',
      /^\/v2\/email\/configuration-sets\/[^/]+\/delivery-options$/,
      'PutConfigurationSetDeliveryOptions',
    ],
    [
      'PUT',
      /^\/v2\/email\/configuration-sets\/[^/]+\/tracking-options$/,
      'PutConfigurationSetTrackingOptions',
    ],
  ],
  lambda: [
    ['POST', /^\/2015-03-31\/functions\/[^/]+\/invocations$/, 'Invoke'],
    ['POST', /^\/2014-11-13\/functions\/[^/]+\/invoke-async\/?$/, 'InvokeAsync'],
    ['GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
    ['GET', /^\/2015-03-31\/functions\/[^/]+$/, 'GetFunction'],
    ['GET', /^\/2015-03-31\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
    ['GET', /^\/2015-03-31\/event-source-mappings\/?$/, 'ListEventSourceMappings'],
  ],
  scheduler: [
    ['GET', /^\/schedules$/, 'ListSchedules'],
    ['POST', /^\/schedules\/[^/]+$/, 'CreateSchedule'],
    ['GET', /^\/schedules\/[^/]+$/, 'GetSchedule'],
    ['PUT', /^\/schedules\/[^/]+$/, 'UpdateSchedule'],
    ['DELETE', /^\/schedules\/[^/]+$/, 'DeleteSchedule'],
    ['GET', /^\/schedule-groups$/, 'ListScheduleGroups'],
    ['POST', /^\/schedule-groups\/[^/]+$/, 'CreateScheduleGroup'],
    ['GET', /^\/schedule-groups\/[^/]+$/, 'GetScheduleGroup'],
    ['DELETE', /^\/schedule-groups\/[^/]+$/, 'DeleteScheduleGroup'],
  ],
};

/** Sub-resources of S3 in the query, and the noun of the operation they make. */
const s3SubResources: readonly (readonly [query: string, bucket: string, object: string])[] = [
  ['acl', 'BucketAcl', 'ObjectAcl'],
  ['cors', 'BucketCors', ''],
  ['encryption', 'BucketEncryption', ''],
  ['lifecycle', 'BucketLifecycleConfiguration', ''],
  ['location', 'BucketLocation', ''],
  ['logging', 'BucketLogging', ''],
  ['notification', 'BucketNotificationConfiguration', ''],
  ['policy', 'BucketPolicy', ''],
  ['replication', 'BucketReplication', ''],
  ['tagging', 'BucketTagging', 'ObjectTagging'],
  ['versioning', 'BucketVersioning', ''],
  ['website', 'BucketWebsite', ''],
];

const s3Verbs: Readonly<Record<string, string>> = { GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete' };

function s3Operation({ method, path, query, headers }: ApiRequest): string {
  const [, bucket = '', key] = /^\/([^/]*)(?:\/(.+))?/.exec(path) ?? [];
  const isObject = key !== undefined;
  if (bucket === '') return 'ListBuckets';
  const verb = s3Verbs[method] ?? 'Post';
  for (const [name, ofBucket, ofObject] of s3SubResources) {
    if (query.has(name)) return verb + (isObject && ofObject !== '' ? ofObject : ofBucket);
  }
  if (!isObject) {
    if (query.has('uploads')) return 'ListMultipartUploads';
    if (query.has('versions')) return 'ListObjectVersions';
    if (query.has('delete')) return 'DeleteObjects';
    switch (method) {
      case 'GET':
        return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
      case 'PUT':
        return 'CreateBucket';
      case 'POST':
        return 'PostObject';
      default:
        return `${verb}Bucket`;
    }
  }
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('attributes')) return 'GetObjectAttributes';
  const copies = headers['x-amz-copy-source'] !== undefined;
  if (query.has('uploadId')) {
    switch (method) {
      case 'PUT':
        return copies ? 'UploadPartCopy' : 'UploadPart';
      case 'POST':
        return 'CompleteMultipartUpload';
      case 'DELETE':
        return 'AbortMultipartUpload';
      default:
        return 'ListParts';
    }
  }
  return method === 'PUT' && copies ? 'CopyObject' : `${verb}Object`;
}
