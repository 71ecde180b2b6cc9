import type { PatienceOptions } from '@mdevkit/linux';
import type { ServerMode } from '../processes/index.js';

/** How each side waits. */
export const POLLING: Readonly<Record<ServerMode, PatienceOptions>> = {
  poll: { maxSpins: 100_000 },
  block: { maxSpins: 0 },
  default: {},
};
