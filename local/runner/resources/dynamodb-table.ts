import type { KeySchemaElement } from '@aws-sdk/client-dynamodb';
import type { Properties } from '../properties.ts';
import type { Runtime } from '../runtime.ts';
import { physicalName } from './physical-name.ts';
import type { Provisioner, ResourceRequest } from './provisioner.ts';

/** The throughput of this machine is what it is; backups, replicas and protection have nothing to protect. */
const inert = [
  'BillingMode',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'ContributorInsightsSpecification',
  'TableClass',
  'Tags',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'WarmThroughput',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
];
const done = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'TimeToLiveSpecification',
  'SSESpecification',
];

const inReplica = [
  'Region',
  'SSESpecification',
  'PointInTimeRecoverySpecification',
  'DeletionProtectionEnabled',
  'ContributorInsightsSpecification',
  'GlobalSecondaryIndexes',
  'TableClass',
  'Tags',
];

export const table: Provisioner = {
  done,
  inert,
  create: (resource, runtime) => createTable(resource, runtime),
};

/** Only the replica of the stack's own region is run. */
export const globalTable: Provisioner = {
  done: [...done, 'Replicas'],
  inert,
  create(resource, runtime) {
    const own = resource.properties
      .objects('Replicas')
      .find((replica) => replica.text('Region') === runtime.place.region);
    own?.refuseOthers(inReplica);
    return createTable(resource, runtime, own);
  },
};

async function createTable(
  { logicalId, properties }: ResourceRequest,
  runtime: Runtime,
  replica?: Properties,
) {
  const { place, stackName, dynamoDb, access } = runtime;
  const name = properties.optionalText('TableName') ?? physicalName(stackName, logicalId, 255);
  const arn = `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${name}`;
  const timeToLive = properties.optionalObject('TimeToLiveSpecification');
  const globalIndexes = properties.objects('GlobalSecondaryIndexes').map(indexOf);
  const localIndexes = properties.objects('LocalSecondaryIndexes').map(indexOf);
  await dynamoDb.createTable(
    {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: properties.objects('AttributeDefinitions').map((attribute) => ({
        AttributeName: attribute.text('AttributeName'),
        AttributeType: attribute.oneOf('AttributeType', ['S', 'N', 'B']),
      })),
      KeySchema: keySchemaOf(properties),
      ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
      ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
    },
    timeToLive?.flag('Enabled', false) ? timeToLive.text('AttributeName') : undefined,
  );
  const encryption = properties.optionalObject('SSESpecification');
  const key =
    replica?.optionalObject('SSESpecification')?.optionalText('KMSMasterKeyId') ??
    encryption?.optionalText('KMSMasterKeyId');
  if (key !== undefined) {
    access.encrypt(arn, key);
  }
  return { ref: name, attributes: { Arn: arn, TableId: `local-${name}` } };
}

function keySchemaOf(properties: Properties): KeySchemaElement[] {
  return properties.objects('KeySchema').map((key) => ({
    AttributeName: key.text('AttributeName'),
    KeyType: key.oneOf('KeyType', ['HASH', 'RANGE']),
  }));
}

function indexOf(index: Properties) {
  index.refuseOthers([
    'IndexName',
    'KeySchema',
    'Projection',
    'ProvisionedThroughput',
    'OnDemandThroughput',
    'WarmThroughput',
    'ContributorInsightsSpecification',
  ]);
  const projection = index.object('Projection');
  const attributes = projection.texts('NonKeyAttributes');
  return {
    IndexName: index.text('IndexName'),
    KeySchema: keySchemaOf(index),
    Projection: {
      ProjectionType: projection.oneOf('ProjectionType', ['ALL', 'KEYS_ONLY', 'INCLUDE']),
      ...(attributes.length > 0 && { NonKeyAttributes: attributes }),
    },
  };
}
