import type { Provisioner } from './provisioner.ts';

/** Nothing is encrypted here; the key's policy decides who could use what it encrypts on AWS. */
export const key: Provisioner = {
  done: ['KeyPolicy'],
  inert: [
    'Description',
    'EnableKeyRotation',
    'Enabled',
    'KeySpec',
    'KeyUsage',
    'PendingWindowInDays',
    'RotationPeriodInDays',
    'Tags',
  ],
  create({ logicalId, properties, uniqueId }, { place, access }) {
    const arn = `arn:aws:kms:${place.region}:${place.accountId}:key/${uniqueId}`;
    access.addResourcePolicy(arn, properties.object('KeyPolicy').raw, logicalId);
    return { ref: uniqueId, attributes: { Arn: arn, KeyId: uniqueId } };
  },
};

export const keyAlias: Provisioner = {
  done: ['AliasName', 'TargetKeyId'],
  inert: [],
  create({ properties }, { access }) {
    access.addKeyAlias(properties.text('AliasName'), properties.text('TargetKeyId'));
    return { ref: properties.text('AliasName'), attributes: {} };
  },
};
