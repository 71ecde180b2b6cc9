import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { SpdmResponder } from './responder.js';

/*
 * A requester written from the layouts of DSP0274, without a line of the codecs that the responder uses.
 */

export type Version = 0x10 | 0x11 | 0x12 | 0x13;

/** CERT, CHAL, ENCRYPT, MAC, KEY_EX, HBEAT, KEY_UPD. */
export const ALL_FLAGS = 0x62c6;
export const NO_SIGNAL: AbortSignal = new AbortController().signal;

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function nonce(seed: number): Buffer {
  return Buffer.alloc(32, seed);
}

/** With the zeros that a data object has behind it. */
export function padded(message: Uint8Array): Buffer {
  return Buffer.concat([message, Buffer.alloc((4 - (message.length % 4)) % 4)]);
}

export interface Offer {
  readonly flags?: number;
  readonly asym?: number;
  readonly hash?: number;
  readonly size?: number;
  readonly measurementSpec?: number;
  readonly opaque?: number;
  readonly dhe?: number;
  readonly aead?: number;
  /** What it could sign with itself: a structure of type 4, if it is given. */
  readonly requesterAsym?: number;
  /** Of measurement logs, from version 1.3 on. */
  readonly logs?: number;
}

const ALL_SIGNATURES = 0x1ff;
const HASHES: Readonly<Record<number, string>> = { 1: 'sha256', 2: 'sha384', 4: 'sha512' };
const SIGNATURE_SIZES: Readonly<Record<number, number>> = {
  ...{ 0x10: 64, 0x80: 96, 0x1: 256, 0x2: 256, 0x4: 384, 0x8: 384, 0x20: 512, 0x40: 512 },
};

export class RawRequester {
  readonly version: Version;
  /** A: exact bytes, both ways. */
  readonly a: Buffer[] = [];
  hash = 'sha384';
  signature = 0;
  signatureSize = 0;
  hashSize = 0;
  dhe = 0;
  aead = 0;
  readonly #responder: SpdmResponder;

  constructor(responder: SpdmResponder, version: Version = 0x12) {
    this.#responder = responder;
    this.version = version;
  }

  /** One data object of 0001:01. Undefined: no response. */
  async ask(message: Uint8Array, signal: AbortSignal = NO_SIGNAL): Promise<Buffer | undefined> {
    const response = await this.#responder.cma.handle(padded(message), { signal, at: 0x100 });
    return response === undefined ? undefined : Buffer.from(response);
  }

  async send(...parts: readonly (number | Uint8Array)[]): Promise<Buffer> {
    return this.sendBytes(this.message(...parts));
  }

  async sendBytes(message: Uint8Array): Promise<Buffer> {
    const response = await this.ask(message);
    if (response === undefined) {
      throw new Error('no response');
    }
    return response;
  }

  /** Code, parameters and what follows, in this requester's version. */
  message(...parts: readonly (number | Uint8Array)[]): Buffer {
    const all = [this.version, ...parts];
    return Buffer.concat(all.map((part) => (typeof part === 'number' ? Buffer.of(part) : part)));
  }

  async getVersion(): Promise<Buffer> {
    this.a.length = 0;
    return this.#negotiate(Buffer.of(0x10, 0x84, 0, 0));
  }

  getCapabilitiesRequest({ flags = ALL_FLAGS, size = 0x1_0000 }: Offer = {}): Buffer {
    const rest = this.version === 0x10 ? Buffer.alloc(0) : Buffer.concat([u32(0), u32(flags)]);
    const sizes = this.version >= 0x12 ? Buffer.concat([u32(size), u32(size)]) : Buffer.alloc(0);
    return this.message(0xe1, 0, 0, rest, sizes);
  }

  algorithmsRequest(offer: Offer = {}): Buffer {
    const { asym = ALL_SIGNATURES, hash = 7, dhe = 0x18, aead = 0x7 } = offer;
    const structs =
      this.version === 0x10
        ? []
        : [
            Buffer.concat([Buffer.of(2, 0x20), u16(dhe)]),
            Buffer.concat([Buffer.of(3, 0x20), u16(aead)]),
            ...(offer.requesterAsym === undefined
              ? []
              : [Buffer.concat([Buffer.of(4, 0x20), u16(offer.requesterAsym)])]),
            Buffer.concat([Buffer.of(5, 0x20), u16(1)]),
          ];
    const other = this.version >= 0x12 ? (offer.opaque ?? 2) : 0;
    const logs = this.version >= 0x13 ? (offer.logs ?? 0) : 0;
    return this.message(
      ...[0xe3, structs.length, 0, u16(32 + 4 * structs.length), offer.measurementSpec ?? 1, other],
      ...[u32(asym), u32(hash), Buffer.alloc(15), logs, ...structs],
    );
  }

  /** VERSION, CAPABILITIES and ALGORITHMS. */
  async connect(offer: Offer = {}): Promise<Buffer> {
    await this.getVersion();
    await this.#negotiate(this.getCapabilitiesRequest(offer));
    const answer = await this.#negotiate(this.algorithmsRequest(offer));
    this.signature = answer.readUInt32LE(12);
    const hash = answer.readUInt32LE(16);
    this.hash = HASHES[hash] ?? '';
    this.hashSize = createHash(this.hash).digest().length;
    this.signatureSize = SIGNATURE_SIZES[this.signature] ?? 0;
    for (let at = 36; at < answer.length; at += 4) {
      const bit = answer.readUInt16LE(at + 2);
      if (answer[at] === 2) this.dhe = bit;
      if (answer[at] === 3) this.aead = bit;
    }
    return answer;
  }

  async #negotiate(request: Buffer): Promise<Buffer> {
    const response = await this.sendBytes(request);
    this.a.push(request, response);
    return response;
  }

  digest(...parts: readonly Uint8Array[]): Buffer {
    const hash = createHash(this.hash);
    parts.forEach((part) => hash.update(part));
    return hash.digest();
  }

  /** The whole chain of a slot, read in portions; `heard` takes what both sides said. */
  async chain(slot: number, portion = 0x400, heard: Buffer[] = []): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let offset = 0, left = 1; left > 0;) {
      const request = this.message(0x82, slot, 0, u16(offset), u16(portion));
      const response = await this.sendBytes(request);
      heard.push(request, response);
      if (response[1] !== 0x02) throw new Error(`refused: ${response.toString('hex')}`);
      const length = response.readUInt16LE(4);
      parts.push(response.subarray(8, 8 + length));
      offset += length;
      left = response.readUInt16LE(6);
    }
    return Buffer.concat(parts);
  }

  /** DER, root first. */
  certificates(chain: Buffer): Buffer[] {
    const found: Buffer[] = [];
    for (let at = 4 + this.hashSize; at < chain.length;) {
      const length = 4 + chain.readUInt16BE(at + 2);
      found.push(chain.subarray(at, at + length));
      at += length;
    }
    return found;
  }

  leafKey(chain: Buffer): KeyObject {
    return new X509Certificate(this.certificates(chain).at(-1) ?? Buffer.alloc(0)).publicKey;
  }

  /** What is signed: from version 1.2 on, a prefix of 100 bytes and the hash of the transcript. */
  signedBytes(use: string, transcript: Buffer): Buffer {
    if (this.version < 0x12) {
      return transcript;
    }
    const prefix = Buffer.alloc(100);
    for (let copy = 0; copy < 4; copy += 1) {
      prefix.write(`dmtf-spdm-v1.${this.version & 0xf}.*`, copy * 16);
    }
    const context = `responder-${use} signing`;
    prefix.write(context, 100 - context.length);
    return Buffer.concat([prefix, this.digest(transcript)]);
  }
}
