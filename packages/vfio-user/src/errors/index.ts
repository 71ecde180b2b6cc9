import { defineReasons } from '@mdevkit/core';
import { clientReasons } from './client.js';
import { commandsReasons } from './commands.js';
import { protocolReasons } from './protocol.js';
import { serverReasons } from './server.js';

/** What the vfio-user side refuses at run time; the same rows are in `docs/reference/errors.md`. */
export const vfioUserReasons = {
  ...protocolReasons,
  ...serverReasons,
  ...commandsReasons,
  ...clientReasons,
} as const;

/** A reason of {@link vfioUserReasons}. */
export type VfioUserReason = keyof typeof vfioUserReasons;

/** Makes the errors of the protocol, its server and its client. */
export const failure = defineReasons<VfioUserReason>(vfioUserReasons);
