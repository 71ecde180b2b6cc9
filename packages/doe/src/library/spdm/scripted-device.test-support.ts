import { constants, createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { DoeTransport } from '../mailbox/index.js';
import { ScriptedSession } from './scripted-session.test-support.js';

/** One measurement, as a block has it. */
export interface TestMeasurement {
  readonly index: number;
  readonly type: number;
  readonly value: Buffer;
}

/** What a scripted device is. Everything can be changed while it runs. */
export interface DeviceScript {
  versions: number[];
  flags: number;
  hash: 'sha256' | 'sha384' | 'sha512';
  /** Bit of BaseAsymSel. */
  asym: number;
  signing: 'ecdsa' | 'ssa' | 'pss';
  dhe: number;
  aead: number;
  key: KeyObject;
  slots: Map<number, Buffer>;
  measurements: TestMeasurement[];
  /** The most bytes of a portion of a chain. */
  portion: number;
  heartbeat: number;
  nonce: () => Buffer;
}

/** Changes an answer after it was made (and signed); undefined leaves it. */
export type Twist = (answer: Buffer, request: Buffer) => Buffer | undefined;

const HASH_BITS = { sha256: 1, sha384: 2, sha512: 4 } as const;

/** Who sends these before a challenge has given it up. Source: DSP0274 1.2, CHALLENGE_AUTH, M1/M2. */
const GIVE_UP = [0xe0, 0xe4, 0xe5, 0xe8, 0xe9, 0xec];

/** SHA-256 of measurements. */
const MEASUREMENT_HASH = 2;

/**
 * A responder written by hand from DSP0274, without the codecs and the cryptography that the requester uses, and told to
 * misbehave by its test.
 */
export class ScriptedDevice implements DoeTransport {
  readonly script: DeviceScript;
  version = 0x10;
  /** Codes of requests, in their order; those of sessions too. */
  readonly asked: number[] = [];
  readonly requests: Buffer[] = [];
  /** GET_VERSION .. ALGORITHMS. */
  connection: Buffer = Buffer.alloc(0);
  session: ScriptedSession | undefined;
  #challenge: Buffer[] = [];
  #authenticated = false;
  #measurements: Buffer[] = [];
  readonly #twists = new Map<number, Twist>();
  readonly #instead: { code: number; times: number; answer: (request: Buffer) => Buffer }[] = [];
  /** Changes a whole data object of a session on its way back. */
  onRecord: ((record: Buffer) => Buffer) | undefined;

  constructor(script: DeviceScript) {
    this.script = script;
  }

  /** Changes answers to requests of the code. */
  twist(code: number, twist: Twist): this {
    this.#twists.set(code, twist);
    return this;
  }

  /** Answers requests of the code otherwise, some times, without looking at them. */
  instead(code: number, answer: (request: Buffer) => Buffer, times = Infinity): this {
    this.#instead.push({ code, times, answer });
    return this;
  }

  error(code: number, data = 0, extended: number[] = []): Buffer {
    return Buffer.of(this.version, 0x7f, code, data, ...extended);
  }

  async exchange(vendor: number, type: number, payload: Uint8Array): Promise<Uint8Array> {
    const object = Buffer.from(payload);
    if (vendor !== 1 || (type !== 1 && type !== 2)) {
      throw new Error(`no feature ${vendor}:${type}`);
    }
    const answer =
      type === 1
        ? this.respond(object)
        : (this.session?.exchange(object) ?? Buffer.of(this.version, 0x7f, 0x0b, 0));
    const changed = type === 2 && this.onRecord ? this.onRecord(answer) : answer;
    const padding = (4 - (changed.length % 4)) % 4;
    return new Uint8Array(Buffer.concat([changed, Buffer.alloc(padding)]));
  }

  /** One message and its answer. */
  respond(request: Buffer, session?: ScriptedSession): Buffer {
    const code = request[1] ?? 0;
    this.asked.push(code);
    this.requests.push(request);
    const instead = this.#instead.find((entry) => entry.code === code && entry.times > 0);
    if (instead) {
      instead.times -= 1;
      return instead.answer(request);
    }
    if (code !== 0xe0) {
      this.#measurements = [];
    }
    if (GIVE_UP.includes(code) && !this.#authenticated) {
      this.#challenge = [];
    }
    const answer = this.#answer(code, request, session);
    return this.#twists.get(code)?.(Buffer.from(answer), request) ?? answer;
  }

  /** Source: DSP0274 1.2, section Signature generation. */
  sign(use: string, data: Buffer): Buffer {
    const { hash, key, signing } = this.script;
    let message = data;
    if (this.version >= 0x12) {
      const prefix = Buffer.alloc(100);
      prefix.write(`dmtf-spdm-v1.${this.version & 0xf}.*`.repeat(4), 'ascii');
      const text = `responder-${use} signing`;
      prefix.write(text, 100 - text.length, 'ascii');
      message = Buffer.concat([prefix, createHash(hash).update(data).digest()]);
    }
    return sign(
      hash,
      message,
      signing === 'ecdsa'
        ? { key, dsaEncoding: 'ieee-p1363' }
        : signing === 'ssa'
          ? { key, padding: constants.RSA_PKCS1_PADDING }
          : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: digestSize(hash) },
    );
  }

  digest(data: Buffer): Buffer {
    return createHash(this.script.hash).update(data).digest();
  }

  #answer(code: number, request: Buffer, session?: ScriptedSession): Buffer {
    switch (code) {
      case 0x84:
        this.version = 0x10;
        this.connection = Buffer.alloc(0);
        this.session = undefined;
        this.#challenge = [];
        this.#authenticated = false;
        return this.#connected(request, this.#versions());
      case 0xe1:
        this.version = request[0] ?? 0;
        return this.#connected(request, this.#capabilities());
      case 0xe3:
        return this.#connected(request, this.#algorithms(request));
      case 0x81:
        this.#challenge = [];
        return this.#challenged(request, this.#digests(), session);
      case 0x82:
        return this.#challenged(request, this.#certificate(request), session);
      case 0x83:
        return this.#challengeAuth(request);
      case 0xe0:
        return this.#measured(request);
      case 0xe4:
        this.session = new ScriptedSession(this, request);
        return this.session.response;
      default:
        return session ? session.answer(code, request) : this.error(7, code);
    }
  }

  #connected(request: Buffer, answer: Buffer): Buffer {
    this.connection = Buffer.concat([this.connection, request, answer]);
    return answer;
  }

  #challenged(request: Buffer, answer: Buffer, session: ScriptedSession | undefined): Buffer {
    if (!session) {
      this.#challenge.push(request, answer);
    }
    return answer;
  }

  #versions(): Buffer {
    const { versions } = this.script;
    return Buffer.from([
      ...[0x10, 4, 0, 0, 0, versions.length],
      ...versions.flatMap((version) => [0, version]),
    ]);
  }

  #capabilities(): Buffer {
    const answer = Buffer.alloc(this.version >= 0x12 ? 20 : 12);
    answer.set([this.version, 0x61, 0, 0, 0, 20]);
    answer.writeUInt32LE(this.script.flags, 8);
    if (this.version >= 0x12) {
      answer.writeUInt32LE(0x1200, 12);
      answer.writeUInt32LE(0x1200, 16);
    }
    return answer;
  }

  #algorithms(request: Buffer): Buffer {
    const { asym, hash, dhe, aead, flags } = this.script;
    const structs = this.version >= 0x11 && (request[2] ?? 0) > 0 ? [dhe, aead, 1] : [];
    const answer = Buffer.alloc(36 + structs.length * 4);
    answer.set([this.version, 0x63, structs.length]);
    answer.writeUInt16LE(answer.length, 4);
    answer[6] = (flags & 0x18) !== 0 ? 1 : 0;
    answer[7] = request[7] ?? 0;
    answer.writeUInt32LE((flags & 0x18) !== 0 ? MEASUREMENT_HASH : 0, 8);
    answer.writeUInt32LE(asym, 12);
    answer.writeUInt32LE(HASH_BITS[hash], 16);
    const types = [2, 3, 5];
    for (const [index, bits] of structs.entries()) {
      answer.set([types[index] ?? 0, 0x20, bits & 0xff, bits >> 8], 36 + index * 4);
    }
    return answer;
  }

  #digests(): Buffer {
    const slots = [...this.script.slots].sort(([a], [b]) => a - b);
    const mask = slots.reduce((all, [slot]) => all | (1 << slot), 0);
    const supported = this.version >= 0x13 ? mask : 0;
    return Buffer.concat([
      Buffer.of(this.version, 1, supported, mask),
      ...slots.map(([, chain]) => this.digest(chain)),
    ]);
  }

  #certificate(request: Buffer): Buffer {
    const slot = request[2] ?? 0;
    const chain = this.script.slots.get(slot);
    if (!chain) {
      return this.error(1);
    }
    const offset = request.readUInt16LE(4);
    const length = Math.min(request.readUInt16LE(6), this.script.portion, chain.length - offset);
    const portion = chain.subarray(offset, offset + length);
    const header = Buffer.of(this.version, 2, slot, 0, 0, 0, 0, 0);
    header.writeUInt16LE(length, 4);
    header.writeUInt16LE(chain.length - offset - length, 6);
    return Buffer.concat([header, portion]);
  }

  #challengeAuth(request: Buffer): Buffer {
    const slot = request[2] ?? 0;
    const chain = this.script.slots.get(slot) ?? Buffer.alloc(0);
    const mask = [...this.script.slots.keys()].reduce((all, each) => all | (1 << each), 0);
    const body = Buffer.concat([
      Buffer.of(this.version, 3, slot, mask),
      this.digest(chain),
      this.script.nonce(),
      request[3] === 0 ? Buffer.alloc(0) : this.summary(),
      Buffer.alloc(2),
      this.version >= 0x13 ? request.subarray(36, 44) : Buffer.alloc(0),
    ]);
    const data = Buffer.concat([this.connection, ...this.#challenge, request, body]);
    this.#challenge = [];
    this.#authenticated = true;
    return Buffer.concat([body, this.sign('challenge_auth', data)]);
  }

  /** Of all measurements; before version 1.2 without the headers of the blocks. */
  summary(): Buffer {
    const from = this.version >= 0x12 ? 0 : 4;
    const blocks = this.script.measurements.map((each) => blockOf(each).subarray(from));
    return this.digest(Buffer.concat(blocks));
  }

  #measured(request: Buffer): Buffer {
    const signed = ((request[2] ?? 0) & 1) !== 0;
    const operation = request[3] ?? 0;
    const { measurements } = this.script;
    const wanted = measurements.filter(({ index }) => operation === 0xff || index === operation);
    if (operation !== 0 && wanted.length === 0) {
      return this.error(1);
    }
    const record = Buffer.concat(wanted.map(blockOf));
    const header = Buffer.alloc(8);
    const slot = signed && this.version >= 0x11 ? (request[36] ?? 0) : 0;
    header.set([this.version, 0x60, operation === 0 ? measurements.length : 0, slot]);
    header[4] = wanted.length;
    header.writeUIntLE(record.length, 5, 3);
    const at = signed ? (this.version >= 0x11 ? 37 : 36) : 4;
    const context = this.version >= 0x13 ? request.subarray(at, at + 8) : Buffer.alloc(0);
    const body = Buffer.concat([header, record, this.script.nonce(), Buffer.alloc(2), context]);
    this.#measurements.push(request, body);
    if (!signed) {
      return body;
    }
    const first = this.version >= 0x12 ? [this.connection] : [];
    const data = Buffer.concat([...first, ...this.#measurements]);
    this.#measurements = [];
    return Buffer.concat([body, this.sign('measurements', data)]);
  }
}

/** Source: DSP0274 1.2, section Measurement block. */
export function blockOf({ index, type, value }: TestMeasurement): Buffer {
  const header = Buffer.alloc(7);
  header.set([index, 1]);
  header.writeUInt16LE(value.length + 3, 2);
  header[4] = type;
  header.writeUInt16LE(value.length, 5);
  return Buffer.concat([header, value]);
}

export function freshNonce(): Buffer {
  return randomBytes(32);
}

function digestSize(hash: DeviceScript['hash']): number {
  return { sha256: 32, sha384: 48, sha512: 64 }[hash];
}
