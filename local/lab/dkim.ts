import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';

/** An RSA pair of 2048 bits, as Easy DKIM has it. */
export interface DkimKey {
  /** PEM. */
  readonly privateKey: string;
  /** Content of the TXT record (RFC 6376 §3.6.1). */
  readonly record: string;
}

export async function createDkimKey(): Promise<DkimKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKey, record: `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}` };
}

export interface Signature {
  readonly domain: string;
  readonly selector: string;
  /** Names of the header fields that it covers. */
  readonly fields: readonly string[];
}

/** The message with one DKIM-Signature in front for each, the first one on top. */
export async function signed(
  source: Buffer,
  signatures: readonly Signature[],
  { privateKey }: DkimKey,
  nowMs: number,
): Promise<Buffer> {
  const added = await Promise.all(
    signatures.map(({ domain, selector, fields }) =>
      dkimSign(source, {
        // What SES writes.
        canonicalization: 'relaxed/simple',
        signTime: new Date(nowMs),
        headerList: [...fields],
        signatureData: [{ signingDomain: domain, selector, privateKey }],
        // The types ask for these once more outside of the list, where they are not read.
      } as Parameters<typeof dkimSign>[1]),
    ),
  );
  const [error] = added.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new Error('a mail cannot be signed with DKIM', { cause: error });
  return Buffer.concat([...added.map(({ signatures: lines }) => Buffer.from(lines)), source]);
}
