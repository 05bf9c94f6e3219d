import { InputError } from '../../../domain/errors.ts';
import type { Properties } from '../properties.ts';
import { physicalName } from './physical-name.ts';
import type { Provisioner } from './provisioner.ts';

const knownCode = ['S3Bucket', 'S3Key'];

export const lambdaFunction: Provisioner = {
  done: [
    'FunctionName',
    'Code',
    'Handler',
    'Role',
    'Runtime',
    'Timeout',
    'MemorySize',
    'Environment',
    'ReservedConcurrentExecutions',
    'PackageType',
  ],
  inert: [
    'Architectures',
    'Description',
    'EphemeralStorage',
    'LoggingConfig',
    'RecursiveLoop',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
  ],
  create({ logicalId, properties }, { place, stackName, assets, functions, access, gateway }) {
    const runtime = properties.text('Runtime');
    if (!runtime.startsWith('nodejs')) {
      const where = `${properties.where}.Runtime`;
      throw new InputError(
        'unknown-runtime',
        where,
        `runtime ${runtime} of ${where} is not run here; only nodejs is`,
      );
    }
    const name = properties.optionalText('FunctionName') ?? physicalName(stackName, logicalId, 64);
    const arn = `arn:aws:lambda:${place.region}:${place.accountId}:function:${name}`;
    const roleArn = properties.text('Role');
    access.bindFunction(logicalId, roleArn, logicalId);
    const reserved = properties.optionalNumber('ReservedConcurrentExecutions');
    functions.add({
      logicalId,
      name,
      arn,
      roleArn,
      codeDirectory: codeDirectoryOf(properties.object('Code'), assets),
      handler: properties.text('Handler'),
      timeoutSeconds: properties.number('Timeout', 3),
      memoryMb: properties.number('MemorySize', 128),
      variables: variablesOf(properties),
      ...(reserved !== undefined && { reservedConcurrency: reserved }),
    });
    const session = `arn:aws:sts::${place.accountId}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${name}`;
    gateway.addCaller(functions.accessKeyOf(logicalId), {
      accessKeyId: functions.accessKeyOf(logicalId),
      arn: session,
      functionId: logicalId,
    });
    return { ref: name, attributes: { Arn: arn } };
  },
};

export const version: Provisioner = {
  done: ['FunctionName'],
  inert: ['Description', 'CodeSha256'],
  create({ properties }, { functions }) {
    const { arn } = functions.named(properties.text('FunctionName'), properties.where);
    return { ref: `${arn}:1`, attributes: { FunctionArn: `${arn}:1`, Version: '1' } };
  },
};

export const alias: Provisioner = {
  done: ['FunctionName', 'FunctionVersion', 'Name'],
  inert: ['Description'],
  create({ properties }, { functions }) {
    const { arn } = functions.named(properties.text('FunctionName'), properties.where);
    const aliasArn = `${arn}:${properties.text('Name')}`;
    return { ref: aliasArn, attributes: { AliasArn: aliasArn } };
  },
};

export const permission: Provisioner = {
  done: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'],
  inert: [],
  create({ logicalId, properties }, { functions, access }) {
    const { arn } = functions.named(properties.text('FunctionName'), properties.where);
    const principal = properties.text('Principal');
    const sourceArn = properties.optionalText('SourceArn');
    const sourceAccount = properties.optionalText('SourceAccount');
    const statement = {
      Effect: 'Allow',
      Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
      Action: properties.text('Action'),
      Resource: arn,
      Condition: {
        ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
        ...(sourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
      },
    };
    access.addResourcePolicy(arn, { Version: '2012-10-17', Statement: [statement] }, logicalId);
    return { ref: logicalId, attributes: { Id: logicalId } };
  },
};

export const eventInvokeConfig: Provisioner = {
  done: [
    'FunctionName',
    'MaximumRetryAttempts',
    'MaximumEventAgeInSeconds',
    'DestinationConfig',
    'Qualifier',
  ],
  inert: [],
  create({ logicalId, properties }, runtime) {
    const definition = runtime.functions.named(properties.text('FunctionName'), properties.where);
    const destinations = properties.optionalObject('DestinationConfig');
    const onFailureArn = destinations?.optionalObject('OnFailure')?.optionalText('Destination');
    const onSuccessArn = destinations?.optionalObject('OnSuccess')?.optionalText('Destination');
    for (const arn of [onFailureArn, onSuccessArn]) {
      if (arn !== undefined) {
        runtime.whenCreated(() => runtime.targets.check(arn, properties.where));
      }
    }
    runtime.asyncInvocations.configure(definition.logicalId, {
      maximumRetryAttempts: properties.number('MaximumRetryAttempts', 2),
      maximumEventAgeSeconds: properties.number('MaximumEventAgeInSeconds', 6 * 3600),
      ...(onFailureArn !== undefined && { onFailureArn }),
      ...(onSuccessArn !== undefined && { onSuccessArn }),
    });
    return { ref: logicalId, attributes: {} };
  },
};

/** Code comes from the assembly's own assets, which are unpacked directories there. */
function codeDirectoryOf(code: Properties, assets: ReadonlyMap<string, string>): string {
  code.refuseOthers(knownCode);
  const directory = assets.get(code.text('S3Key'));
  if (directory === undefined) {
    throw new InputError('unknown-asset', code.where, `the assembly has no asset for ${code.where}`);
  }
  return directory;
}

function variablesOf(properties: Properties): Record<string, string> {
  const variables = properties.optionalObject('Environment')?.optionalObject('Variables');
  return Object.fromEntries((variables?.names() ?? []).map((name) => [name, variables?.text(name) ?? '']));
}
