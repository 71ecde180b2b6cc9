import { createHash } from 'node:crypto';
import type { HashAlgorithm } from '../algorithms/hashes.js';
import { concatBytes } from '../bytes/writer.js';

/** Messages of both sides, exact bytes one behind the other, which signatures and keys are over. */
export class Transcript {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Keeps a copy of the bytes. */
  append(bytes: Uint8Array): this {
    this.#parts.push(bytes.slice());
    this.#length += bytes.length;
    return this;
  }

  /** A copy of everything. */
  bytes(): Uint8Array {
    return concatBytes(this.#parts, this.#length);
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }

  /** Another that goes on from here. */
  copy(): Transcript {
    const copy = new Transcript();
    copy.#parts = [...this.#parts];
    copy.#length = this.#length;
    return copy;
  }

  hash({ name }: Pick<HashAlgorithm, 'name'>): Uint8Array {
    const hash = createHash(name);
    for (const part of this.#parts) hash.update(part);
    return new Uint8Array(hash.digest());
  }
}

/** The hash of some bytes. */
export function hashOf({ name }: Pick<HashAlgorithm, 'name'>, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(name).update(bytes).digest());
}
