/** Taken before any test can replace it by a fake one. */
const nextTurn = setImmediate;

/** Enough for a close that goes through the thread pool; a few milliseconds in all. */
const maxTurns = 500;

/**
 * Lets the event loop turn while `unsettled` says so, but not for ever, and then calls `done`; once in any case, because
 * Node tells of a rejection at the end of a turn. The wall clock plays no part.
 */
export function settle(unsettled: () => boolean, done: () => void): void {
  nextTurn(lookAgain, unsettled, done, maxTurns);
}

function lookAgain(unsettled: () => boolean, done: () => void, turns: number): void {
  if (turns === 0 || !unsettled()) {
    done();
  } else {
    nextTurn(lookAgain, unsettled, done, turns - 1);
  }
}
