import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

export const role: Provisioner = {
  done: ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies'],
  inert: ['Description', 'MaxSessionDuration', 'Tags'],
  create({ logicalId, properties, uniqueId }, { place, stackName, access }) {
    const name = properties.optionalText('RoleName') ?? physicalName(stackName, logicalId, 64);
    const arn = `arn:aws:iam::${place.accountId}:role${properties.optionalText('Path') ?? '/'}${name}`;
    access.roles.add(name, arn, properties.object('AssumeRolePolicyDocument').raw, logicalId);
    for (const policyArn of properties.texts('ManagedPolicyArns')) {
      access.roles.attachManaged(arn, policyArn, logicalId);
    }
    for (const policy of properties.objects('Policies')) {
      access.roles.attach(arn, policy.object('PolicyDocument').raw, policy.where);
    }
    return {
      ref: name,
      attributes: { Arn: arn, RoleId: `AROA${uniqueId.replaceAll('-', '').slice(0, 17).toUpperCase()}` },
    };
  },
};

export const policy: Provisioner = {
  done: ['PolicyDocument', 'PolicyName', 'Roles'],
  inert: [],
  create({ logicalId, properties }, { access }) {
    for (const name of properties.texts('Roles')) {
      access.roles.attach(name, properties.object('PolicyDocument').raw, logicalId);
    }
    return { ref: properties.text('PolicyName'), attributes: { Id: logicalId } };
  },
};

export const managedPolicy: Provisioner = {
  done: ['PolicyDocument', 'ManagedPolicyName', 'Path', 'Roles'],
  inert: ['Description'],
  create({ logicalId, properties }, { place, stackName, access }) {
    const name = properties.optionalText('ManagedPolicyName') ?? physicalName(stackName, logicalId, 128);
    const arn = `arn:aws:iam::${place.accountId}:policy${properties.optionalText('Path') ?? '/'}${name}`;
    access.roles.addManagedPolicy(arn, properties.object('PolicyDocument').raw, logicalId);
    for (const roleName of properties.texts('Roles')) {
      access.roles.attachManaged(roleName, arn, logicalId);
    }
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
};
