import type { MdevSource } from '@mdevkit/core';

/** What the library needs of a host; `MdevHost` of the core is one. */
export type AcceleratorHost = MdevSource;
