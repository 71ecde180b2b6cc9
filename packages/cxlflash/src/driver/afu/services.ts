import type { Clock, Logger } from '@mdevkit/core';
import type { FlashParent } from '../parent/index.js';
import type { ContextDma } from './context-dma.js';
import type { ControlRegisters, ResourceLookup } from './resource-lookup.js';

/** What the AFU has for all contexts of a slice. */
export interface AfuServices {
  readonly parent: FlashParent;
  readonly lookup: ResourceLookup;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that a command may take at the most. */
  readonly commandTimeoutMs: number;
}

/** What the AFU has for one context. */
export interface ContextServices {
  /** Of the window, and in every request. */
  readonly number: number;
  readonly control: ControlRegisters;
  readonly dma: ContextDma;
  /** Raises an interrupt of the context, from 1; one that it does not have is dropped. */
  readonly interrupt: (line: number) => void;
}
