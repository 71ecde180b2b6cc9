import { DEFAULT_CAPABILITIES, type StatedCapabilities } from './capabilities.js';
import { versionJsonLength } from './version.js';

/**
 * The most descriptors that QEMU lets a server ask for in a message (hw/vfio-user/protocol.h,
 * VFIO_USER_MAX_MAX_FDS).
 */
export const QEMU_MAX_MSG_FDS = 16;

/**
 * Bytes of the longest JSON of a reply, without its NUL. QEMU receives the reply into the buffer of its own proposal,
 * whose JSON has 193, and gives the connection up when the reply is longer (hw/vfio-user/proxy.c,
 * vfio_user_recv_one).
 */
export const MAX_REPLY_JSON = 193;

/** Leaves out every number that the reader takes for granted. */
function withoutDefaults(stated: StatedCapabilities): StatedCapabilities {
  const { maxDataXferSize, maxDmaMaps, pgsizes, ...rest } = stated;
  const { maxDataXferSize: xfer, maxDmaMaps: maps, pgsizes: sizes } = DEFAULT_CAPABILITIES;
  return {
    ...rest,
    ...(maxDataXferSize !== undefined && maxDataXferSize !== xfer && { maxDataXferSize }),
    ...(maxDmaMaps !== undefined && maxDmaMaps !== maps && { maxDmaMaps }),
    ...(pgsizes !== undefined && pgsizes !== sizes && { pgsizes }),
  };
}

/** Leaves out what makes the client no more than careful: then it maps whole pages of 4 KiB. */
function withoutPageSizes(stated: StatedCapabilities): StatedCapabilities {
  const { pgsizes, ...rest } = stated;
  return pgsizes === undefined ? stated : rest;
}

/** The last resort: a client which does not hear of migration does not migrate. */
function withoutMigration(stated: StatedCapabilities): StatedCapabilities {
  const { migration, ...rest } = stated;
  return migration === undefined ? stated : rest;
}

/** Makes what a reply states short enough, by leaving out as little as possible. */
export function trimmed(stated: StatedCapabilities): StatedCapabilities {
  let short = stated;
  for (const step of [withoutDefaults, withoutPageSizes, withoutMigration]) {
    if (versionJsonLength(short) <= MAX_REPLY_JSON) {
      break;
    }
    short = step(short);
  }
  return short;
}
