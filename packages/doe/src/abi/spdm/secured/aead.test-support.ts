import { expect } from 'chai';
import { hex } from '../golden.test-support.js';
import { hexOf, openssl } from '../openssl.test-support.js';

/** What an AEAD gives: the ciphertext with the tag behind it. */
export type Aead = (
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
) => Uint8Array;

/** The polynomial of GHASH, its lowest power in the highest bit. */
const POLYNOMIAL = 0xe1n << 120n;
const HIGHEST = 1n << 127n;

/** AES-GCM out of AES in counter mode by openssl(1), and GHASH here (NIST SP 800-38D). */
export function gcm(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const cipher = `aes-${key.length * 8}`;
  const counter = (value: string): string => hexOf(nonce) + value;
  const crypt = (from: string, bytes: Uint8Array): Uint8Array =>
    openssl(bytes, 'enc', `-${cipher}-ctr`, '-K', hexOf(key), '-iv', from);
  const h = openssl(new Uint8Array(16), 'enc', `-${cipher}-ecb`, '-nopad', '-K', hexOf(key));
  const sealed = crypt(counter('00000002'), plain);
  const lengths = new Uint8Array(16);
  new DataView(lengths.buffer).setUint32(4, aad.length * 8);
  new DataView(lengths.buffer).setUint32(12, sealed.length * 8);
  const hash = ghash(toInteger(h), [...blocks(aad), ...blocks(sealed), toInteger(lengths)]);
  const tag = crypt(counter('00000001'), hex(hash.toString(16).padStart(32, '0')));
  return Uint8Array.of(...sealed, ...tag);
}

/** ChaCha20-Poly1305 out of both by openssl(1) (RFC 8439, section 2.8). */
export function chacha(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const crypt = (counter: string, bytes: Uint8Array): Uint8Array =>
    openssl(bytes, 'enc', '-chacha20', '-K', hexOf(key), '-iv', counter + hexOf(nonce));
  const oneTime = crypt('00000000', new Uint8Array(32));
  const sealed = crypt('01000000', plain);
  const lengths = new Uint8Array(16);
  new DataView(lengths.buffer).setUint32(0, aad.length, true);
  new DataView(lengths.buffer).setUint32(8, sealed.length, true);
  const authenticated = Uint8Array.of(...padded(aad), ...padded(sealed), ...lengths);
  const options = ['-macopt', `hexkey:${hexOf(oneTime)}`, '-binary'];
  return Uint8Array.of(...sealed, ...openssl(authenticated, 'mac', ...options, 'POLY1305'));
}

/** The two above give what was published. */
export function checkPublished(): void {
  const iv = hex('cafebabefacedbaddecaf888');
  const aad = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const plain = hex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72',
    '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
  const key = hex('feffe9928665731c6d6a8f9467308308');
  const double = hex(hexOf(key), hexOf(key));
  expect(hexOf(gcm(key, iv, aad, plain)).slice(-32)).to.equal('5bc94fbc3221a5db94fae95ae7121a47');
  const tag = hexOf(gcm(double, iv, aad, plain)).slice(-32);
  expect(tag).to.equal('76fc6ece0f4e1768cddf8853bb2d551b');
  const sentence = Buffer.from(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const counting = Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at);
  const nonce = hex('070000004041424344454647');
  const sealed = chacha(counting, nonce, hex('50515253c0c1c2c3c4c5c6c7'), sentence);
  expect(hexOf(sealed).slice(-32)).to.equal('1ae10b594f09e26a7e902ecbd0600691');
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 16) * 16);
  whole.set(bytes);
  return whole;
}

function blocks(bytes: Uint8Array): readonly bigint[] {
  const whole = padded(bytes);
  return Array.from({ length: whole.length / 16 }, (_, at) =>
    toInteger(whole.subarray(at * 16, at * 16 + 16)),
  );
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${hexOf(bytes)}`);
}

function ghash(h: bigint, words: readonly bigint[]): bigint {
  return words.reduce((hash, word) => product(hash ^ word, h), 0n);
}

function product(a: bigint, b: bigint): bigint {
  let [sum, shifted] = [0n, b];
  for (let bit = HIGHEST; bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) sum ^= shifted;
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ POLYNOMIAL;
  }
  return sum;
}
