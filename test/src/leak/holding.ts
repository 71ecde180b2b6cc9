import type { Trace } from './trace.js';

/** Something that was made and must be given back by the end of the scope that made it. */
export interface Holding {
  /** What it is, for the report. */
  readonly what: string;
  readonly trace: Trace;
  isHeld(): boolean;
  /** The open file descriptor behind it, where there is one. */
  descriptor?(): number | undefined;
}
