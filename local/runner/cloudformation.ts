import type { ServiceHandler } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { queryService, xmlElements } from './aws-answers.ts';

/** The running stack as CloudFormation would describe it. */
export interface StackDescription {
  readonly stackName: string;
  readonly stackId: string;
  readonly description?: string;
  /** Epoch milliseconds. */
  readonly createdMs: number;
  readonly outputs: ReadonlyMap<
    string,
    { readonly value: string; readonly description?: string; readonly exportName?: string }
  >;
  readonly resources: readonly {
    readonly logicalId: string;
    readonly physicalId: string;
    readonly type: string;
  }[];
  /** As synthesized. */
  readonly templateText: string;
}

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const status = 'CREATE_COMPLETE';

/** The reading actions of CloudFormation, for the one stack that runs. Until it is complete there is none. */
export function cloudFormation(current: () => StackDescription | undefined): ServiceHandler {
  return queryService('cloudformation', namespace, async (action, fields) => {
    const stack = current();
    const name = fields.get('StackName');
    if (stack === undefined || (name !== null && name !== stack.stackName && name !== stack.stackId)) {
      throw new ApiError('ValidationError', `Stack with id ${name ?? ''} does not exist`);
    }
    switch (action) {
      case 'DescribeStacks':
        return `<Stacks><member>${stackXml(stack)}</member></Stacks>`;
      case 'ListStacks':
        return `<StackSummaries><member>${identityXml(stack)}</member></StackSummaries>`;
      case 'DescribeStackResources':
        return `<StackResources>${resourcesXml(stack, 'Timestamp')}</StackResources>`;
      case 'ListStackResources':
        return `<StackResourceSummaries>${resourcesXml(stack, 'LastUpdatedTimestamp')}</StackResourceSummaries>`;
      case 'GetTemplate':
        return xmlElements({ TemplateBody: stack.templateText });
      default:
        return undefined;
    }
  });
}

function identityXml({ stackName, stackId, createdMs }: StackDescription): string {
  return xmlElements({
    StackName: stackName,
    StackId: stackId,
    CreationTime: new Date(createdMs).toISOString(),
    StackStatus: status,
  });
}

function stackXml(stack: StackDescription): string {
  const outputs = [...stack.outputs].map(([key, { value, description, exportName }]) => {
    const fields = { OutputKey: key, OutputValue: value, Description: description, ExportName: exportName };
    return `<member>${xmlElements(fields)}</member>`;
  });
  const rest = xmlElements({ Description: stack.description, DisableRollback: 'false' });
  return `${identityXml(stack)}${rest}<Outputs>${outputs.join('')}</Outputs>`;
}

function resourcesXml(
  { stackName, stackId, createdMs, resources }: StackDescription,
  timeElement: string,
): string {
  return resources
    .map(({ logicalId, physicalId, type }) => {
      const fields = {
        StackName: stackName,
        StackId: stackId,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        [timeElement]: new Date(createdMs).toISOString(),
        ResourceStatus: status,
      };
      return `<member>${xmlElements(fields)}</member>`;
    })
    .join('');
}
