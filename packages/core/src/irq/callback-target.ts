import type { IrqTarget } from './target.js';

/** A target that calls a function, synchronously, at each interrupt. */
export function irqCallback(callback: () => void): IrqTarget {
  return { signal: callback };
}
