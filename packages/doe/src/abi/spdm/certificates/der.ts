import { failure } from '../../../errors/index.js';

const SEQUENCE = 0x30;
/** The most bytes that say how long a certificate is: a chain has at most 65,535 bytes. */
const MOST_LENGTH_BYTES = 3;

/**
 * The DER structures that stand one behind the other, copied. Only where each ends is looked at.
 *
 * Source: X.690, section 8.1.3.
 *
 * @throws MdevError doe.spdm-chain: one is not a SEQUENCE of definite length, or is cut off, or
 * there are more than `most`
 */
export function splitDer(bytes: Uint8Array, most: number): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (parts.length === most) throw failure('doe.spdm-chain', { what: 'too many certificates' });
    const end = derEnd(bytes, at);
    if (end === undefined) throw failure('doe.spdm-chain', { what: 'no whole certificate', at });
    parts.push(bytes.slice(at, end));
    at = end;
  }
  return parts;
}

/**
 * Where the SEQUENCE at `at` ends; undefined if there is none of definite length, or it is cut off.
 *
 * Source: X.690, section 8.1.3.
 */
export function derEnd(bytes: Uint8Array, at: number): number | undefined {
  const first = bytes[at + 1];
  if (bytes[at] !== SEQUENCE || first === undefined || first === 0x80) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > MOST_LENGTH_BYTES) return undefined;
  let length = count === 0 ? first : 0;
  for (let index = 0; index < count; index += 1) {
    length = length * 256 + (bytes[at + 2 + index] ?? 0);
  }
  const end = at + 2 + count + length;
  return end > bytes.length ? undefined : end;
}
