import { cxlflashReasons as driverReasons } from './errors.js';
import { libraryReasons } from './library-errors.js';

/** Every reason that this package gives: those of the driver, then those of the library. */
export const cxlflashReasons = { ...driverReasons, ...libraryReasons } as const;

/** A reason of {@link cxlflashReasons}. */
export type AnyCxlflashReason = keyof typeof cxlflashReasons;
