/** Taken before any test can replace it by a fake one. */
const nextTurn = setImmediate;

/** Enough for a close that goes through the thread pool; a few milliseconds in all. */
const maxTurns = 500;

/**
 * Lets the event loop turn while `unsettled` says so, but not for ever, and then calls `done`; at once,
 * when there is nothing to wait for. The wall clock plays no part.
 */
export function settle(unsettled: () => boolean, done: () => void, turns = maxTurns): void {
  if (turns === 0 || !unsettled()) {
    done();
  } else {
    nextTurn(settle, unsettled, done, turns - 1);
  }
}
