/** What every client of the SDK has. */
interface Client {
  readonly middlewareStack: { remove(name: string): boolean };
}

/**
 * Takes out of a client what copies the input and the output of each call for a logger, and does so when there is none: of calls with
 * mail or with a hundred keys that is a good part of their time.
 */
export function quiet<C extends Client>(client: C): C {
  if (!client.middlewareStack.remove('loggerMiddleware')) {
    throw new Error('the SDK names its logger middleware otherwise now');
  }
  return client;
}
