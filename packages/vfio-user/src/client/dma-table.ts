import {
  AddressSpace,
  DmaPort,
  normalIova,
  type DeviceEvents,
  type DmaMap,
  type Iova,
  type Logger,
} from '@mdevkit/core';

/** One map, as the server is told of it. */
export interface MapCommand {
  readonly iova: Iova;
  readonly size: number;
  /** VFIO_USER_F_DMA_REGION_READ and _WRITE. */
  readonly flags: number;
  /** Where the memory begins in the descriptor; 0 without one. */
  readonly offset: number;
  /** Lent for the send. Without it the server asks for the bytes by messages. */
  readonly fd: number | undefined;
}

/** A map that was taken out of the table, with all that puts it back. */
interface Removed {
  readonly iova: Iova;
  readonly size: number;
  readonly restore: DmaMap;
}

/** What an unmap takes away: one command for each map, because the server knows maps by exact match only. */
export interface Unmapping {
  readonly bytes: number;
  readonly maps: readonly Removed[];
}

type Area = NonNullable<ReturnType<AddressSpace['find']>>;

const nothing: readonly Removed[] = [];

/**
 * What the client has mapped for the device, with the rules and the errors of type1 v2, as in process. The server's
 * messages are served from here, whatever the server believes is mapped.
 *
 * Source: Linux drivers/vfio/vfio_iommu_type1.c.
 */
export class DmaTable {
  /** The device's accesses by messages; those that are refused are `fault` events of the client. */
  readonly port: DmaPort;
  readonly #space: AddressSpace;

  constructor(mapLimit: number, events: DeviceEvents, logger: Logger) {
    this.#space = new AddressSpace({ mapLimit, logger });
    this.port = DmaPort.onto(this.#space, events);
  }

  get space(): AddressSpace {
    return this.#space;
  }

  /** Throws as `map` of an address space does. */
  add(map: DmaMap): MapCommand {
    const { iova, memory, offset, size, read, write } = map;
    const start = this.#space.map({ iova, memory, offset, size, read, write });
    const area = this.#space.find(start);
    if (area === undefined) {
      throw new TypeError('a map is gone as soon as it is made');
    }
    const { place } = area.memory;
    const flags = area.access;
    return {
      iova: start,
      size: area.size,
      flags,
      offset: place === undefined ? 0 : place.offset + area.offset,
      fd: place?.fd,
    };
  }

  /** Throws as `unmap` of an address space does, and then removes nothing. */
  remove(iova: Iova, size: number): Unmapping {
    const maps = this.#within(iova, size).map(removedOf);
    const bytes = this.#space.unmap(iova, size);
    return { bytes, maps: bytes === 0 ? nothing : maps };
  }

  /** The server did not let go of a map. If its place was taken meanwhile, the newer one stays. */
  restore({ restore }: Removed): void {
    try {
      this.#space.map(restore);
    } catch {
      // Its memory is gone, or its place: what the server still asks for there is refused.
    }
  }

  clear(): void {
    this.#space.unmapAll();
    this.#space.stopDirtyTracking();
  }

  /** The maps that have a byte in the range; mostly there is one, and it is the range. */
  #within(iova: Iova, size: number): Area[] {
    const first = isAddress(iova) ? this.#space.find(normal(iova)) : undefined;
    if (first?.start === normal(iova) && first.size === size) {
      return [first];
    }
    const end = isAddress(iova) && isAddress(size) ? BigInt(iova) + BigInt(size) : 0n;
    return [...this.#space.areas].filter((area) => area.start < end && area.last >= iova);
  }
}

function isAddress(value: Iova): boolean {
  return typeof value === 'bigint'
    ? value >= 0n && value < 2n ** 64n
    : Number.isSafeInteger(value) && value >= 0;
}

function normal(iova: Iova): Iova {
  return typeof iova === 'bigint' ? normalIova(iova) : iova;
}

function removedOf({ start, size, memory, offset, access }: Area): Removed {
  const restore = {
    iova: start,
    memory,
    offset,
    size,
    read: (access & 1) !== 0,
    write: (access & 2) !== 0,
  };
  return { iova: start, size, restore };
}
