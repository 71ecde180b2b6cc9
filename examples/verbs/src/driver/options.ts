import type { Fabric } from './fabric.js';
import type { Step } from './parts/index.js';

/** What a device can do. What it cannot do is not there: neither the class, nor what cannot be without it. */
export interface VerbsCapabilities {
  /** Shared receive queues. */
  readonly srq: boolean;
  /** Extended reliable connections; they need shared receive queues. */
  readonly xrc: boolean;
}

export interface VerbsOptions extends Partial<VerbsCapabilities> {
  /** One of the caller's instead of one for each parent. */
  readonly fabric?: Fabric;
  /** Called before each step of a creation or destruction; a test lets it throw. */
  readonly step?: Step;
}
