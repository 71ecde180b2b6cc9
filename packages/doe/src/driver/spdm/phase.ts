/** How far a connection is (DSP0274 1.2, section 10.1: the order of the first messages). */
export const PHASE_NONE = 0;
/** VERSION was sent. */
export const PHASE_VERSION = 1;
/** CAPABILITIES was sent. */
export const PHASE_CAPABILITIES = 2;
/** ALGORITHMS was sent. */
export const PHASE_NEGOTIATED = 3;

export type Phase =
  typeof PHASE_NONE | typeof PHASE_VERSION | typeof PHASE_CAPABILITIES | typeof PHASE_NEGOTIATED;
