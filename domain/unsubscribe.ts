import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { type VariantName, variantNames } from './experiment/variant.ts';

/**
 * Keys of unsubscribe tokens. The id of the key is part of each token, so that a new key can become `current` while
 * tokens in mail of years ago go on working.
 */
export interface TokenKeys {
  /** Id of the key that new tokens are made with. */
  readonly current: string;
  /** Key material by id: at least 32 random characters each. */
  readonly keys: Readonly<Record<string, string>>;
}

/** What a token stands for: this mailbox does not want mail of this topic. */
export interface UnsubscribeClaim {
  /** RFC 5321 wire form. */
  readonly address: string;
  readonly topic: string;
  /** The campaign whose mail it was, and the variant of it; absent where nothing is counted by variant. */
  readonly origin?: UnsubscribeOrigin;
}

export interface UnsubscribeOrigin {
  readonly campaignId: string;
  readonly variant: VariantName;
}

const keyIdShape = '[A-Za-z0-9]{1,16}';
const keyIdOnly = new RegExp(`^${keyIdShape}$`);
const tokenShape = new RegExp(`^(${keyIdShape})\\.([A-Za-z0-9_-]{1,1024})$`);

const ivBytes = 12;
const tagBytes = 16;

/**
 * Makes the token that goes into `List-Unsubscribe`. It is encrypted and authenticated (AES-256-GCM), so it can be neither
 * read nor forged, and the same for the same claim: the IV is a keyed hash of the content.
 */
export function sealUnsubscribeToken(
  { address, topic, origin }: UnsubscribeClaim,
  tokenKeys: TokenKeys,
): string {
  const { current } = tokenKeys;
  const derived = derivedKeys(tokenKeys, current);
  if (derived === undefined) {
    throw new Error(`the current unsubscribe key "${current}" is not among the keys`);
  }
  if (!keyIdOnly.test(current)) {
    throw new Error('the id of an unsubscribe key is 1 to 16 letters and digits');
  }
  // None of these has a line end.
  const parts = origin === undefined ? [] : [origin.campaignId, origin.variant];
  const plain = [topic, address, ...parts].join('\n');
  const iv = createHmac('sha256', derived.iv).update(plain).digest().subarray(0, ivBytes);
  const cipher = createCipheriv('aes-256-gcm', derived.key, iv);
  cipher.setAAD(derived.id);
  const sealed = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${current}.${sealed.toString('base64url')}`;
}

/** Opens a token, or answers undefined for one that was not made with any of the keys. Tokens never expire. */
export function openUnsubscribeToken(token: string, tokenKeys: TokenKeys): UnsubscribeClaim | undefined {
  const [, keyId, body] = tokenShape.exec(token) ?? [];
  const derived = keyId === undefined ? undefined : derivedKeys(tokenKeys, keyId);
  if (keyId === undefined || body === undefined || derived === undefined) {
    return undefined;
  }
  const sealed = Buffer.from(body, 'base64url');
  // base64url ignores stray bits at the end: a token has one spelling only.
  if (sealed.length <= ivBytes + tagBytes || sealed.toString('base64url') !== body) {
    return undefined;
  }
  const decipher = createDecipheriv('aes-256-gcm', derived.key, sealed.subarray(0, ivBytes));
  decipher.setAAD(derived.id);
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const plain =
      decipher.update(sealed.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    const [topic = '', address = '', campaignId, letter] = plain.split('\n');
    const variant = variantNames.find((name) => name === letter);
    return {
      topic,
      address,
      ...(campaignId === undefined || variant === undefined ? {} : { origin: { campaignId, variant } }),
    };
  } catch {
    // GCM throws for a tag that does not fit, which is the answer and not a fault.
    return undefined;
  }
}

/** What is derived from the material of one key. */
interface DerivedKeys {
  /** What is authenticated with the content. */
  readonly id: Buffer;
  readonly iv: KeyObject;
  readonly key: KeyObject;
}

/** Deriving takes several times as long as sealing, and a campaign seals millions of tokens with one key. */
const derivedOf = new WeakMap<TokenKeys, Map<string, DerivedKeys>>();

/** @returns undefined when there is no key of that id */
function derivedKeys(tokenKeys: TokenKeys, keyId: string): DerivedKeys | undefined {
  const known = derivedOf.get(tokenKeys) ?? new Map<string, DerivedKeys>();
  derivedOf.set(tokenKeys, known);
  const found = known.get(keyId);
  const material = Object.hasOwn(tokenKeys.keys, keyId) ? tokenKeys.keys[keyId] : undefined;
  if (found !== undefined || material === undefined) {
    return found;
  }
  const derived = { id: Buffer.from(keyId), iv: derive(material, 'iv'), key: derive(material, 'key') };
  known.set(keyId, derived);
  return derived;
}

function derive(material: string, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', material, '', `todoke unsubscribe ${purpose}`, 32)));
}

/** The URL of a token: GET shows a page, POST unsubscribes (RFC 8058). */
export function unsubscribeUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/u/${token}`;
}

/** Both header fields of RFC 8058 §3.1, exactly. */
export function listUnsubscribeHeaders(
  url: string,
): Record<'List-Unsubscribe' | 'List-Unsubscribe-Post', string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
