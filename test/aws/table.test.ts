import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { conditionalTransaction } from '../../aws/table.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** A write that fails with each of these before it succeeds, and counts its tries. */
function failing(...errors: Error[]) {
  const left = [...errors];
  let tries = 0;
  return {
    tries: () => tries,
    write: async () => {
      tries++;
      const error = left.shift();
      if (error !== undefined) throw error;
    },
  };
}

const conflict = cancelled('None', 'TransactionConflict');

describe('conditionalTransaction', () => {
  it('repeats a transaction that met another one at the same item', async () => {
    const { write, tries } = failing(conflict, conflict);
    expect(await conditionalTransaction(write)).toBe(true);
    expect(tries()).toBe(3);
  });

  it('gives up when the conflict stays', async () => {
    const { write, tries } = failing(...Array.from({ length: 9 }, () => conflict));
    await expect(conditionalTransaction(write)).rejects.toBe(conflict);
    expect(tries()).toBe(5);
  });

  it('answers false when a condition did not hold, also next to a conflict', async () => {
    const { write, tries } = failing(cancelled('ConditionalCheckFailed', 'TransactionConflict'));
    expect(await conditionalTransaction(write)).toBe(false);
    expect(tries()).toBe(1);
  });

  it.each([
    cancelled('None', 'ThrottlingError'),
    cancelled('ValidationError', 'None'),
    new Error('socket hang up'),
  ])('throws what is no answer', async (error) => {
    const { write, tries } = failing(error);
    await expect(conditionalTransaction(write)).rejects.toBe(error);
    expect(tries()).toBe(1);
  });
});
