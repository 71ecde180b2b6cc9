import { createECDH, randomBytes } from 'node:crypto';
import type { ScriptedDevice } from './scripted-device.test-support.js';
import { expand, hmacOf, TestDirection } from './session-keys.test-support.js';

const CIPHERS = {
  1: 'aes-128-gcm',
  2: 'aes-256-gcm',
  4: 'chacha20-poly1305',
} as const;

/** The device's side of a session, built by hand from DSP0274 and DSP0277. */
export class ScriptedSession {
  readonly id: number;
  /** KEY_EXCHANGE_RSP. */
  readonly response: Buffer;
  /** Directions of the requester and of the device. */
  requests: TestDirection;
  responses: TestDirection;
  readonly #device: ScriptedDevice;
  readonly #handshake: Buffer;
  #transcript: Buffer;

  constructor(device: ScriptedDevice, request: Buffer) {
    const { script, version, connection } = device;
    this.#device = device;
    const pointSize = script.dhe === 8 ? 64 : 96;
    const ecdh = createECDH(script.dhe === 8 ? 'prime256v1' : 'secp384r1');
    const point = ecdh.generateKeys().subarray(1);
    const peer = request.subarray(40, 40 + pointSize);
    const shared = ecdh.computeSecret(Buffer.concat([Buffer.of(4), peer]));
    const half = randomBytes(2);
    this.id = ((half.readUInt16LE() << 16) | request.readUInt16LE(4)) >>> 0;
    const opaque = Buffer.from(
      version >= 0x12 ? '010000000000040001000011' : '46544d440101000000000400' + '01000011',
      'hex',
    );
    const body = Buffer.concat([
      Buffer.of(version, 0x64, script.heartbeat, 0),
      half,
      Buffer.of(0, 0),
      script.nonce(),
      point,
      Buffer.of(opaque.length, 0),
      opaque,
    ]);
    const chain = script.slots.get(request[3] ?? 0) ?? Buffer.alloc(0);
    const signed = Buffer.concat([connection, device.digest(chain), request, body]);
    const signature = device.sign('key_exchange_rsp', signed);
    const withSignature = Buffer.concat([signed, signature]);
    const th1 = device.digest(withSignature);
    const zeros = Buffer.alloc(th1.length);
    this.#handshake = hmacOf(script.hash, zeros, shared);
    this.requests = this.#direction(this.#handshake, 'req hs data', th1);
    this.responses = this.#direction(this.#handshake, 'rsp hs data', th1);
    const verifyData = hmacOf(script.hash, this.responses.finishedKey(), th1);
    this.response = Buffer.concat([body, signature, verifyData]);
    this.#transcript = Buffer.concat([withSignature, verifyData]);
  }

  /** A record, and the record of its answer; the refusal of one that does not open is not sealed. */
  exchange(record: Buffer): Buffer {
    let request: Buffer;
    try {
      request = this.requests.open(record);
    } catch {
      return this.#device.error(6);
    }
    const answer = this.#device.respond(request, this);
    const sealed = this.responses.seal(this.id, answer);
    this.#after(request, answer);
    return sealed;
  }

  /** What only sessions answer. */
  answer(code: number, request: Buffer): Buffer {
    const { version, script } = this.#device;
    switch (code) {
      case 0xe5: {
        this.#transcript = Buffer.concat([this.#transcript, request.subarray(0, 4)]);
        const th = this.#device.digest(this.#transcript);
        const expected = hmacOf(script.hash, this.requests.finishedKey(), th);
        return expected.equals(request.subarray(4))
          ? Buffer.of(version, 0x65, 0, 0)
          : this.#device.error(6);
      }
      case 0xe8:
        return Buffer.of(version, 0x68, 0, 0);
      case 0xe9:
        if (request[2] === 2) {
          this.responses = this.responses.updated();
        }
        return Buffer.of(version, 0x69, request[2] ?? 0, request[3] ?? 0);
      case 0xec:
        return Buffer.of(version, 0x6c, 0, 0);
      default:
        return this.#device.error(7, code);
    }
  }

  #after(request: Buffer, answer: Buffer): void {
    if (answer[1] === 0x65) {
      const th2 = this.#device.digest(
        Buffer.concat([this.#transcript, request.subarray(4), answer]),
      );
      const { hash } = this.#device.script;
      const salt = this.#expand(this.#handshake, 'derived');
      const master = hmacOf(hash, salt, Buffer.alloc(th2.length));
      this.requests = this.#direction(master, 'req app data', th2);
      this.responses = this.#direction(master, 'rsp app data', th2);
    }
    if (answer[1] === 0x69 && request[2] !== 3) {
      this.requests = this.requests.updated();
    }
    if (answer[1] === 0x6c) {
      this.#device.session = undefined;
    }
  }

  #direction(secret: Buffer, label: string, th: Buffer): TestDirection {
    const { script, version } = this.#device;
    const cipher = CIPHERS[script.aead as 1 | 2 | 4];
    return new TestDirection(script.hash, version, cipher, this.#expand(secret, label, th));
  }

  #expand(secret: Buffer, label: string, context?: Buffer): Buffer {
    const { script, version } = this.#device;
    return expand(script.hash, version, secret, label, secret.length, context);
  }
}
