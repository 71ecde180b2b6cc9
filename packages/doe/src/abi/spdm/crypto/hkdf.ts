import { createHmac } from 'node:crypto';
import type { HashAlgorithm } from '../algorithms/hashes.js';
import { wipeBytes } from '../bytes/wipe.js';
import { ByteWriter, concatBytes } from '../bytes/writer.js';
import type { SpdmVersion } from '../context.js';

/** A message authentication code. Source: RFC 2104. */
export function hmac(
  { name }: Pick<HashAlgorithm, 'name'>,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const digest = createHmac(name, key).update(data).digest();
  const code = new Uint8Array(digest);
  wipeBytes(digest);
  return code;
}

/** The second step of HKDF. Source: RFC 5869, section 2.3. */
export function hkdfExpand(
  hash: HashAlgorithm,
  secret: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const blocks: Uint8Array[] = [];
  let block: Uint8Array = new Uint8Array(0);
  for (let counter = 1; blocks.length * hash.size < length; counter += 1) {
    const input = concatBytes([block, info, Uint8Array.of(counter)]);
    block = hmac(hash, secret, input);
    blocks.push(block);
    wipeBytes(input);
  }
  const whole = concatBytes(blocks);
  const key = whole.slice(0, length);
  wipeBytes(whole, ...blocks);
  return key;
}

/** What an expansion is for: length, version, label and, for some, a hash (DSP0274 1.2, section Key schedule, BinConcat). */
export function keyInfo(
  version: SpdmVersion,
  label: string,
  length: number,
  context: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return new ByteWriter()
    .u16(length)
    .bytes(Buffer.from(`spdm1.${version & 0xf} ${label}`, 'ascii'))
    .bytes(context)
    .finish();
}
