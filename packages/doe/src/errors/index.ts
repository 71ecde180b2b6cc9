import { defineReasons } from '@mdevkit/core';
import { driverReasons } from './driver.js';
import { libraryReasons } from './library.js';
import { spdmReasons } from './spdm.js';

/** Every reason of the package; `docs/reference/errors.md` holds the same rows. */
export const doeReasons = { ...driverReasons, ...libraryReasons, ...spdmReasons };

/** A reason of {@link doeReasons}. */
export type DoeReason = keyof typeof doeReasons;

/** Makes the errors of the package. */
export const failure = defineReasons(doeReasons);
