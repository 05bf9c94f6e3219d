import { generateSecret } from '../secrets-manager.ts';
import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

export const secret: Provisioner = {
  done: ['Name', 'SecretString', 'GenerateSecretString', 'KmsKeyId', 'Description'],
  inert: ['Tags'],
  create({ logicalId, properties, uniqueId }, { stackName, secrets, access }) {
    const name = properties.optionalText('Name') ?? physicalName(stackName, logicalId, 512);
    const generate = properties.optionalObject('GenerateSecretString');
    const text = generate === undefined ? properties.text('SecretString') : generateSecret(generate);
    const arn = secrets.create(name, text, uniqueId, properties.optionalText('Description'));
    const key = properties.optionalText('KmsKeyId');
    if (key !== undefined) {
      access.encrypt(arn, key);
    }
    return { ref: arn, attributes: { Id: arn } };
  },
};

export const secretResourcePolicy: Provisioner = {
  done: ['SecretId', 'ResourcePolicy'],
  inert: ['BlockPublicPolicy'],
  create({ logicalId, properties }, { access }) {
    access.addResourcePolicy(properties.text('SecretId'), properties.object('ResourcePolicy').raw, logicalId);
    return { ref: properties.text('SecretId'), attributes: { Id: properties.text('SecretId') } };
  },
};
