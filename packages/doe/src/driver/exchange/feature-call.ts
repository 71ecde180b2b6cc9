import type { MdevError } from '@mdevkit/core';
import type { DoeCall } from '../feature/index.js';
import type { FeatureEntry } from '../ownership/index.js';

/** A feature at work: from the call of its handler until that has settled, whoever still waits for it. */
export class FeatureCall implements DoeCall {
  readonly at: number;
  readonly entry: FeatureEntry;
  /** That it takes too long was said. */
  isReported = false;
  #controller: AbortController | undefined;
  #abortedFor: MdevError | undefined;
  #isSettled = false;
  /** One for everybody, however often and by whom it is asked for. */
  #settling: Promise<void> | undefined;
  #resolve: (() => void) | undefined;

  constructor(at: number, entry: FeatureEntry) {
    this.at = at;
    this.entry = entry;
  }

  /** Made when a handler asks for it: most do not. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedFor !== undefined) {
        this.#controller.abort(this.#abortedFor);
      }
    }
    return this.#controller.signal;
  }

  /** Nobody waits for it any more. */
  abort(reason: MdevError): void {
    this.#abortedFor ??= reason;
    this.#controller?.abort(reason);
  }

  /** Resolves when it has settled, or the instance is gone; undefined if it has. */
  whenSettled(): Promise<void> | undefined {
    if (this.#isSettled) {
      return undefined;
    }
    this.#settling ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#settling;
  }

  settle(): void {
    this.#isSettled = true;
    this.#resolve?.();
  }
}
