import { channel } from 'node:diagnostics_channel';

/**
 * Where the making and the release of disposables is announced, so that a test suite can prove that
 * nothing leaked. Nobody listens in production, and then an announcement costs one property read.
 */
export const disposableMade = channel('mdevkit.disposable.made');
export const disposableReleased = channel('mdevkit.disposable.released');

/** Announces that `disposable` exists and must be disposed. Call it last in a constructor. */
export function trackDisposable(disposable: object): void {
  if (disposableMade.hasSubscribers) {
    disposableMade.publish(disposable);
  }
}

/** Announces that `disposable` was disposed. Harmless when it was announced before. */
export function trackReleased(disposable: object): void {
  if (disposableReleased.hasSubscribers) {
    disposableReleased.publish(disposable);
  }
}
