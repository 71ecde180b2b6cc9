import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  type CipherGCMTypes,
} from 'node:crypto';
import {
  NO_SIGNAL,
  nonce,
  padded,
  u16,
  u32,
  type RawRequester,
} from './raw-requester.test-support.js';
import type { SpdmResponder } from './responder.js';

/*
 * A session written from DSP0274 (key schedule) and DSP0277 (records), without a line of the responder's.
 */

const CIPHERS: Readonly<Record<number, readonly [CipherGCMTypes | 'chacha20-poly1305', number]>> = {
  1: ['aes-128-gcm', 16],
  2: ['aes-256-gcm', 32],
  4: ['chacha20-poly1305', 32],
};

/** Opaque data: the versions of secured messages 1.0 and 1.1. */
const OPAQUE_12 = Buffer.from('01000000' + '00000700' + '010102' + '00100011' + '00', 'hex');
/** Before SPDM 1.2 the table says who defined it, and holds version 1.1 here. */
const OPAQUE_11 = Buffer.from(
  '46544d4401010000' + '00000500' + '010101' + '0011' + '000000',
  'hex',
);

interface Direction {
  secret: Buffer;
  sequence: number;
}

export interface Exchange {
  readonly slot?: number;
  readonly summary?: number;
  readonly sessionId?: number;
  readonly policy?: number;
  readonly opaque?: Buffer;
  readonly point?: Buffer;
}

export class RawSession {
  readonly requester: RawRequester;
  readonly #responder: SpdmResponder;
  id = 0;
  /** The last KEY_EXCHANGE and its whole response. */
  request: Buffer = Buffer.alloc(0);
  response: Buffer = Buffer.alloc(0);
  /** KEY_EXCHANGE_RSP without signature and code. */
  unsigned: Buffer = Buffer.alloc(0);
  signature: Buffer = Buffer.alloc(0);
  verified = false;
  #handshake: Buffer = Buffer.alloc(0);
  #transcript: Buffer = Buffer.alloc(0);
  #requestDirection: Direction = { secret: Buffer.alloc(0), sequence: 0 };
  #responseDirection: Direction = { secret: Buffer.alloc(0), sequence: 0 };

  constructor(responder: SpdmResponder, requester: RawRequester) {
    this.#responder = responder;
    this.requester = requester;
  }

  get #dheSize(): number {
    return this.requester.dhe === 8 ? 64 : 96;
  }

  defaultOpaque(): Buffer {
    return this.requester.version >= 0x12 ? OPAQUE_12 : OPAQUE_11;
  }

  keyExchangeRequest(point: Buffer, exchange: Exchange = {}): Buffer {
    const opaque = exchange.opaque ?? this.defaultOpaque();
    return this.requester.message(
      ...[0xe4, exchange.summary ?? 0, exchange.slot ?? 0, u16(exchange.sessionId ?? 0xbeef)],
      ...[exchange.policy ?? 0, 0, nonce(3), point, u16(opaque.length), opaque],
    );
  }

  /** Makes the secrets of the handshake and checks the code of the response. False: refused. */
  async exchange(chain: Buffer, exchange: Exchange = {}): Promise<boolean> {
    const { requester } = this;
    const { hashSize, signatureSize } = requester;
    const ecdh = createECDH(requester.dhe === 8 ? 'prime256v1' : 'secp384r1');
    const point = ecdh.generateKeys().subarray(1);
    this.request = this.keyExchangeRequest(point, exchange);
    this.response = await requester.sendBytes(this.request);
    if (this.response[1] !== 0x64) {
      return false;
    }
    this.id = ((this.response.readUInt16LE(4) << 16) | (exchange.sessionId ?? 0xbeef)) >>> 0;
    const codeAt = this.response.length - hashSize;
    const signed = codeAt - signatureSize;
    this.unsigned = this.response.subarray(0, signed);
    this.signature = this.response.subarray(signed, codeAt);
    const peer = this.response.subarray(40, 40 + this.#dheSize);
    const shared = ecdh.computeSecret(Buffer.concat([Buffer.of(4), peer]));
    const before = [...requester.a, requester.digest(chain), this.request];
    const th1 = requester.digest(...before, this.response.subarray(0, codeAt));
    this.#handshake = this.#hmac(Buffer.alloc(hashSize), shared);
    this.#requestDirection = this.#direction(this.#handshake, 'req hs data', th1);
    this.#responseDirection = this.#direction(this.#handshake, 'rsp hs data', th1);
    const finished = this.#expand(this.#responseDirection.secret, 'finished', hashSize);
    this.verified = this.#hmac(finished, th1).equals(this.response.subarray(codeAt));
    this.#transcript = Buffer.concat([...before, this.response]);
    return true;
  }

  /** TH of the signature of KEY_EXCHANGE_RSP. */
  signedTranscript(chain: Buffer): Buffer {
    const { requester } = this;
    return Buffer.concat([...requester.a, requester.digest(chain), this.request, this.unsigned]);
  }

  finishRequest(): Buffer {
    const { requester } = this;
    const header = requester.message(0xe5, 0, 0);
    const finished = this.#expand(this.#requestDirection.secret, 'finished', requester.hashSize);
    const code = this.#hmac(finished, requester.digest(this.#transcript, header));
    return Buffer.concat([header, code]);
  }

  /** FINISH; the session is there if it was answered by FINISH_RSP. */
  async finish(request = this.finishRequest()): Promise<Buffer> {
    const response = await this.sendBytes(request);
    if (response[1] === 0x65) {
      const th2 = this.requester.digest(this.#transcript, request, response);
      const salt = this.#expand(this.#handshake, 'derived', this.requester.hashSize);
      const master = this.#hmac(salt, Buffer.alloc(this.requester.hashSize));
      this.#requestDirection = this.#direction(master, 'req app data', th2);
      this.#responseDirection = this.#direction(master, 'rsp app data', th2);
    }
    return response;
  }

  updateRequest(): void {
    this.#requestDirection = this.#updated(this.#requestDirection);
  }

  updateResponse(): void {
    this.#responseDirection = this.#updated(this.#responseDirection);
  }

  async send(...parts: readonly (number | Uint8Array)[]): Promise<Buffer> {
    return this.sendBytes(this.requester.message(...parts));
  }

  async sendBytes(message: Uint8Array): Promise<Buffer> {
    const response = await this.ask(this.seal(message));
    if (response === undefined) {
      throw new Error('no response');
    }
    return this.open(response);
  }

  /** One data object of 0001:02. */
  async ask(record: Uint8Array, signal: AbortSignal = NO_SIGNAL): Promise<Buffer | undefined> {
    const response = await this.#responder.secured.handle(padded(record), { signal, at: 0x100 });
    return response === undefined ? undefined : Buffer.from(response);
  }

  seal(message: Uint8Array): Buffer {
    const plain = Buffer.concat([u16(message.length), message]);
    const header = Buffer.concat([u32(this.id), u16(plain.length + 16)]);
    const [cipher, key, iv] = this.#keys(this.#requestDirection);
    const sealing = createCipheriv(cipher as CipherGCMTypes, key, iv, { authTagLength: 16 });
    sealing.setAAD(header, { plaintextLength: plain.length });
    const sealed = Buffer.concat([sealing.update(plain), sealing.final()]);
    return Buffer.concat([header, sealed, sealing.getAuthTag()]);
  }

  open(record: Buffer): Buffer {
    const [cipher, key, iv] = this.#keys(this.#responseDirection);
    const opening = createDecipheriv(cipher as CipherGCMTypes, key, iv, { authTagLength: 16 });
    const sealed = record.subarray(6, -16);
    opening.setAAD(record.subarray(0, 6), { plaintextLength: sealed.length });
    opening.setAuthTag(record.subarray(-16));
    const plain = Buffer.concat([opening.update(sealed), opening.final()]);
    if (record.readUInt32LE(0) !== this.id || plain.readUInt16LE(0) !== plain.length - 2) {
      throw new Error('not a record of this session');
    }
    return plain.subarray(2);
  }

  /** Cipher, key, and the IV with the sequence number over its first bytes. */
  #keys(direction: Direction): [string, Buffer, Buffer] {
    const [cipher, size] = CIPHERS[this.requester.aead] ?? ['aes-256-gcm', 32];
    const iv = this.#expand(direction.secret, 'iv', 12);
    for (let at = 0; at < 6; at += 1) {
      iv[at] = (iv[at] ?? 0) ^ (Math.floor(direction.sequence / 2 ** (8 * at)) & 0xff);
    }
    direction.sequence += 1;
    return [cipher, this.#expand(direction.secret, 'key', size), iv];
  }

  #direction(secret: Buffer, label: string, hash: Buffer): Direction {
    return { secret: this.#expand(secret, label, this.requester.hashSize, hash), sequence: 0 };
  }

  #updated({ secret }: Direction): Direction {
    return { secret: this.#expand(secret, 'traffic upd', this.requester.hashSize), sequence: 0 };
  }

  /** One block of HKDF-Expand: nothing here is longer than a hash. */
  #expand(secret: Buffer, label: string, size: number, context: Buffer = Buffer.alloc(0)): Buffer {
    const name = `spdm1.${this.requester.version & 0xf} ${label}`;
    const info = Buffer.concat([u16(size), Buffer.from(name), context, Buffer.of(1)]);
    return this.#hmac(secret, info).subarray(0, size);
  }

  #hmac(key: Buffer, data: Buffer): Buffer {
    return createHmac(this.requester.hash, key).update(data).digest();
  }
}
