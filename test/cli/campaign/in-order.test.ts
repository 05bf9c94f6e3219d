import { setTimeout } from 'node:timers/promises';
import { inOrder } from '../../../cli/campaign/in-order.ts';

async function* numbers(count: number, taken: number[] = []): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    taken.push(i);
    yield i;
  }
}

describe('work in order', () => {
  it('gives results in the order of the items, whichever is done first', async () => {
    const results: number[] = [];
    const work = async (item: number) => {
      await setTimeout((item * 7) % 5);
      return item;
    };
    for await (const result of inOrder(numbers(20), 4, work)) {
      results.push(result);
    }
    expect(results).toEqual([...Array(20).keys()]);
  });

  it('begins no more than so many ahead of the one that is asked for', async () => {
    const taken: number[] = [];
    const results = inOrder(numbers(1_000, taken), 4, async (item) => item);
    for (let asked = 1; asked <= 10; asked++) {
      expect(await results.next()).toEqual({ done: false, value: asked - 1 });
      expect(taken.length).toBeLessThanOrEqual(asked + 3);
    }
    await results.return(undefined);
    expect(taken.length).toBeLessThan(20);
  });

  it('throws what its work threw, when it is its turn', async () => {
    const results = inOrder(numbers(3), 3, async (item) => {
      if (item === 1) {
        throw new Error('broken');
      }
      return item;
    });
    expect(await results.next()).toEqual({ done: false, value: 0 });
    await expect(results.next()).rejects.toThrow('broken');
  });
});
