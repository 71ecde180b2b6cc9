import { VfioUserVersion } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { StatedCapabilities } from './capabilities.js';
import { capabilitiesJson, readCapabilities } from './capabilities-json.js';
import { Members } from './members.js';

/** The version that is spoken here. QEMU refuses a server that answers with a later minor. */
export const VERSION_MAJOR = 0;
export const VERSION_MINOR = 0;

/** Bytes of the longest version data that are looked at; QEMU's are 194. */
export const MAX_VERSION_DATA = 4096;

/** A VERSION as it is built: everything but what only a reader finds. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly stated: StatedCapabilities;
}

/** A VERSION as it was read. */
export interface ReceivedVersion extends Version {
  /** Paths of members that nobody knows here, for a warning; printable and short. */
  readonly unknown: readonly string[];
}

/** The text before the first NUL of data that end in one. */
function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      data.subarray(0, data.indexOf(0)),
    );
  } catch (cause) {
    throw failure('vfio-user.version-json', {}, cause);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure('vfio-user.version-json', {}, cause);
  }
}

/**
 * Reads the payload of a VERSION, of a client or of a server. Data may be missing, and so may each
 * member, which both mean the defaults.
 *
 * @throws MdevError `vfio-user.version-…`; never anything else, whatever the bytes
 */
export function parseVersion(payload: Uint8Array): ReceivedVersion {
  if (payload.length < VfioUserVersion.size) {
    throw failure('vfio-user.version-short', { size: payload.length });
  }
  const { major, minor } = VfioUserVersion.decode(payload.subarray(0, VfioUserVersion.size));
  if (major !== VERSION_MAJOR) {
    throw failure('vfio-user.version-major', { major, minor });
  }
  const data = payload.subarray(VfioUserVersion.size);
  if (data.length === 0) {
    return { major, minor, stated: {}, unknown: [] };
  }
  if (data.length > MAX_VERSION_DATA) {
    throw failure('vfio-user.version-size', { size: data.length, limit: MAX_VERSION_DATA });
  }
  if (data.at(-1) !== 0) {
    throw failure('vfio-user.version-unterminated', { size: data.length });
  }
  const root = new Members(jsonOf(textOf(data)), '');
  const stated = readCapabilities(root.object('capabilities') ?? new Members({}, 'capabilities'));
  return { major, minor, stated, unknown: root.unknown() };
}

/** Bytes of the JSON that {@link buildVersion} writes, without the NUL. */
export function versionJsonLength(stated: StatedCapabilities): number {
  // Nothing in it is beyond ASCII.
  return capabilitiesJson(stated).length;
}

/** Makes the payload of a VERSION: always with a `capabilities` object and a NUL at the end. */
export function buildVersion({ major, minor, stated }: Version): Uint8Array {
  const json = new TextEncoder().encode(capabilitiesJson(stated));
  const payload = new Uint8Array(VfioUserVersion.size + json.length + 1);
  VfioUserVersion.encode({ major, minor }, payload);
  payload.set(json, VfioUserVersion.size);
  return payload;
}
