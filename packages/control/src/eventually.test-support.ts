const MOST_TURNS = 20_000;

/** One turn of the event loop, in which sockets are looked at. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** So many turns, after which what should not happen has not happened. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) {
    await turn();
  }
}

/** Turns of the event loop until `answer` answers something. Throws if it never does. */
export async function eventually<T>(answer: () => T | undefined | false): Promise<T> {
  for (let i = 0; i < MOST_TURNS; i++) {
    const value = answer();
    if (value !== undefined && value !== false) {
      return value;
    }
    await turn();
  }
  throw new Error(`it did not happen: ${answer.toString()}`);
}
