import { eachRecord } from '../../functions/each-record.ts';
import { sqsRecord } from './in-memory-ports.ts';

/** Runs with what is written to the console caught instead. */
async function caught<T>(run: () => Promise<T>): Promise<{ result: T; lines: unknown[][] }> {
  const lines: unknown[][] = [];
  const before = console.error;
  console.error = (...line: unknown[]) => void lines.push(line);
  try {
    return { result: await run(), lines };
  } finally {
    console.error = before;
  }
}

const records = [1, 2, 3].map((n) => sqsRecord({ n, address: 'taro@example.com' }, `m${n}`));

describe('eachRecord', () => {
  it('answers no failures when all are settled', async () => {
    const handled: string[] = [];
    const result = await eachRecord(
      { Records: records },
      async ({ messageId }) => void handled.push(messageId),
    );
    expect(result).toEqual({ batchItemFailures: [] });
    expect(handled).toEqual(['m1', 'm2', 'm3']);
  });

  it('redelivers only those that threw, at once or later', async () => {
    const { result } = await caught(() =>
      eachRecord({ Records: records }, ({ messageId }) => {
        if (messageId === 'm1') {
          throw new Error('at once');
        }
        return messageId === 'm3' ? Promise.reject(new Error('later')) : Promise.resolve();
      }),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] });
  });

  it('finishes the others before it answers', async () => {
    let finished = 0;
    await caught(() =>
      eachRecord({ Records: records }, async ({ messageId }) => {
        if (messageId === 'm1') {
          throw new Error('boom');
        }
        await new Promise((resolve) => setImmediate(resolve));
        finished++;
      }),
    );
    expect(finished).toBe(2);
  });

  it.each([
    [
      'an error',
      new RangeError('AccessDenied on dynamodb:PutItem'),
      'RangeError',
      'AccessDenied on dynamodb:PutItem',
    ],
    ['something else', 'boom', 'Error', 'boom'],
  ])('logs name, message and id of %s, and nothing of the record', async (_, thrown, fault, message) => {
    const { lines } = await caught(() =>
      eachRecord({ Records: records.slice(0, 1) }, async () => {
        throw thrown;
      }),
    );
    expect(lines).toEqual([[{ fault, message, sqsMessageId: 'm1' }]]);
  });
});
