import { type OutputName, readStackOutputs } from '../../aws/stack.ts';
import { InputError } from '../../domain/errors.ts';
import type { RawTemplate } from '../../local/runner/assembly.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

let stack: QuietStack | undefined;
afterEach(async () => await stack?.close());

it('reads the outputs of a stack', async () => {
  stack = await startQuietStack();
  expect(await readStackOutputs('Todoke-dev')).toMatchObject(stack.pipeline.outputs);
});

it('names what is missing of a stack that is another one, or not deployed to its end', async () => {
  stack = await startQuietStack({ transform: without('CampaignsTableName', 'BucketName') });
  await expect(readStackOutputs('Todoke-dev')).rejects.toThrow(
    new InputError(
      'stack-outputs',
      'stack',
      'stack Todoke-dev has no output CampaignsTableName, BucketName: is it a stack of Todoke, deployed to its end?',
    ),
  );
});

it('says where there is no such stack', async () => {
  stack = await startQuietStack();
  await expect(readStackOutputs('Todoke-prod')).rejects.toMatchObject({
    name: 'InputError',
    code: 'unknown-stack',
    message: 'there is no stack Todoke-prod in us-east-1',
  });
});

function without(...names: OutputName[]) {
  return (template: RawTemplate): RawTemplate => ({
    ...template,
    Resources: Object.fromEntries(
      Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping'),
    ),
    Outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).filter(([name]) => !names.some((each) => each === name)),
    ),
  });
}
