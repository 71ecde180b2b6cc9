import { subscribe } from 'node:diagnostics_channel';
import type { Holding } from './holding.js';
import { captureTrace, type Trace } from './trace.js';

/**
 * The contract with `@mdevkit/core`, which publishes every disposable on these channels when it is
 * made and when it is released. Only the names bind the two: this check must run in suites of
 * packages that do not depend on the core.
 */
const madeChannel = 'mdevkit.disposable.made';
const releasedChannel = 'mdevkit.disposable.released';

/** Reports every disposable that is made from now on to `found`. */
export function watchDisposables(found: (holding: Holding) => void): void {
  const alive = new WeakMap<object, DisposableHolding>();

  function onMade(message: unknown): void {
    if (isObject(message)) {
      const holding = new DisposableHolding(nameOf(message), captureTrace(onMade));
      alive.set(message, holding);
      found(holding);
    }
  }
  function onReleased(message: unknown): void {
    if (isObject(message)) {
      alive.get(message)?.release();
    }
  }
  subscribe(madeChannel, onMade);
  subscribe(releasedChannel, onReleased);
}

class DisposableHolding implements Holding {
  #held = true;

  constructor(
    readonly what: string,
    readonly trace: Trace,
  ) {}

  isHeld(): boolean {
    return this.#held;
  }

  release(): void {
    this.#held = false;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function nameOf(disposable: object): string {
  const name = disposable.constructor.name;
  return name === 'Object' ? 'a disposable' : `a disposable ${name}`;
}
