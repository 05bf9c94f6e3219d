import { createPublicKey } from 'node:crypto';

/** Bits. Below the first, receivers ignore the signature (RFC 8301 §3.2); the second is what they advise. */
export const keyBits = { least: 1024, advised: 2048 };

/**
 * Reads a DKIM key record (RFC 6376 §3.6.1).
 *
 * @returns 0 bits for a key that is revoked or cannot be read; Ed25519 counts as the strength advised
 */
export function dkimKey(text: string): { bits: number; testing: boolean } {
  const tags = new Map(
    text.split(';').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim(), part.slice(at + 1).replaceAll(/\s/g, '')];
    }),
  );
  const testing = (tags.get('t') ?? '').split(':').includes('y');
  const key = Buffer.from(tags.get('p') ?? '', 'base64');
  if (key.length === 0) {
    return { bits: 0, testing };
  }
  if (tags.get('k') === 'ed25519') {
    return { bits: key.length === 32 ? keyBits.advised : 0, testing };
  }
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'der', type: 'spki' });
    return { bits: asymmetricKeyDetails?.modulusLength ?? 0, testing };
  } catch {
    // Not a key in DER, which is what was to be found out.
    return { bits: 0, testing };
  }
}
