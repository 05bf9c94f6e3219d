import { parseSegment, type Segment } from '../domain/segment/segment.ts';
import { bucket } from './bucket.ts';
import { objectList } from './object-list.ts';
import { operatorBucket } from './operator-bucket.ts';

const folder = 'segments/';
const keyOf = (segmentId: string) => `${folder}${segmentId}.json`;

/** Named segments, an object of the bucket each. They say nothing about people; the files that they name do. */
export function segmentStore(bucketName: string) {
  const { getText, put } = bucket(bucketName);
  const { create, remove } = operatorBucket(bucketName);
  const list = objectList(bucketName);
  const json = 'application/json';

  async function get(segmentId: string): Promise<Segment | undefined> {
    const text = await getText(keyOf(segmentId));
    return text === undefined ? undefined : parseSegment(text);
  }

  return {
    get,
    /** @returns false when there is one of that name already */
    create: async (segment: Segment): Promise<boolean> =>
      await create(keyOf(segment.segmentId), JSON.stringify(segment), json),
    replace: async (segment: Segment): Promise<void> =>
      await put(keyOf(segment.segmentId), JSON.stringify(segment), json),
    async list(): Promise<Segment[]> {
      const found = (await list(folder)).filter(({ key }) => key.endsWith('.json'));
      const segments = await Promise.all(
        found.map(({ key }) => get(key.slice(folder.length, -'.json'.length))),
      );
      return segments.filter((each) => each !== undefined);
    },
    remove: async (segmentId: string): Promise<void> => await remove(keyOf(segmentId)),
  };
}
