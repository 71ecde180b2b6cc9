import type { Dma, Irqs, RegionRange, RegisterHooks } from '@mdevkit/core';
import type { BarIndex } from '../layout/index.js';
import type { ResetCause } from './config-space.js';

/** What one function is given, besides the layout that it shares. */
export interface PciFunctionServices {
  readonly irqs: Irqs;
  readonly dma: Dma;
  /** What is behind each BAR; a declared BAR without ranges reads as zero. */
  readonly bars?: Readonly<Partial<Record<BarIndex, readonly RegionRange[]>>>;
  /** What the model does when the client touches a register of config space, by full name. */
  readonly configHooks?: RegisterHooks<string>;
  /** Registers of config space that differ from the layout in this instance, by full name. */
  readonly initial?: Readonly<Record<string, number>>;
  /**
   * Asks the model to become quiet before a reset through config space, as DeviceModel.quiesce does before the others: a
   * model that has one passes it here, with its `resume`. The write that caused the reset waits for it; one that
   * rejects is reset nevertheless, and the write fails.
   */
  quiesce?(cause: 'function-reset'): void | Promise<void>;
  resume?(): void;
  /**
   * The client reset the function through config space. All regions have their reset values by then, as
   * for DeviceModel.reset, which a model normally calls here. The write that caused it waits for the
   * promise and fails if it rejects.
   */
  onFunctionLevelReset?(cause: ResetCause): void | Promise<void>;
}
