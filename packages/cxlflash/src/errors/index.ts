import { defineReasons } from '@mdevkit/core';
import { driverReasons } from './driver.js';
import { libraryReasons } from './library.js';

export type { LibraryReason } from './library.js';

/** Every reason that this package gives; the same rows are in `docs/reference/errors.md`. */
export const cxlflashReasons = { ...driverReasons, ...libraryReasons } as const;

/** A reason of {@link cxlflashReasons}. */
export type CxlflashReason = keyof typeof cxlflashReasons;

/** Makes the errors of driver and library. */
export const failure = defineReasons<CxlflashReason>(cxlflashReasons);
