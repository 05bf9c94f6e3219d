import { ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** Parts of a table that are read side by side. */
const segments = 8;

/** Reads a table, or a part of it, as many items at a time as DynamoDB gives. */
export async function* scanPages(input: ScanCommandInput): AsyncGenerator<Item[]> {
  let from: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({ ...input, ...(from && { ExclusiveStartKey: toAttributes(from) }) }),
    );
    yield Items.map((item) => fromAttributes(item));
    from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
  } while (from);
}

/** Reads a table from end to end. @param see - Called for one item after another, in no order. */
export async function scanItems(input: ScanCommandInput, see: (item: Item) => void): Promise<void> {
  async function scanSegment(segment: number): Promise<void> {
    for await (const page of scanPages({ ...input, Segment: segment, TotalSegments: segments })) {
      for (const item of page) {
        see(item);
      }
    }
  }
  await Promise.all(Array.from({ length: segments }, (_, segment) => scanSegment(segment)));
}
