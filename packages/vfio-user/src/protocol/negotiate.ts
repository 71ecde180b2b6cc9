import { failure } from '../errors/index.js';
import { type Capabilities, type StatedCapabilities, withDefaults } from './capabilities.js';
import { CONTROL_VERSION } from './private.js';
import { QEMU_MAX_MSG_FDS, trimmed } from './reply-size.js';
import { type ReceivedVersion, VERSION_MAJOR, VERSION_MINOR, type Version } from './version.js';

/** QEMU refuses a server that takes more at once (hw/vfio-user/protocol.h, VFIO_USER_MAX_MAX_XFER). */
const QEMU_MAX_DATA_XFER_SIZE = 0x400_0000;
/** QEMU does not survive a server with more (hw/vfio-user/protocol.h, VFIO_USER_DEF_MAP_MAX). */
const QEMU_MAX_DMA_MAPS = 0xffff;

/** What the two sides agreed on, as the server sees it. */
export interface Negotiated {
  /** For `buildVersion`. */
  readonly reply: Version;
  /** Limits of the client. */
  readonly client: Capabilities;
  /** The reply grants a twin socket: its client end must be descriptor 0 of the reply. */
  readonly twinSocket: boolean;
  /** The client may send REGION_WRITE_MULTI. */
  readonly writeMultiple: boolean;
  /** The client may make calls of the control plane. */
  readonly control: boolean;
}

/**
 * Answers a client. The reply says nothing that the client did not speak of, fits the room that QEMU has for it, and
 * has no number that one of the known clients refuses.
 *
 * @param offer - what the server can do
 * @throws MdevError `vfio-user.version-pgsizes`
 */
export function negotiate(proposal: ReceivedVersion, offer: Capabilities): Negotiated {
  const asked = proposal.stated;
  const client = withDefaults(asked);
  const pgsizes = offer.pgsizes & client.pgsizes;
  if (pgsizes === 0n) {
    throw failure('vfio-user.version-pgsizes', { client: client.pgsizes, server: offer.pgsizes });
  }
  const twinSocket = offer.twinSocket && client.twinSocket && client.maxMsgFds > 0;
  const writeMultiple = offer.writeMultiple && client.writeMultiple;
  const control = offer.control && client.control;
  const stated: StatedCapabilities = {
    ...(asked.maxMsgFds !== undefined && {
      maxMsgFds: Math.min(offer.maxMsgFds, QEMU_MAX_MSG_FDS),
    }),
    ...(asked.maxDataXferSize !== undefined && {
      maxDataXferSize: Math.min(offer.maxDataXferSize, QEMU_MAX_DATA_XFER_SIZE),
    }),
    ...(asked.maxDmaMaps !== undefined && {
      maxDmaMaps: Math.min(offer.maxDmaMaps, QEMU_MAX_DMA_MAPS),
    }),
    ...(asked.pgsizes !== undefined && { pgsizes }),
    ...(asked.migration !== undefined && {
      migration: {
        pgsize: offer.migration.pgsize,
        // rust-vmm and libvfio-user do not say it, so they do not ask for it.
        ...(asked.migration.maxBitmapSize !== undefined && {
          maxBitmapSize: Math.min(offer.migration.maxBitmapSize, client.migration.maxBitmapSize),
        }),
      },
    }),
    ...(asked.writeMultiple !== undefined && { writeMultiple }),
    ...(twinSocket && { twinSocket: { supported: true, fdIndex: 0 } }),
    ...(control && { control: { version: CONTROL_VERSION } }),
  };
  const minor = Math.min(proposal.minor, VERSION_MINOR);
  // QEMU, whose room is small, does not ask for the control plane.
  const reply = { major: VERSION_MAJOR, minor, stated: control ? stated : trimmed(stated) };
  return { reply, client, twinSocket, writeMultiple, control };
}

/** What the two sides agreed on, as the client sees it. */
export interface Accepted {
  /** Limits of the server. */
  readonly server: Capabilities;
  /** Which descriptor of the reply is the twin socket; undefined without one. */
  readonly twinSocketIndex: number | undefined;
  /** The client may send REGION_WRITE_MULTI. */
  readonly writeMultiple: boolean;
  /** The client may make calls of the control plane. */
  readonly control: boolean;
  /** Members of the reply that were not in the proposal, for a warning. */
  readonly spurious: readonly string[];
}

/** The names of what is stated, as in {@link StatedCapabilities}. */
function unasked(reply: StatedCapabilities, proposal: StatedCapabilities): string[] {
  const asked = new Set(Object.keys(proposal));
  return Object.keys(reply).filter((name) => !asked.has(name));
}

/**
 * Takes the answer of a server.
 *
 * @param descriptors - how many came with the reply
 * @throws MdevError `vfio-user.version-minor`, `vfio-user.version-twin-socket`, `vfio-user.version-pgsizes`: the
 *   connection is of no use then
 */
export function acceptReply(
  proposal: Version,
  reply: ReceivedVersion,
  descriptors: number,
): Accepted {
  if (reply.minor > proposal.minor) {
    throw failure('vfio-user.version-minor', { minor: reply.minor, proposed: proposal.minor });
  }
  const server = withDefaults(reply.stated);
  const mine = withDefaults(proposal.stated);
  if ((server.pgsizes & mine.pgsizes) === 0n) {
    throw failure('vfio-user.version-pgsizes', { client: mine.pgsizes, server: server.pgsizes });
  }
  const index = reply.stated.twinSocket?.fdIndex;
  if (server.twinSocket && (!mine.twinSocket || index === undefined || index >= descriptors)) {
    throw failure('vfio-user.version-twin-socket', { asked: mine.twinSocket, index, descriptors });
  }
  return {
    server,
    twinSocketIndex: server.twinSocket ? index : undefined,
    writeMultiple: server.writeMultiple && mine.writeMultiple,
    control: server.control && mine.control,
    spurious: [...unasked(reply.stated, proposal.stated), ...reply.unknown],
  };
}
