/**
 * A feed that ends as soon as its reader leaves. An async generator alone does not: `return()` stands in line behind
 * the `next()` that waits for an event, so without one it would wait, and hold what it holds, for ever.
 * @param make the feed; when `ended` is aborted, whatever it waits for must come to its end.
 */
export function stoppable<T>(
  make: (ended: AbortSignal) => AsyncGenerator<T, void, void>,
): AsyncGenerator<T, void, void> {
  const ending = new AbortController();
  const feed = make(ending.signal);
  return Object.assign(Object.create(feed) as AsyncGenerator<T, void, void>, {
    next: () => feed.next(),
    return: (value: void) => {
      ending.abort();
      return feed.return(value);
    },
    throw: (error: unknown) => {
      ending.abort();
      return feed.throw(error);
    },
  });
}
