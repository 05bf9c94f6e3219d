import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { TokenKeys } from '../domain/unsubscribe.ts';

/** A new key is used within this time of becoming current. */
const cacheMs = 300_000;

/** Reads the keys of unsubscribe tokens: a secret `{"current":"k1","k1":"…","k2":"…"}`, kept for five minutes. */
export function tokenKeys(secretArn: string, nowMs: () => number): () => Promise<TokenKeys> {
  const client = new SecretsManagerClient({});
  let cached: { keys: TokenKeys; untilMs: number } | undefined;
  return async () => {
    if (cached === undefined || cached.untilMs <= nowMs()) {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
      cached = { keys: parseKeys(SecretString ?? ''), untilMs: nowMs() + cacheMs };
    }
    return cached.keys;
  };
}

function parseKeys(secret: string): TokenKeys {
  let values: Record<string, string>;
  try {
    values = JSON.parse(secret) as Record<string, string>;
  } catch {
    // Not the parser's message: it quotes the secret, and faults are logged.
    throw new Error('the secret of unsubscribe keys is not JSON');
  }
  const { current, ...keys } = values;
  if (current === undefined || keys[current] === undefined) {
    throw new Error('the secret of unsubscribe keys has no "current" that names one of its keys');
  }
  return { current, keys };
}
