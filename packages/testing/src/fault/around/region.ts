import { VFIO_REGION_INFO_FLAG_READ, VFIO_REGION_INFO_FLAG_WRITE } from '@mdevkit/uapi';
import type { Region } from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';
import type { ClientAccess } from './client-access.js';

type Count = number | Promise<number>;

/** A region of a model at its index, as a plan has it. It stands for `inner` in everything but its accesses. */
export function faultyRegion(
  inner: Region,
  index: number,
  faults: MdevFaults,
  client: ClientAccess,
): Region {
  const accesses = new FaultyAccesses(inner, index, faults, client);
  // Its members are private, so each method has to be called on the region itself.
  const own = new Map<PropertyKey, unknown>([
    ['read', accesses.read.bind(accesses)],
    ['write', accesses.write.bind(accesses)],
  ]);
  return new Proxy(inner, {
    get: (_, name) => {
      const known = own.get(name);
      if (known !== undefined) {
        return known;
      }
      const value: unknown = Reflect.get(inner, name, inner);
      if (typeof value !== 'function') {
        return value;
      }
      const bound: unknown = value.bind(inner);
      own.set(name, bound);
      return bound;
    },
  });
}

class FaultyAccesses {
  readonly #inner: Region;
  readonly #index: number;
  readonly #faults: MdevFaults;
  readonly #client: ClientAccess;

  constructor(inner: Region, index: number, faults: MdevFaults, client: ClientAccess) {
    this.#inner = inner;
    this.#index = index;
    this.#faults = faults;
    this.#client = client;
  }

  read(offset: number, data: DataView, at: number, length: number): Count {
    const struck = this.#client.take();
    this.#faults.enter(sites.modelRead, { region: this.#index, offset, length });
    if (this.#faults.isLinkDown && this.#admits(VFIO_REGION_INFO_FLAG_READ, offset, length)) {
      bytesOf(data, at, length).fill(0xff);
      return length;
    }
    const answer = this.#inner.read(offset, data, at, length);
    if (struck?.spoils !== true) {
      return answer;
    }
    const spoil = (count: number): number => {
      const bytes = bytesOf(data, at, count);
      const carried = struck.carried(count);
      bytes.fill(0, carried);
      struck.turn(bytes.subarray(0, carried));
      return count;
    };
    return typeof answer === 'number' ? spoil(answer) : answer.then(spoil);
  }

  write(offset: number, data: DataView, at: number, length: number): Count {
    const delayMs = this.#client.take()?.delayMs;
    if (delayMs === undefined || !this.#admits(VFIO_REGION_INFO_FLAG_WRITE, offset, length)) {
      return this.#write(offset, data, at, length);
    }
    const kept = new DataView(bytesOf(data, at, length).slice().buffer);
    this.#faults.later.add(delayMs, () => this.#write(offset, kept, 0, length));
    return length;
  }

  #write(offset: number, data: DataView, at: number, length: number): Count {
    this.#faults.enter(sites.modelWrite, { region: this.#index, offset, length });
    return this.#faults.isLinkDown && this.#admits(VFIO_REGION_INFO_FLAG_WRITE, offset, length)
      ? length
      : this.#inner.write(offset, data, at, length);
  }

  /** Whether the region would serve all of an access; any other it has to refuse, or to cut, itself. */
  #admits(direction: number, offset: number, length: number): boolean {
    const { flags, size } = this.#inner;
    return (flags & direction) !== 0 && offset >= 0 && offset + length <= size;
  }
}

function bytesOf(data: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset + at, length);
}
