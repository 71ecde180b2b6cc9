import { defineReasons } from './define-reasons.js';
import { deviceReasons } from './reasons/device.js';
import { dmaReasons } from './reasons/dma.js';
import { ioeventfdReasons } from './reasons/ioeventfd.js';
import { irqReasons } from './reasons/irq.js';
import { mdevReasons } from './reasons/mdev.js';
import { migrationReasons } from './reasons/migration.js';

/**
 * Every reason that the core gives, by area. `docs/reference/errors.md` holds the same rows, and a test
 * compares the two and looks for reasons that no source uses.
 */
export const coreReasons = {
  ...deviceReasons,
  ...irqReasons,
  ...ioeventfdReasons,
  ...dmaReasons,
  ...migrationReasons,
  ...mdevReasons,
};

/** A reason of {@link coreReasons}. */
export type CoreReason = keyof typeof coreReasons;

/** Makes the errors of the core. */
export const failure = defineReasons(coreReasons);
