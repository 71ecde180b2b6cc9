import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/*
 * The key schedule and the records of a session, written a second time, from the specifications alone.
 */

/** One direction of a session, on the device's side. */
export class TestDirection {
  readonly hash: string;
  readonly version: number;
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  secret: Buffer;
  sequence = 0;

  constructor(
    hash: string,
    version: number,
    cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305',
    secret: Buffer,
  ) {
    this.hash = hash;
    this.version = version;
    this.cipher = cipher;
    this.secret = secret;
  }

  /** The direction after KEY_UPDATE. */
  updated(): TestDirection {
    const secret = this.#expand('traffic upd', this.secret.length);
    return new TestDirection(this.hash, this.version, this.cipher, secret);
  }

  finishedKey(): Buffer {
    return this.#expand('finished', this.secret.length);
  }

  /** Source: DSP0277 1.1, Secured Message format, without a sequence number in it. */
  seal(sessionId: number, message: Uint8Array): Buffer {
    const plain = Buffer.concat([Buffer.alloc(2), message]);
    plain.writeUInt16LE(message.length);
    const header = Buffer.alloc(6);
    header.writeUInt32LE(sessionId);
    header.writeUInt16LE(plain.length + 16, 4);
    const cipher = createCipheriv(this.cipher as 'aes-256-gcm', this.#key(), this.#nonce(), {
      authTagLength: 16,
    });
    cipher.setAAD(header, { plaintextLength: plain.length });
    return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws if the record does not open. */
  open(record: Buffer): Buffer {
    const end = 6 + record.readUInt16LE(4);
    const decipher = createDecipheriv(this.cipher as 'aes-256-gcm', this.#key(), this.#nonce(), {
      authTagLength: 16,
    });
    decipher.setAAD(record.subarray(0, 6), { plaintextLength: end - 22 });
    decipher.setAuthTag(record.subarray(end - 16, end));
    const plain = Buffer.concat([decipher.update(record.subarray(6, end - 16)), decipher.final()]);
    return plain.subarray(2, 2 + plain.readUInt16LE());
  }

  #key(): Buffer {
    return this.#expand('key', this.cipher === 'aes-128-gcm' ? 16 : 32);
  }

  #nonce(): Buffer {
    const nonce = this.#expand('iv', 12);
    nonce.writeBigUInt64LE(nonce.readBigUInt64LE() ^ BigInt(this.sequence));
    this.sequence += 1;
    return nonce;
  }

  #expand(label: string, length: number): Buffer {
    return expand(this.hash, this.version, this.secret, label, length);
  }
}

/** HKDF-Expand with the label of SPDM. Source: DSP0274 1.2, section Key schedule; RFC 5869. */
export function expand(
  hash: string,
  version: number,
  secret: Buffer,
  label: string,
  length: number,
  context: Buffer = Buffer.alloc(0),
): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16LE(length);
  const text = Buffer.from(`spdm1.${version & 0xf} ${label}`, 'ascii');
  const info = Buffer.concat([size, text, context]);
  const blocks: Buffer[] = [];
  let last = Buffer.alloc(0);
  for (let counter = 1; Buffer.concat(blocks).length < length; counter++) {
    last = hmacOf(hash, secret, Buffer.concat([last, info, Buffer.of(counter)]));
    blocks.push(last);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

export function hmacOf(hash: string, key: Buffer, data: Buffer): Buffer<ArrayBuffer> {
  return Buffer.from(createHmac(hash, key).update(data).digest());
}
