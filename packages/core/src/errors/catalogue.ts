import { defineReasons } from './define-reasons.js';
import { accessReasons } from './reasons/access.js';
import { deviceReasons } from './reasons/device.js';
import { dirtyReasons } from './reasons/dirty.js';
import { dmaReasons } from './reasons/dma.js';
import { eventReasons } from './reasons/event.js';
import { ioasReasons } from './reasons/ioas.js';
import { ioeventfdReasons } from './reasons/ioeventfd.js';
import { iommuReasons } from './reasons/iommu.js';
import { irqReasons } from './reasons/irq.js';
import { mdevReasons } from './reasons/mdev.js';
import { migrationReasons } from './reasons/migration.js';
import { nestedReasons } from './reasons/nested.js';
import { objectReasons } from './reasons/object.js';
import { pasidReasons } from './reasons/pasid.js';
import { schemaReasons } from './reasons/schema.js';
import { svaReasons } from './reasons/sva.js';

/**
 * Every reason that the core gives, by area. `docs/reference/errors.md` holds the same rows, and a test
 * compares the two and looks for reasons that no source uses.
 */
export const coreReasons = {
  ...deviceReasons,
  ...irqReasons,
  ...ioeventfdReasons,
  ...dmaReasons,
  ...ioasReasons,
  ...accessReasons,
  ...iommuReasons,
  ...dirtyReasons,
  ...migrationReasons,
  ...mdevReasons,
  ...pasidReasons,
  ...svaReasons,
  ...nestedReasons,
  ...schemaReasons,
  ...objectReasons,
  ...eventReasons,
};

/** A reason of {@link coreReasons}. */
export type CoreReason = keyof typeof coreReasons;

/** Makes the errors of the core. */
export const failure = defineReasons(coreReasons);
