/** The results of work on each item, in the order of the items, with `concurrency` of them under way at the most. */
export async function* mapOrdered<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const running: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Whoever stops early does not look at the rest.
    result.catch(() => undefined);
    running.push(result);
    if (running.length >= concurrency) {
      const first = running.shift();
      if (first !== undefined) {
        yield await first;
      }
    }
  }
  for (const last of running) {
    yield await last;
  }
}
