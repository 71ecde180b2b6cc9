import { trackDisposable, trackReleased } from './tracking.js';

/**
 * Makes a disposable from a function. The function runs once, however often it is disposed; every
 * `register…()` and `on…()` of the project returns one of these as its undo.
 */
export function toDisposable(release: () => void): Disposable {
  let pending: (() => void) | undefined = release;
  const disposable: Disposable = {
    [Symbol.dispose](): void {
      const run = pending;
      pending = undefined;
      if (run !== undefined) {
        trackReleased(disposable);
        run();
      }
    },
  };
  trackDisposable(disposable);
  return disposable;
}
