import { failure } from '../errors/index.js';
import { slotSource, type ResolveDescriptor, type Slot } from '../irq/slot.js';
import { SourceSubscription } from '../irq/source-subscription.js';
import type { Doorbell, Region } from '../region/index.js';

/** Eventfds of one device at the most. Source: Linux drivers/vfio/pci, VFIO_PCI_IOEVENTFD_MAX. */
export const IOEVENTFD_LIMIT = 1000;

/** A write that an eventfd does: struct vfio_device_ioeventfd, with the region told apart. */
export interface IoeventfdRequest {
  readonly region: number;
  readonly offset: number;
  /** Bytes; 8 is known and refused, as in the kernel. */
  readonly width: 1 | 2 | 4 | 8;
  readonly data: bigint;
  /** A source of signals; -1 ends the write that was asked for before. */
  readonly slot: Slot;
}

interface Entry {
  readonly region: number;
  readonly offset: number;
  readonly width: number;
  readonly data: bigint;
  readonly subscription: SourceSubscription;
}

/** What the eventfds of a device need of its endpoint. */
export interface IoeventfdTarget {
  /** The region of an index, or undefined if there is none to write to. */
  region(index: number): Region | undefined;
  write(region: number, offset: number, data: DataView, length: number): void;
}

/**
 * Writes that a client has done by signalling an eventfd, without a call of its own: doorbells of a guest.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd.
 */
export class Ioeventfds {
  readonly #target: IoeventfdTarget;
  readonly #entries: Entry[] = [];

  constructor(target: IoeventfdTarget) {
    this.#target = target;
  }

  /** Throws, in this order, EINVAL for the place and the width, EEXIST, ENODEV, ENOSPC, and what the slot gives. */
  set(request: IoeventfdRequest, resolve: ResolveDescriptor): void {
    const { region, offset, width, data, slot } = request;
    if (this.#target.region(region)?.allowsIoeventfd(offset, width) !== true) {
      throw failure('ioeventfd.place', { region, offset, width });
    }
    if (width === 8) {
      throw failure('ioeventfd.width', { width });
    }
    const at = this.#entries.findIndex(
      (entry) =>
        entry.region === region &&
        entry.offset === offset &&
        entry.width === width &&
        entry.data === data,
    );
    if (typeof slot === 'number' && slot < 0) {
      this.#remove(at);
      return;
    }
    if (at >= 0) {
      throw failure('ioeventfd.exists', { region, offset, width });
    }
    if (this.#entries.length >= IOEVENTFD_LIMIT) {
      throw failure('ioeventfd.limit', { limit: IOEVENTFD_LIMIT });
    }
    this.#add(request, resolve);
  }

  /** What a signal of the device's own eventfd does. Never throws: what the write throws is logged. */
  ring(region: number, { offset, width, data = 0n }: Doorbell): void {
    const bytes = littleEndian(data);
    this.#target.write(region, offset, bytes, width);
  }

  /** The client is gone. */
  clear(): void {
    for (const { subscription } of this.#entries.splice(0)) {
      subscription[Symbol.dispose]();
    }
  }

  #add({ region, offset, width, data, slot }: IoeventfdRequest, resolve: ResolveDescriptor): void {
    const source = slotSource(slot, resolve);
    if (source === undefined) {
      throw failure('irq.not-eventfd');
    }
    const bytes = littleEndian(data);
    const subscription = new SourceSubscription();
    // Kept first: the write of a source that is signalled already may end in a close of the client.
    const entry = { region, offset, width, data, subscription };
    this.#entries.push(entry);
    try {
      subscription.start(source, () => {
        this.#target.write(region, offset, bytes, width);
      });
    } catch (error) {
      const at = this.#entries.indexOf(entry);
      if (at >= 0) {
        this.#entries.splice(at, 1);
      }
      throw error;
    }
  }

  #remove(at: number): void {
    const [entry] = at < 0 ? [] : this.#entries.splice(at, 1);
    if (entry === undefined) {
      throw failure('ioeventfd.not-found');
    }
    entry.subscription[Symbol.dispose]();
  }
}

function littleEndian(data: bigint): DataView {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, data, true);
  return bytes;
}
