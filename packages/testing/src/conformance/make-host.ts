import type { Device, MdevHost, MdevHostOptions } from '@mdevkit/core';

/** Makes a host with the driver under test loaded. It must pass `options` on: the clock, the logger and the interposers are the kit's. */
export type MakeHost = (options: MdevHostOptions) => MdevHost | Promise<MdevHost>;

/** What the kit cannot find out by itself. */
export interface ConformanceOptions {
  /** The type to test, `<driver>-<id>`; the first that is offered without it. */
  readonly type?: string;
  /**
   * Has the device do some of its work, with DMA and interrupts if it has any, and waits for its end. Rejects if the work
   * fails; must end in any case, whatever is refused or lost, when the clock that it is given moves on.
   */
  readonly work?: (device: Device, advance: (milliseconds: number) => void) => Promise<void>;
}
