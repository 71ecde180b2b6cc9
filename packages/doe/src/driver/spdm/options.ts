import { randomBytes } from 'node:crypto';
import type { Clock } from '@mdevkit/core';
import { SPDM_MIN_DATA_TRANSFER_SIZE, SPDM_SLOT_COUNT } from '@mdevkit/uapi';
import {
  aeadAlgorithms,
  dheGroups,
  hashAlgorithms,
  spdmVersions,
  type AeadAlgorithm,
  type DheGroup,
  type HashAlgorithm,
  type SpdmVersion,
} from '../../abi/spdm/index.js';
import type { SpdmIdentity } from '../identity/index.js';
import type { MeasurementSource } from './measurement-source.js';

/** A slot of certificates. */
export type SpdmSlot = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What a responder is made of. */
export interface SpdmResponderOptions {
  /** What the device proves itself with: one slot at least. Slots whose key cannot do what was negotiated do not show. */
  readonly slots: Partial<Record<SpdmSlot, SpdmIdentity>>;
  /** What it measures; without it, it says that it measures nothing. */
  readonly measurements?: MeasurementSource;
  /** For heartbeats, and handshakes that nobody ends. */
  readonly clock: Clock;
  /** Spoken versions; all by default. */
  readonly versions?: readonly SpdmVersion[];
  /** Names of hashes, the best first; SHA-384, SHA-512, SHA-256 by default. */
  readonly hashes?: readonly HashAlgorithm['name'][];
  /** Curves of the key exchange, the best first; P-384, P-256 by default. */
  readonly dhe?: readonly DheGroup['curve'][];
  /** Ciphers of sessions, the best first; AES-256-GCM, ChaCha20-Poly1305, AES-128-GCM by default. */
  readonly aead?: readonly AeadAlgorithm['cipher'][];
  /** Sessions at a time, 4 by default; 0: it has none, and does not say so. */
  readonly sessions?: number;
  /** Seconds of the heartbeat, 0 .. 255. A session dies after two of them without a word; 0, the default: never. */
  readonly heartbeat?: number;
  /** Bytes of the longest message either way, 42 at least; 65,536 by default. */
  readonly maxMessageSize?: number;
  /** Bytes that nobody can guess; node:crypto's by default. */
  readonly random?: (size: number) => Uint8Array;
}

/** The same with all said. */
export interface SpdmSettings {
  readonly slots: ReadonlyMap<number, SpdmIdentity>;
  readonly measurements: MeasurementSource | undefined;
  readonly clock: Clock;
  /** Ascending. */
  readonly versions: readonly SpdmVersion[];
  readonly hashes: readonly HashAlgorithm[];
  readonly dhe: readonly DheGroup[];
  readonly aead: readonly AeadAlgorithm[];
  readonly sessions: number;
  readonly heartbeat: number;
  readonly maxMessageSize: number;
  readonly random: (size: number) => Uint8Array;
}

const DEFAULT_HASHES: readonly HashAlgorithm['name'][] = ['sha384', 'sha512', 'sha256'];
const DEFAULT_DHE: readonly DheGroup['curve'][] = ['secp384r1', 'prime256v1'];
const DEFAULT_AEAD: readonly AeadAlgorithm['cipher'][] = [
  'aes-256-gcm',
  'chacha20-poly1305',
  'aes-128-gcm',
];
const DEFAULT_SESSIONS = 4;
const DEFAULT_MESSAGE_SIZE = 0x1_0000;
/** The responder's half of a session id has 16 bits; 0 and 0xffff are nobody's. */
const MOST_SESSIONS = 0xfffe;

/** @throws RangeError for options that no responder can have */
export function spdmSettings(options: SpdmResponderOptions): SpdmSettings {
  const slots = new Map<number, SpdmIdentity>();
  for (let slot = 0; slot < SPDM_SLOT_COUNT; slot += 1) {
    const identity = options.slots[slot as SpdmSlot];
    if (identity !== undefined) {
      slots.set(slot, identity);
    }
  }
  if (slots.size === 0) {
    throw new RangeError('a responder has a slot of certificates at least');
  }
  return {
    slots,
    measurements: options.measurements,
    clock: options.clock,
    versions: [...some('version', options.versions ?? spdmVersions)].sort((a, b) => a - b),
    hashes: pick('hash', hashAlgorithms, 'name', options.hashes ?? DEFAULT_HASHES),
    dhe: pick('group', dheGroups, 'curve', options.dhe ?? DEFAULT_DHE),
    aead: pick('cipher', aeadAlgorithms, 'cipher', options.aead ?? DEFAULT_AEAD),
    sessions: between('sessions', options.sessions ?? DEFAULT_SESSIONS, 0, MOST_SESSIONS),
    heartbeat: between('seconds of a heartbeat', options.heartbeat ?? 0, 0, 0xff),
    maxMessageSize: between(
      'bytes of a message',
      options.maxMessageSize ?? DEFAULT_MESSAGE_SIZE,
      SPDM_MIN_DATA_TRANSFER_SIZE,
      0xffff_ffff,
    ),
    random: options.random ?? randomBytes,
  };
}

function pick<T, K extends keyof T>(
  what: string,
  table: readonly T[],
  key: K,
  names: readonly T[K][],
): T[] {
  return some(what, names).map((name) => {
    const row = table.find((one) => one[key] === name);
    if (row === undefined) {
      throw new RangeError(`there is no ${what} ${String(name)}`);
    }
    return row;
  });
}

function some<T>(what: string, values: readonly T[]): readonly T[] {
  if (values.length === 0) {
    throw new RangeError(`a responder has a ${what} at least`);
  }
  return values;
}

function between(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${what}: ${least} .. ${most}, not ${value}`);
  }
  return value;
}
