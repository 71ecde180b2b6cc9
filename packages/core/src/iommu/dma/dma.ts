import type { AccessOptions, ModelAccess } from '../access/index.js';

/** An I/O virtual address, 0 .. 2^64-1. A number where it is exact, else a bigint. */
export type Iova = number | bigint;

/** What a DMA access does to memory, seen from the device. */
export type DmaAccess = 'read' | 'write';

/** A process address space ID, 1 .. 2^20-1: which address space a DMA of a device is for. 0 is none. */
export type Pasid = number;

/** One piece of a scatter list. */
export interface DmaSegment {
  readonly iova: Iova;
  /** Bytes. */
  readonly length: number;
}

/**
 * Memory access by the device, tagged with one PASID. Injected into a model with the PASID that the open gave
 * to the mdev.
 *
 * Every method throws a {@link DmaFaultError} (EFAULT, `dma.fault`) when any of the range is not mapped or
 * not permitted, and reports the same to the client as a `fault` event. Nothing was transferred then, however
 * many maps the range crosses: everything is checked before the first byte moves. The one exception is memory
 * that is not one array, such as a file, and fails while it is read or written: the fault (cause `memory`) has its
 * error as `cause`, and what was transferred before stays.
 *
 * An access of 0 bytes is none: it succeeds whatever its address. A length that is not an integer of 0 .. 2^53-1
 * is never mapped. Buffers are the model's own; inside client memory {@link Dma.copy} copies.
 */
export interface Dma {
  /** The PASID of its accesses; 0 while no client has the device open. */
  readonly pasid: Pasid;
  /** Fills `into` from `iova`. */
  read(iova: Iova, into: Uint8Array): void;
  /** Stores `from` at `iova`. */
  write(iova: Iova, from: Uint8Array): void;
  /**
   * As {@link Dma.read}, also where the client's memory can only be asked for by messages and a read at once faults
   * with cause `memory` (a guest whose RAM no descriptor stands for). Never await it inside a handler of an access: the
   * client may answer only after the access has been answered.
   *
   * Source: vfio-user protocol specification, VFIO_USER_DMA_READ.
   */
  fetch(iova: Iova, into: Uint8Array): Promise<void>;
  /** As {@link Dma.write}, under the terms of {@link Dma.fetch}. */
  store(iova: Iova, from: Uint8Array): Promise<void>;
  /** Stores `length` times the low 8 bits of `value` at `iova`. */
  fill(iova: Iova, length: number, value: number): void;
  /**
   * Copies `length` bytes inside the address space; the two ranges may overlap, as with C's memmove. Where maps
   * show the same memory at several IOVAs, an overlap by that alone is only heeded within 64 KiB. Faults as a read
   * of `from` or else as a write of `to`.
   */
  copy(to: Iova, from: Iova, length: number): void;
  /**
   * Fills `into` from the segments of a list in turn. Their lengths add up to `into.length`, else EINVAL `dma.list`;
   * a fault names the segment that has it.
   */
  gather(segments: readonly DmaSegment[], into: Uint8Array): void;
  /** Stores `from` in the segments of a list in turn, as {@link Dma.gather}; of segments that overlap the later stays. */
  scatter(segments: readonly DmaSegment[], from: Uint8Array): void;
  /**
   * The client's memory itself, without a copy, for an access that ends before the handler returns. The
   * range must lie in one map and its memory in one piece; others fault here and are served by
   * {@link Dma.views}, read and write. A view for writing counts as written.
   */
  view(iova: Iova, length: number, access: DmaAccess): Uint8Array;
  /** The same in as many pieces as the range has. Memory that has no views (a file) faults. */
  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[];
  /**
   * Asks for a range that may not be there yet, as a page request of PCIe PRI: resolves when the device may
   * access it, at once if it may already. Rejects as an access would if nobody can be asked, and with cause `request`
   * if nobody provides it.
   */
  request(iova: Iova, length: number, access: DmaAccess): Promise<void>;
  /**
   * The driver's own access to the address space, for memory that it holds beyond a handler: pins, of which it
   * is told before the client's unmap takes them away. Ends with the PASID: when the client closes or unbinds at
   * the latest. Throws ENOENT while the PASID leads nowhere, and what the making of an access and its `attach` throw.
   */
  access(options: AccessOptions): ModelAccess;
  /** The same device with another PASID. One that was not bound to this mdev faults at every access. */
  withPasid(pasid: Pasid): Dma;
}

export const Dma: unique symbol = Symbol.for('@mdevkit/core/Dma');
