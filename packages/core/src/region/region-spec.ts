import type { DeviceMemory } from './device-memory.js';
import type { RangeHandler } from './range-handler.js';

/** Largest region: what fits below the index in an offset of a VFIO file (`index << 40`). */
export const MAX_REGION_SIZE = 2 ** 40;

/**
 * A write that an eventfd may stand for: whoever signals it has the write done. `data` is what the write must carry;
 * without it any write counts, and what it carried is lost: the handler sees 0.
 *
 * Source: Linux include/uapi/linux/kvm.h, struct kvm_ioeventfd.
 */
export interface Doorbell {
  /** Bytes from the start of the region. */
  readonly offset: number;
  readonly width: 1 | 2 | 4 | 8;
  readonly data?: bigint;
}

/** Device memory at `offset`; it covers `memory.size` bytes. */
export interface MemoryRange {
  readonly kind: 'memory';
  /** Bytes from the start of the region. */
  readonly offset: number;
  readonly memory: DeviceMemory;
  /** Whether a client may map it; offset and size are then multiples of 4096. */
  readonly mmap?: boolean;
}

/** Accesses to `[offset, offset + size)` go to a handler. */
export interface TrappedRange {
  readonly kind: 'trapped';
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly size: number;
  readonly handler: RangeHandler;
  /**
   * `natural` (default): the handler sees only accesses of 8, 4, 2 or 1 bytes, aligned by their offset in
   * the region, as drivers/vfio/pci/vfio_pci_rdwr.c makes them. `none`: what lies in the range comes as one
   * access.
   */
  readonly split?: 'natural' | 'none';
}

/** One range of a region. Ranges do not overlap; what none covers reads as zero and ignores writes. */
export type RegionRange = MemoryRange | TrappedRange;

/** The declaration of a region. */
export interface RegionSpec {
  /** For messages, for example `bar0`. */
  readonly name: string;
  /** Bytes, 1 to 2^40. */
  readonly size: number;
  /** What a client may do; `rw` by default. The other direction is EINVAL. */
  readonly access?: 'rw' | 'ro' | 'wo';
  readonly ranges: readonly RegionRange[];
  /**
   * What lies beyond the end: `clip` (default) shortens the transfer, and answers EINVAL when it starts at
   * or past the end (a BAR); `fault` answers EFAULT when any byte lies beyond (PCI configuration space).
   */
  readonly bounds?: 'clip' | 'fault';
  /** Whether the region decodes accesses now (PCI memory space enable); asked at each access. */
  readonly accessible?: () => boolean;
  /** The TYPE capability, which a region beyond the fixed indexes carries. */
  readonly type?: { readonly type: number; readonly subtype: number };
  /**
   * Whether a client may have a write done by an eventfd (VFIO_DEVICE_IOEVENTFD), and where it may not; in no
   * place without it.
   */
  readonly ioeventfd?: {
    readonly except?: readonly { readonly offset: number; readonly size: number }[];
    /** Writes for which the device offers eventfds of its own, so that nobody has to be asked for them. */
    readonly doorbells?: readonly Doorbell[];
  };
  /** The MSIX_MAPPABLE capability; reported when the region can be mapped at all. */
  readonly msixMappable?: boolean;
}
