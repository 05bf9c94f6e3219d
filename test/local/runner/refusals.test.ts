import type { RawResource } from '../../../local/runner/assembly.ts';
import { run } from './running.ts';
import { functionWithRole, mapping, poll, queue, roleFor } from './small-assembly.ts';

const code = { worker: 'export const handler = async () => {};' };
const fed = (grants = [poll('Work')], timeout = 5) => ({
  Work: queue({ VisibilityTimeout: 30 }),
  ...functionWithRole('Worker', { code: 'worker', grants, properties: { Timeout: timeout } }),
  Mapping: mapping('Work', 'Worker'),
});

describe('startPipeline refuses', () => {
  it.each<[string, Record<string, RawResource>, string[]]>([
    [
      'resource types it does not know, all at once',
      { A: { Type: 'AWS::EC2::Instance' }, B: queue(), C: { Type: 'AWS::RDS::DBInstance' } },
      ['A (AWS::EC2::Instance)', 'C (AWS::RDS::DBInstance)'],
    ],
    ['properties it does not know', { Q: queue({ Colour: 'red' }) }, ['Q (AWS::SQS::Queue).Colour']],
    [
      'event filters of a mapping',
      { ...fed(), Mapping: mapping('Work', 'Worker', { FilterCriteria: {} }) },
      ['FilterCriteria'],
    ],
    [
      'functions of the template it does not know',
      { Q: queue({ Tags: { 'Fn::GetAZs': '' } }) },
      ['Fn::GetAZs', 'Resources.Q.Properties.Tags'],
    ],
    ['circles', { A: { ...queue(), DependsOn: 'B' }, B: { ...queue(), DependsOn: ['A'] } }, ['A → B → A']],
    [
      'a queue whose visibility timeout is shorter than the function runs',
      fed([poll('Work')], 31),
      ['30 seconds is less than Function timeout: 31 seconds'],
    ],
    ['a function that may not poll its queue', fed([]), ['Worker', 'sqs:ReceiveMessage', 'Small-Work']],
    [
      'a role that Lambda cannot take on',
      { ...fed(), WorkerRole: roleFor('ec2.amazonaws.com', poll('Work')) },
      ['role of Worker', 'sts:AssumeRole'],
    ],
    [
      'a managed policy it does not know',
      {
        ...fed(),
        Role: {
          ...roleFor('lambda.amazonaws.com'),
          Properties: {
            AssumeRolePolicyDocument: { Statement: [] },
            ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
          },
        },
      },
      ['AdministratorAccess'],
    ],
    [
      'a policy condition it does not understand',
      {
        ...fed(),
        WorkerRole: roleFor('lambda.amazonaws.com', {
          ...poll('Work'),
          Condition: { BinaryEquals: { k: 'v' } },
        }),
      },
      ['BinaryEquals'],
    ],
    [
      'an event pattern it does not understand',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { source: [{ cidr: '192.0.2.0/24' }] } },
        },
      },
      ['cidr'],
    ],
  ])('%s', async (_, resources, messages) => {
    const starting = run({ resources, code });
    for (const message of messages) {
      await expect(starting).rejects.toThrow(message);
    }
  });

  it('parameters that nobody can give', async () => {
    await expect(
      run({ resources: {}, sections: { Parameters: { Name: { Type: 'String' } } } }),
    ).rejects.toThrow('parameter Name has no default');
  });

  it('template sections it does not know', async () => {
    await expect(
      run({ resources: {}, sections: { Transform: 'AWS::Serverless-2016-10-31' } }),
    ).rejects.toThrow('Transform');
  });
});

it('takes what the bootstrap adds, skips what a condition excludes, and leaves the template on disk alone', async () => {
  const running = await run(
    {
      resources: {
        Kept: queue(),
        Left: { Type: 'AWS::SQS::Queue', Condition: 'Never', Properties: {} },
      },
      outputs: { Name: { 'Fn::GetAtt': ['Kept', 'QueueName'] }, Account: { Ref: 'AWS::AccountId' } },
      sections: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Parameters: {
          BootstrapVersion: {
            Type: 'AWS::SSM::Parameter::Value<String>',
            Default: '/cdk-bootstrap/hnb659fds/version',
          },
        },
        Rules: { CheckBootstrapVersion: { Assertions: [] } },
      },
    },
    {
      place: { accountId: '210987654321' },
      transform: (template) => ({ ...template, Resources: { ...template.Resources, Added: queue() } }),
    },
  );
  expect(running.pipeline.outputs).toEqual({ Name: 'Small-Kept', Account: '210987654321' });
  expect(Object.keys(await running.pipeline.queueDepths()).sort()).toEqual(['Small-Added', 'Small-Kept']);
  await running.stop();
});
