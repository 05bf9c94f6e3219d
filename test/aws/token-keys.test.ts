import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { tokenKeys } from '../../aws/token-keys.ts';
import { openUnsubscribeToken, sealUnsubscribeToken } from '../../domain/unsubscribe.ts';
import type { RawTemplate } from '../../local/runner/assembly.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const started: QuietStack[] = [];

/** The ARN of the secret of a stack whose secret has that text, or the one that the stack makes itself. */
async function secretArn(text?: string): Promise<string> {
  const stack = await startQuietStack(text === undefined ? {} : { transform: withSecret(text) });
  started.push(stack);
  const client = new SecretsManagerClient({});
  const { SecretList } = await client.send(new ListSecretsCommand({}));
  client.destroy();
  return SecretList?.[0]?.ARN ?? '';
}

function withSecret(text: string) {
  return ({ Resources, ...template }: RawTemplate): RawTemplate => ({
    ...template,
    Resources: Object.fromEntries(
      Object.entries(Resources)
        .filter(([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping')
        .map(([id, resource]) => [
          id,
          resource.Type === 'AWS::SecretsManager::Secret'
            ? { ...resource, Properties: { SecretString: text } }
            : resource,
        ]),
    ),
  });
}

afterAll(async () => {
  for (const stack of started) await stack.close();
});

it('reads the keys that the stack makes, which seal and open tokens', async () => {
  const keys = await tokenKeys(await secretArn(), () => 0)();
  expect(keys).toEqual({ current: 'k1', keys: { k1: expect.stringMatching(/^[A-Za-z0-9]{64}$/) } });
  const claim = { address: 'taro@example.com', topic: 'newsletter' };
  expect(openUnsubscribeToken(sealUnsubscribeToken(claim, keys), keys)).toEqual(claim);
});

it('asks again after five minutes', async () => {
  const arn = await secretArn('{"current":"k2","k1":"old","k2":"new"}');
  let nowMs = 0;
  const read = tokenKeys(arn, () => nowMs);
  const calls = () => started.at(-1)?.pipeline.calls()['secretsmanager:GetSecretValue'];
  expect(await read()).toEqual({ current: 'k2', keys: { k1: 'old', k2: 'new' } });
  nowMs = 299_999;
  await read();
  expect(calls()).toBe(1);
  nowMs = 300_000;
  await read();
  expect(calls()).toBe(2);
});

it.each([
  { secret: 'k1=top-secret', message: 'the secret of unsubscribe keys is not JSON' },
  {
    secret: '{"k1":"top-secret"}',
    message: 'the secret of unsubscribe keys has no "current" that names one of its keys',
  },
  {
    secret: '{"current":"k9","k1":"top-secret"}',
    message: 'the secret of unsubscribe keys has no "current" that names one of its keys',
  },
])('refuses $secret without quoting it', async ({ secret, message }) => {
  const read = tokenKeys(await secretArn(secret), () => 0);
  await expect(read()).rejects.toThrow(new Error(message));
});
