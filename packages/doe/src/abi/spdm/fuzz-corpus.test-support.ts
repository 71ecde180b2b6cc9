import fc from 'fast-check';
import { filled, usual } from './golden.test-support.js';
import * as spdm from './index.js';
import { measurementBlocks } from './attestation-kinds.test-support.js';
import { atMost, contexts } from './message-kind.test-support.js';
import { messageKinds } from './message-kinds.test-support.js';

/** Bytes that a decoder takes, and the decoder. */
export interface Seed {
  readonly bytes: Uint8Array;
  /** A message that is followed by padding, and says where it ends. */
  readonly isMessage: boolean;
  readonly decode: (bytes: Uint8Array) => unknown;
}

/** Valid bytes for one decoder. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly Seed[];
}

const SEEDS = 8;

/** Every decoder there is, with bytes that it takes. */
export function fuzzTargets(seed: number): readonly Target[] {
  return [...messageTargets(seed), ...partTargets(seed)];
}

function messageTargets(seed: number): readonly Target[] {
  return messageKinds.map(({ name, since, samples }) => ({
    name,
    seeds: spdm.spdmVersions
      .filter((version) => version >= since)
      .flatMap((version) =>
        fc.sample(contexts(version).chain(samples), { seed: seed + version, numRuns: SEEDS }),
      )
      .map(({ bytes, decode }) => ({ bytes, decode, isMessage: true })),
  }));
}

const keys = { key: filled(0x42, 32), iv: filled(0x24, 12) };

function partTargets(seed: number): readonly Target[] {
  const parts = fc.sample(atMost(60), { seed, numRuns: SEEDS });
  const blocks = fc.sample(measurementBlocks, { seed, numRuns: SEEDS });
  const versions = [0x11, 0x12] as const;
  return [
    part('header', parts, spdm.readHeader),
    part('session id', parts, spdm.readSessionId),
    part('not ready', parts, (extended) =>
      spdm.notReadyOf({ version: 0x12, code: 0x42, data: 0, extended }),
    ),
    part('chain', parts.map(chainOf), (bytes) => spdm.decodeCertChain(bytes, 32)),
    ...[0, 1, 3].map((count) =>
      part(`${count} blocks`, blocks.map(spdm.encodeBlocks), (bytes) =>
        spdm.decodeBlocks(bytes, count),
      ),
    ),
    ...versions.map((version) =>
      part(
        `known versions in SPDM ${version}`,
        [spdm.encodeSupportedVersions(version, [0x1000, 0x1100])],
        (bytes) => spdm.decodeSupportedVersions(version, bytes),
      ),
    ),
    ...versions.map((version) =>
      part(
        `chosen version in SPDM ${version}`,
        [spdm.encodeSelectedVersion(version, 0x1100)],
        (bytes) => spdm.decodeSelectedVersion(version, bytes),
      ),
    ),
    part(
      'record',
      parts.map((bytes) => spdm.sealRecord(keys, usual, 1, 7, bytes)),
      (bytes) => spdm.openRecord(keys, usual, 1, 7, bytes),
    ),
  ];
}

function part(
  name: string,
  bytes: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => unknown,
): Target {
  return { name, seeds: bytes.map((each) => ({ bytes: each, decode, isMessage: false })) };
}

/** A chain of what look like certificates. */
function chainOf(content: Uint8Array): Uint8Array {
  const cert = Uint8Array.of(0x30, content.length, ...content);
  return spdm.encodeCertChain(cert, [cert, cert], usual.hash);
}
