import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Octets of a part at least; an upload has 10,000 parts at most. */
const leastPartBytes = 8 * 1024 * 1024;
const mostParts = 10_000;
/** Parts that are under way at the same time, and so kept in memory. */
const partsInFlight = 4;

/** What goes up. */
export interface Upload {
  readonly key: string;
  readonly contentType: string;
  /** Octets, known before. */
  readonly bytes: number;
  /** Read once; what it throws ends the upload, and nothing is left of it. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Told how many octets more are there. */
  readonly progress: (bytes: number) => void;
}

/** What operators do with the bucket, with rights of their own, and no function does. */
export function operatorBucket(bucketName: string) {
  const client = new S3Client({});
  const place = (key: string) => ({ Bucket: bucketName, Key: key });

  /** @returns octets; undefined when there is no such object */
  async function size(key: string): Promise<number | undefined> {
    try {
      return (await client.send(new HeadObjectCommand(place(key)))).ContentLength;
    } catch (error) {
      if (error instanceof NotFound) {
        return undefined;
      }
      throw error;
    }
  }

  /** Writes an object of any size in parts, without having it in memory. */
  async function upload({ key, contentType, bytes, content, progress }: Upload): Promise<void> {
    const partBytes = Math.max(leastPartBytes, Math.ceil(bytes / mostParts));
    const parts = partsOf(content, partBytes);
    if (bytes <= partBytes) {
      const pieces: Buffer[] = [];
      for await (const part of parts) {
        pieces.push(part.body);
      }
      const body = Buffer.concat(pieces);
      await client.send(new PutObjectCommand({ ...place(key), Body: body, ContentType: contentType }));
      progress(body.length);
      return;
    }
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        ...place(key),
        ContentType: contentType,
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const upload = { ...place(key), UploadId };
    try {
      const done = await uploadParts(upload, parts, progress);
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } }));
    } catch (error) {
      // The bucket's lifecycle rule does it a day later where this fails too.
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
  }

  async function uploadParts(
    upload: ReturnType<typeof place> & { readonly UploadId: string | undefined },
    parts: AsyncGenerator<Part>,
    progress: Upload['progress'],
  ): Promise<CompletedPart[]> {
    const done: CompletedPart[] = [];
    let hasFailed = false;
    async function work(): Promise<void> {
      while (!hasFailed) {
        const { value, done: isEnd } = await parts.next();
        if (isEnd) {
          return;
        }
        const { number: PartNumber, body } = value;
        const { ETag, ChecksumCRC32 } = await client.send(
          new UploadPartCommand({ ...upload, PartNumber, Body: body, ChecksumAlgorithm: 'CRC32' }),
        );
        done.push({ PartNumber, ETag, ChecksumCRC32 });
        progress(body.length);
      }
    }
    const workers = Array.from({ length: partsInFlight }, async () => {
      try {
        await work();
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    });
    // An upload that is taken back while a part is under way would keep that part.
    const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      throw failed.reason;
    }
    return done.toSorted((one, other) => (one.PartNumber ?? 0) - (other.PartNumber ?? 0));
  }

  /** @returns false when there is such an object already */
  async function create(key: string, body: string, contentType: string): Promise<boolean> {
    try {
      await client.send(
        new PutObjectCommand({ ...place(key), Body: body, ContentType: contentType, IfNoneMatch: '*' }),
      );
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'PreconditionFailed') {
        return false;
      }
      throw error;
    }
  }

  async function remove(key: string): Promise<void> {
    await client.send(new DeleteObjectCommand(place(key)));
  }

  return { size, upload, create, remove };
}

interface Part {
  /** From 1. */
  readonly number: number;
  readonly body: Buffer;
}

/** The content in parts of the same size, but for the last one. */
async function* partsOf(content: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let number = 1;
  for await (const bytes of content) {
    let rest = bytes;
    while (held + rest.length >= partBytes) {
      const taken = partBytes - held;
      yield { number, body: Buffer.concat([...pieces, rest.subarray(0, taken)]) };
      rest = rest.subarray(taken);
      pieces = [];
      held = 0;
      number++;
    }
    if (rest.length > 0) {
      pieces.push(rest);
      held += rest.length;
    }
  }
  if (held > 0) {
    yield { number, body: Buffer.concat(pieces) };
  }
}
