import { randomUUID } from 'node:crypto';
import type { StackOutputs } from '../../aws/stack.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import { tokenKeys } from '../../aws/token-keys.ts';
import { parseAddress } from '../../domain/address.ts';
import { type Fact, known, unknown } from '../../domain/doctor/fact.ts';
import type { UnsubscribeAnswers } from '../../domain/doctor/facts.ts';
import { sealUnsubscribeToken, unsubscribeUrl } from '../../domain/unsubscribe.ts';
import { exchange } from './http-exchange.ts';

/** Unsubscribes a mailbox of the simulator that nobody has, as a mailbox provider would, and forgets it again. */
export async function probeUnsubscribe(
  outputs: StackOutputs,
  ca: string | undefined,
): Promise<Fact<UnsubscribeAnswers>> {
  const suppressions = suppressionsTable(outputs.SuppressionsTableName);
  const { wire, recipientId } = parseAddress(`success+${randomUUID()}@simulator.amazonses.com`, 'address');
  const keys = await tokenKeys(outputs.UnsubscribeKeysSecretArn, Date.now)();
  const token = sealUnsubscribeToken({ address: wire, topic: 'todoke-doctor' }, keys);
  const url = unsubscribeUrl(outputs.UnsubscribeBaseUrl, token);
  const isSuppressed = async () => (await suppressions.find([recipientId])).has(recipientId);
  try {
    const get = await exchange('GET', url, ca);
    const getUnsubscribed = await isSuppressed();
    const post = await exchange('POST', url, ca);
    const postUnsubscribed = await isSuppressed();
    const again = await exchange('POST', url, ca);
    return known({
      url,
      get,
      getUnsubscribed,
      post,
      postUnsubscribed,
      again,
      tokenShowsAddress: showsAddress(token, wire),
    });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) {
      throw error;
    }
    return unknown({
      ja: `配信停止のURLにつながりません（${error.code}）。`,
      en: `the unsubscribe URL could not be reached: ${error.code}`,
    });
  } finally {
    await suppressions.forget(recipientId);
  }
}

function showsAddress(token: string, address: string): boolean {
  const localPart = address.slice(0, address.lastIndexOf('@'));
  const readable = [
    token,
    decodeURIComponent(token),
    ...token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1')),
  ];
  return readable.some((text) => text.includes(localPart));
}
