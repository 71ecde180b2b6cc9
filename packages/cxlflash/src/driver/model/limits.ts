/** How long things may take, in milliseconds. */
export interface FlashLimits {
  /** A command, at the most; what its request says may be less. */
  readonly commandTimeoutMs: number;
  /** The end of a context or of a handle waits so long for commands that are under way. */
  readonly drainMs: number;
}

export const FlashLimits: unique symbol = Symbol.for('@mdevkit/cxlflash/FlashLimits');

export const DEFAULT_LIMITS: FlashLimits = { commandTimeoutMs: 30_000, drainMs: 2000 };
