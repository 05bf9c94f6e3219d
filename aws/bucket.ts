import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export type Bucket = ReturnType<typeof bucket>;

/** The content of an object that is not kept in one piece. */
export interface ObjectPieces {
  /** Octets of all pieces. */
  readonly bytes: number;
  /** The same pieces each time. */
  readonly pieces: () => Iterable<Uint8Array>;
}

/** Tries of a write in pieces, which the SDK does not repeat. */
const maxTries = 3;

/** The stack's bucket: `templates/`, `audiences/`, `campaigns/`, `attachments/`. */
export function bucket(bucketName: string) {
  const client = new S3Client({});

  async function open(key: string, range?: string) {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucketName,
          Key: key,
          ...(range === undefined ? {} : { Range: range }),
        }),
      );
      return Body;
    } catch (error) {
      // Without s3:ListBucket S3 answers AccessDenied for a key that does not exist, so the functions are granted it.
      if (error instanceof NoSuchKey) {
        return undefined;
      }
      throw error;
    }
  }

  /** @returns undefined when there is no such object */
  async function getText(key: string): Promise<string | undefined> {
    return await (await open(key))?.transformToString();
  }

  async function getBytes(key: string): Promise<Uint8Array | undefined> {
    return await (await open(key))?.transformToByteArray();
  }

  /** Octets `first` to `last`, both inclusive. */
  async function getRange(key: string, first: number, last: number): Promise<string | undefined> {
    return await (await open(key, `bytes=${first}-${last}`))?.transformToString();
  }

  async function getByteRange(key: string, first: number, last: number): Promise<Uint8Array | undefined> {
    return await (await open(key, `bytes=${first}-${last}`))?.transformToByteArray();
  }

  async function stream(key: string): Promise<Readable | undefined> {
    return (await open(key)) as Readable | undefined;
  }

  async function put(key: string, body: string | Uint8Array, contentType: string): Promise<void> {
    await client.send(
      new PutObjectCommand({ Bucket: bucketName, Key: key, Body: body, ContentType: contentType }),
    );
  }

  /** Writes an object that would be too large to have twice in memory. */
  async function putPieces(key: string, { bytes, pieces }: ObjectPieces, contentType: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucketName,
            Key: key,
            Body: Readable.from(pieces(), { objectMode: false }),
            ContentLength: bytes,
            ContentType: contentType,
          }),
        );
        return;
      } catch (error) {
        if (tries === maxTries || !(error instanceof Error) || !isPassing(error)) {
          throw error;
        }
      }
    }
  }

  return { getText, getBytes, getRange, getByteRange, stream, put, putPieces };
}

/** Whether the same call may work the next time: no answer, or an error of S3's own. */
function isPassing(error: Error & { $metadata?: { httpStatusCode?: number } }): boolean {
  return (error.$metadata?.httpStatusCode ?? 500) >= 500;
}
