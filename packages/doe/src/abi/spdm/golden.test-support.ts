import { expect } from 'chai';
import { MdevError } from '@mdevkit/core';
import {
  dheGroups,
  hashAlgorithms,
  signatureAlgorithms,
  aeadAlgorithms,
  type Algorithms,
  type Decoded,
  type NegotiatedContext,
  type SpdmVersion,
} from './index.js';

/** Bytes written as digits, with what blanks the layout asks for. */
export function hex(...digits: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.join('').replaceAll(/\s/g, ''), 'hex'));
}

/** As many of one byte. */
export function run(value: number, length: number): string {
  return value.toString(16).padStart(2, '0').repeat(length);
}

export function filled(value: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

/** SHA-256, ECDSA P-256 and AES-256-GCM. */
export const usual: Algorithms = {
  hash: hashAlgorithms[0]!,
  signature: signatureAlgorithms[0]!,
  measurementHash: hashAlgorithms[0]!,
  measurementSpec: 1,
  dhe: dheGroups[0]!,
  aead: aeadAlgorithms[1]!,
  keySchedule: true,
  otherParams: 2,
};

export function agreed(version: SpdmVersion, algorithms = usual): NegotiatedContext {
  return { version, algorithms };
}

/** The bytes are those of the message, both ways. */
export function golden(
  bytes: Uint8Array,
  message: unknown,
  encoded: Uint8Array,
  decoded: Decoded<unknown>,
): void {
  expect(Buffer.from(encoded).toString('hex')).to.equal(Buffer.from(bytes).toString('hex'));
  expect(decoded).to.deep.equal({ message, length: bytes.length });
}

export function refused(decode: () => unknown): void {
  expect(decode)
    .to.throw(MdevError)
    .that.includes({ code: 'EBADMSG', reason: 'doe.spdm-malformed' });
}
