import type { Clock, ControlTransport, Device } from '@mdevkit/core';
import type { RecordingDifference } from '../record/index.js';

export interface ReplayOptions {
  /** Opens the device again, where the recording does so after a close. Without it the first close is the end. */
  readonly reopen?: () => Promise<Device>;
  /** Opens the control plane for raw calls. Without it calls of the control plane are left out, and counted. */
  readonly control?: () => Promise<ControlTransport>;
  /** Whether the device is given memory with a descriptor, as a server needs it that reads it at once. Default: no. */
  readonly sharedMemory?: boolean;
  /** Moves the time of the device on. Without it the device has a time of its own, and is waited for. */
  readonly advance?: (milliseconds: number) => void | Promise<void>;
  /** Measures {@link ReplayOptions.waitMs}; the system's without it. It must move by itself. */
  readonly clock?: Clock;
  /**
   * How long an interrupt, an event, an answer or a write to memory may take that the recording has, in ms; 2000 without
   * it. Once something has not come at all, nothing is waited for as long again.
   */
  readonly waitMs?: number;
  /** Whether an error must have the same reason, and not the same errno alone. Default: no. */
  readonly reasons?: boolean;
  /** Whether `fault` and `error` events are compared; not every transport carries them. Default: yes. */
  readonly events?: boolean;
}

export interface ReplayResult {
  /** That were carried out. */
  readonly calls: number;
  /** Calls that the device contract has, and that were left out: of the control plane, or after the last session. */
  readonly leftOut: number;
  readonly differences: readonly RecordingDifference[];
}
