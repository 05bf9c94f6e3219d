import { operatorBucket } from '../../aws/operator-bucket.ts';
import { audienceKeysOf } from '../../domain/audience/audience.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { CommandError } from '../command.ts';

/** A file of a segment; without a size it is gone. */
export interface SegmentFile {
  readonly key: string;
  readonly bytes?: number;
}

export async function filesOf(bucketName: string, segment: Segment): Promise<SegmentFile[]> {
  const { size } = operatorBucket(bucketName);
  return await Promise.all(
    audienceKeysOf(segment).map(async (key) => {
      const bytes = await size(key);
      return { key, ...(bytes === undefined ? {} : { bytes }) };
    }),
  );
}

/** @throws CommandError where one of them is gone */
export async function requireFiles(bucketName: string, segment: Segment): Promise<void> {
  const gone = (await filesOf(bucketName, segment)).find(({ bytes }) => bytes === undefined);
  if (gone !== undefined) {
    throw new CommandError(
      `${gone.key} of segment "${segment.name}" is gone, as files of audiences are after the retention days of the stage; give it new ones with "todoke segment create --replace"`,
    );
  }
}
