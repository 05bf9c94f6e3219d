/** Works on some items ahead of the one that is asked for, and gives the results in the order of the items. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Thrown when it is its turn; until then it is no unhandled rejection.
    result.catch(() => {});
    begun.push(result);
    if (begun.length === ahead) {
      yield (await begun.shift()) as Result;
    }
  }
  for (const result of begun) {
    yield await result;
  }
}
