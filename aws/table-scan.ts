import { ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** Parts of a table that are read side by side. */
const segments = 8;

/** Reads a table from end to end. @param see - Called for one item after another, in no order. */
export async function scanItems(input: ScanCommandInput, see: (item: Item) => void): Promise<void> {
  async function scanSegment(segment: number): Promise<void> {
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({
          ...input,
          Segment: segment,
          TotalSegments: segments,
          ...(from && { ExclusiveStartKey: toAttributes(from) }),
        }),
      );
      for (const item of Items) {
        see(fromAttributes(item));
      }
      from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
    } while (from);
  }
  await Promise.all(Array.from({ length: segments }, (_, segment) => scanSegment(segment)));
}
