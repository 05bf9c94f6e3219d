import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

export const bucket: Provisioner = {
  done: ['BucketName', 'BucketEncryption'],
  inert: [
    'PublicAccessBlockConfiguration',
    'OwnershipControls',
    'LifecycleConfiguration',
    'VersioningConfiguration',
    'LoggingConfiguration',
    'Tags',
    'AccessControl',
  ],
  async create({ logicalId, properties }, { place, stackName, messaging, access }) {
    const name =
      properties.optionalText('BucketName') ?? physicalName(stackName, logicalId, 63).toLowerCase();
    const arn = `arn:aws:s3:::${name}`;
    await messaging.call('s3', 'CreateBucket', { Bucket: name });
    for (const rule of properties
      .optionalObject('BucketEncryption')
      ?.objects('ServerSideEncryptionConfiguration') ?? []) {
      const key = rule.optionalObject('ServerSideEncryptionByDefault')?.optionalText('KMSMasterKeyID');
      if (key !== undefined) {
        access.encrypt(arn, key);
      }
    }
    const domain = `${name}.s3.${place.region}.amazonaws.com`;
    return {
      ref: name,
      attributes: { Arn: arn, DomainName: `${name}.s3.amazonaws.com`, RegionalDomainName: domain },
    };
  },
};

export const bucketPolicy: Provisioner = {
  done: ['Bucket', 'PolicyDocument'],
  inert: [],
  create({ logicalId, properties }, { access }) {
    access.addResourcePolicy(
      `arn:aws:s3:::${properties.text('Bucket')}`,
      properties.object('PolicyDocument').raw,
      logicalId,
    );
    return { ref: properties.text('Bucket'), attributes: {} };
  },
};
