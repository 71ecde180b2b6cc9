import {
  DmaPort,
  type DeviceEvents,
  type DmaCounters,
  type DmaFault,
  type Iova,
  type Pasid,
} from '@mdevkit/core';
import { AccessNotes, type DmaRecord, type FakeDmaAccess } from './dma-record.js';
import { FakeSpace, type FakeDmaMap } from './fake-space.js';
import { NotedDma } from './noted-dma.js';

export interface FakeDmaOptions {
  /** What the device can reach; more by {@link FakeDma.map}. */
  readonly maps?: readonly FakeDmaMap[];
  /** The device's own, 1 by default. */
  readonly pasid?: Pasid;
  /** Learns of faults, as the client of a device does. */
  readonly events?: DeviceEvents;
}

/**
 * The client's memory, for the test of a device model: the core's own address space and door to it, so that every rule and
 * every error is the same, with a record of what the device did. Maps may begin and end at any byte.
 *
 * @example
 * const dma = new FakeDma({ maps: [{ iova: 0x1000, size: 64 }] });
 * dma.write(0x1010, Uint8Array.of(1, 2));
 * dma.bytesAt(0x1010, 2); // 1, 2
 * dma.read(0x2000, new Uint8Array(4)); // throws EFAULT dma.fault
 */
export class FakeDma extends NotedDma implements DmaRecord, Disposable {
  readonly #port: DmaPort;
  readonly #own: FakeSpace;
  readonly #others: Map<Pasid, FakeSpace>;
  readonly #notes: AccessNotes;
  readonly #faults: DmaFault[];

  /** Throws as {@link FakeDma.map}. */
  constructor({ maps = [], pasid = 1, events }: FakeDmaOptions = {}) {
    const others = new Map<Pasid, FakeSpace>();
    const notes = new AccessNotes((of, iova, length) =>
      (others.get(of) ?? own).bytesAt(iova, length),
    );
    const own: FakeSpace = new FakeSpace(pasid, maps, notes);
    const faults: DmaFault[] = [];
    const port = new DmaPort(
      {
        report: (event) => {
          if (event.kind === 'fault') {
            const { kind: _, ...fault } = event;
            faults.push(fault);
          }
          events?.report(event);
        },
      },
      { target: (wanted) => others.get(wanted) },
    );
    super(port, notes);
    port.retarget(own);
    this.#port = port;
    this.#own = own;
    this.#others = others;
    this.#notes = notes;
    this.#faults = faults;
  }

  /**
   * What succeeded, of all PASIDs, oldest first; pieces of lists and views one by one. A view for writing stands here when
   * something was written through it, once for each time that it was seen: when this is read, and before any other access
   * and any `poke`. Bytes that stood there before do not show, so let memory hold something else first; and change what you
   * have lent by `poke` only, because what changes otherwise is taken for the device's.
   */
  get accesses(): readonly FakeDmaAccess[] {
    return this.#notes.accesses;
  }

  /** What was refused, oldest first. */
  get faults(): readonly DmaFault[] {
    return this.#faults;
  }

  get counters(): DmaCounters {
    return this.#port.counters;
  }

  /** Lends the device more memory. Throws a TypeError without both `bytes` and `size`, and as an iommufd space does. */
  map(map: FakeDmaMap): void {
    this.#own.map(map);
  }

  /** Takes memory away and returns its bytes; pins of it are told first. Throws as an iommufd space does. */
  unmap(iova: Iova, size: number): number {
    return this.#own.unmap(iova, size);
  }

  /** A copy of what memory of the own PASID holds. No access. Throws a RangeError where nothing is mapped. */
  bytesAt(iova: Iova, length: number): Uint8Array {
    return this.#own.bytesAt(iova, length);
  }

  /** Puts bytes there, as the client does. No access. Throws a RangeError where nothing is mapped. */
  poke(iova: Iova, bytes: Uint8Array): void {
    this.#own.poke(iova, bytes);
  }

  /** Binds the device to another address space, which `withPasid(pasid)` leads to from now on. */
  bind(pasid: Pasid, maps: readonly FakeDmaMap[] = []): FakeSpace {
    const space = new FakeSpace(pasid, maps, this.#notes);
    this.#others.set(pasid, space);
    return space;
  }

  /** The PASID leads nowhere from now on, and the accesses that were opened with it end. */
  unbind(pasid: Pasid): void {
    this.#others.delete(pasid);
    this.#port.closeAccesses(pasid);
  }

  /** Forgets what was recorded; memory stays. */
  clear(): void {
    this.#notes.clear();
    this.#faults.length = 0;
  }

  /** The client is gone: what the model opened by `access` ends, and every access faults. Needed only after an `access`. */
  [Symbol.dispose](): void {
    this.#port.closeAccesses();
    this.#port.retarget(undefined);
    this.#others.clear();
  }
}
