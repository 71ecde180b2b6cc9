import type { Clock } from '@mdevkit/core';
import type { DoeExchangePort, DoeLimits } from '../feature/index.js';

/** What the registers of one DOE Capability are given. */
export interface MailboxServices {
  /** Config offset of the capability. */
  readonly at: number;
  /** Of the capability. */
  readonly version: 1 | 2;
  /** The way to the features. */
  readonly exchanges: DoeExchangePort;
  /** Sends the capability's Interrupt Message. Undefined for a capability without a message number. */
  readonly interrupt?: (() => void) | undefined;
  readonly clock: Clock;
  readonly limits: DoeLimits;
}
