import { failure } from '../../errors/index.js';
import type { BoundClass } from '../schema/bound.js';
import { ObjectEntry } from './object-entry.js';

const INDEX_RANGE = 2 ** 20;
const HANDLE_RANGE = 2 ** 53;

/** Objects that one client can have unless it is told otherwise. */
export const DEFAULT_MAX_OBJECTS = 65_536;

/** One for all clients of a device: no handle is ever used twice. */
export class NonceCounter {
  #last = 0;

  /** 1 .. 2^33-1. Throws ENOSPC `object.too-many` when there are no more. */
  next(): number {
    if (this.#last >= HANDLE_RANGE / INDEX_RANGE - 1) {
      throw failure('object.too-many');
    }
    this.#last += 1;
    return this.#last;
  }
}

/**
 * The objects of one client by their handles: a handle is an index and a nonce, so that it never names the object that came
 * after the one it was given for, nor one of another client.
 *
 * Source: Linux drivers/infiniband/core/rdma_core.c, struct ib_uverbs_file (idr).
 */
export class HandleTable {
  readonly #entries: (ObjectEntry | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #nonces: NonceCounter;
  readonly #limit: number;
  #size = 0;

  /** @throws RangeError for a limit that is not 1 .. 2^20 */
  constructor(nonces: NonceCounter, limit: number = DEFAULT_MAX_OBJECTS) {
    if (!Number.isInteger(limit) || limit < 1 || limit > INDEX_RANGE) {
      throw new RangeError(`a client can have 1 .. ${INDEX_RANGE} objects, not ${limit}`);
    }
    this.#nonces = nonces;
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Reserves a handle. Throws ENOSPC `object.too-many`. */
  begin(bound: BoundClass): ObjectEntry {
    if (this.#size >= this.#limit) {
      throw failure('object.too-many', { most: this.#limit });
    }
    const nonce = this.#nonces.next();
    const index = this.#free.pop() ?? this.#entries.length;
    const entry = new ObjectEntry(nonce * INDEX_RANGE + index, bound);
    this.#entries[index] = entry;
    this.#size += 1;
    return entry;
  }

  /** The entry of a handle, whatever its condition. Throws EINVAL `object.handle` for what cannot be one. */
  find(handle: number): ObjectEntry | undefined {
    if (handle >= HANDLE_RANGE) {
      throw failure('object.handle', { handle });
    }
    const entry = this.#entries[handle % INDEX_RANGE];
    return entry?.handle === handle ? entry : undefined;
  }

  remove(entry: ObjectEntry): void {
    const index = entry.handle % INDEX_RANGE;
    if (this.#entries[index] === entry) {
      this.#entries[index] = undefined;
      this.#free.push(index);
      this.#size -= 1;
    }
  }

  /** All entries, oldest first. */
  list(): ObjectEntry[] {
    return this.#entries.filter((entry) => entry !== undefined).sort((a, b) => a.handle - b.handle);
  }
}
