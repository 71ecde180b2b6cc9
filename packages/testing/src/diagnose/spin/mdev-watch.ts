import type { ClientCall, Clock, DeviceModel, MdevIdentity } from '@mdevkit/core';
import {
  DevicePlaces,
  fieldsText,
  hex,
  valueOf,
  WIDEST_VALUE,
  type RegionNames,
} from '../names/index.js';
import { Cycles, LONGEST_CYCLE, type RepeatedRead } from './cycles.js';
import type { Spin, SpinRead, SpinWrite } from './spin.js';

type Access = Extract<ClientCall, { readonly kind: 'read' | 'write' }>;

export interface MdevWatchOptions {
  readonly identity: MdevIdentity;
  readonly clock: Clock;
  readonly names: RegionNames;
  /** Rounds of a loop that make it a spin. */
  readonly limit: number;
  /** A spin was found; it goes on until {@link MdevWatch.current} is undefined or another. */
  readonly found: (spin: Spin) => void;
  /** A spin is over. */
  readonly over: (spin: Spin) => void;
}

/** Follows what the client of one mdev reads. */
export class MdevWatch {
  readonly #options: MdevWatchOptions;
  readonly #cycles = new Cycles();
  /** Of the read at hand; filled again for each. */
  readonly #read: RepeatedRead = { region: 0, offset: 0, length: 0, low: 0, high: 0, at: 0 };
  #places = new DevicePlaces([]);
  /** Length of the loop that the client spins in; 0 while it does not. */
  #spinning = 0;
  #lastAt = 0;
  #lastWrite: SpinWrite | undefined;

  constructor(options: MdevWatchOptions) {
    this.#options = options;
  }

  attach(model: DeviceModel): void {
    this.#places = DevicePlaces.of(model, this.#options.names);
  }

  /** The spin that is going on. */
  get current(): Spin | undefined {
    return this.#spinning === 0 ? undefined : this.#spinOf(this.#spinning);
  }

  /** The client has read `served` bytes. */
  read({ region, offset, data, at }: Access, served: number): void {
    const read = this.#read;
    read.region = region;
    read.offset = offset;
    read.length = served;
    read.low = word(data, at, served, 0);
    read.high = word(data, at, served, 4);
    read.at = this.#options.clock.now();
    if (this.#spinning !== 0 && !this.#cycles.goesOn(this.#spinning, read)) {
      this.#end();
    }
    this.#cycles.add(read);
    this.#lastAt = read.at;
    for (let length = 1; length <= LONGEST_CYCLE && this.#spinning === 0; length += 1) {
      if (this.#cycles.rounds(length) >= this.#options.limit) {
        this.#spinning = length;
        this.#options.found(this.#spinOf(length));
      }
    }
  }

  /** The client has done something that is no read; what it wrote, `served` bytes, is kept. */
  other(write?: Access, served = 0): void {
    this.#end();
    this.#cycles.clear();
    if (write !== undefined && served > 0) {
      this.#lastWrite = {
        where: this.#where(write.region, write.offset, served),
        value: valueOf(write.data, write.at, Math.min(served, WIDEST_VALUE)),
      };
    }
  }

  #end(): void {
    const spin = this.current;
    this.#spinning = 0;
    if (spin !== undefined) {
      this.#options.over(spin);
    }
  }

  #spinOf(length: number): Spin {
    const { identity } = this.#options;
    return {
      type: identity.type,
      uuid: identity.uuid,
      reads: this.#cycles.round(length).map((read) => this.#readOf(read)),
      count: this.#cycles.rounds(length),
      ms: this.#lastAt - this.#cycles.since(length),
      lastWrite: this.#lastWrite,
    };
  }

  #readOf({ region, offset, length, low, high }: Readonly<RepeatedRead>): SpinRead {
    const value = (BigInt(high) << 32n) | BigInt(low);
    const [piece] = this.#places.split(region, offset, length);
    const row = piece?.row;
    const isWhole = row?.offset === offset && row.width === length;
    return {
      where: this.#where(region, offset, length),
      offset,
      width: length,
      value,
      fields: isWhole ? fieldsText(row, value) : '',
    };
  }

  #where(region: number, offset: number, length: number): string {
    const name = this.#places.regionName(region) ?? `region ${region}`;
    const [piece] = this.#places.split(region, offset, length);
    if (piece?.name === undefined) {
      return `${name} ${hex(offset)}`;
    }
    const away = offset - piece.offset;
    return `${name} ${piece.name}${away === 0 ? '' : `+${away}`}`;
  }
}

/** Up to 4 bytes of what was read, from `from` on; 0 behind its end. */
function word(data: DataView, at: number, served: number, from: number): number {
  let value = 0;
  for (let byte = Math.min(served, from + 4) - 1; byte >= from; byte -= 1) {
    value = value * 256 + data.getUint8(at + byte);
  }
  return value;
}
