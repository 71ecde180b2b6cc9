import type { Bench } from './bench/bench.js';

/**
 * One thing that must be true of every driver. Checks are data: mocha runs them one by one, and whoever wants to may run
 * them without mocha.
 */
export interface ConformanceCheck {
  /** Unique, kebab-case, begins with its group: `irq-matrix-level-mask-off`. */
  readonly id: string;
  /** What must be true, and the source of the rule: a kernel file, a section, or `own rule`. */
  readonly title: string;
  /** Undefined if the check applies to this device; else why it does not, for example `no level index`. */
  readonly without?: (bench: Bench) => string | undefined | Promise<string | undefined>;
  /** Throws what is wrong. What the bench has made is released afterwards, and then nothing may be left. */
  readonly run: (bench: Bench) => Promise<void>;
}

/** Checks of one kind, in the order in which they run. */
export interface ConformanceGroup {
  readonly name: string;
  readonly checks: readonly ConformanceCheck[];
}
