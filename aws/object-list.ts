import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

/** An object of a bucket, without its content. */
export interface StoredObject {
  readonly key: string;
  readonly writtenAtMs: number;
}

export type ObjectList = ReturnType<typeof objectList>;

/** Lists a bucket with the rights of whoever runs it: no function needs to, and none may beyond its own prefix. */
export function objectList(bucketName: string) {
  const client = new S3Client({});

  /** All objects whose keys begin so, in the order of their keys. */
  return async function list(prefix: string): Promise<StoredObject[]> {
    const objects: StoredObject[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket: bucketName, Prefix: prefix },
    )) {
      for (const { Key, LastModified } of Contents) {
        if (Key !== undefined && LastModified !== undefined) {
          objects.push({ key: Key, writtenAtMs: LastModified.getTime() });
        }
      }
    }
    return objects;
  };
}
