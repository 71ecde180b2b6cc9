import { PciFunction } from './pci-function.js';
import { config } from './pci-registers.js';
import { type QtestClient } from './qtest-client.js';

/** Addresses from `first` up to `end`, which is not one of them. */
export interface AddressRange {
  readonly first: number;
  readonly end: number;
}

/** A bus: the functions on it, and the addresses that reach their BARs. */
export class PciBus {
  #nextMemory: number;
  #nextPort: number;

  /** `ecam` is the address of configuration space of bus 0. */
  constructor(
    readonly qtest: QtestClient,
    readonly ecam: number,
    readonly number: number,
    readonly memory: AddressRange,
    readonly ports: AddressRange,
  ) {
    this.#nextMemory = memory.first;
    this.#nextPort = ports.first;
  }

  /** The function at an address, whether there is one or not. */
  at(slot: number, number = 0): PciFunction {
    const place = ((this.number * 32 + slot) * 8 + number) * 0x1000;
    return new PciFunction(this, this.ecam + place);
  }

  /**
   * The functions 0 with this vendor and device id, by their slot.
   */
  async findAll(vendor: number, device: number): Promise<PciFunction[]> {
    const found: PciFunction[] = [];
    for (let slot = 0; slot < 32; slot += 1) {
      const candidate = this.at(slot);
      if ((await candidate.read(config.id, 4)) === device * 0x1_0000 + vendor) {
        found.push(candidate);
      }
    }
    return found;
  }

  /**
   * The first function with this vendor and device id.
   *
   * @throws Error if there is none
   */
  async find(vendor: number, device: number): Promise<PciFunction> {
    const [found] = await this.findAll(vendor, device);
    if (found === undefined) {
      throw new Error(`no ${vendor.toString(16)}:${device.toString(16)} on bus ${this.number}`);
    }
    return found;
  }

  /**
   * Free addresses for a BAR of `size` bytes, a power of two.
   *
   * @throws RangeError if there are no more
   */
  takeMemory(size: number): number {
    const first = alignedUp(this.#nextMemory, size);
    this.#nextMemory = within(this.memory, first + size);
    return first;
  }

  /** The same for ports. */
  takePorts(size: number): number {
    const first = alignedUp(this.#nextPort, size);
    this.#nextPort = within(this.ports, first + size);
    return first;
  }
}

function alignedUp(address: number, size: number): number {
  return Math.ceil(address / size) * size;
}

function within({ end }: AddressRange, next: number): number {
  if (next > end) {
    throw new RangeError(`no room for a BAR: it would end at 0x${next.toString(16)}`);
  }
  return next;
}
