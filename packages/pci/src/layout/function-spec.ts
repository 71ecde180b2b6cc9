import type { CapabilitySpec } from '../capability/index.js';

/** The six base address registers. */
export type BarIndex = 0 | 1 | 2 | 3 | 4 | 5;

/** One BAR, without what is behind it. */
export interface BarSpec {
  /** Bytes, a power of two: 16 .. 2^31 (memory32), 16 .. 2^40 (memory64), 4 .. 256 (io). */
  readonly size: number;
  /** A `memory64` BAR takes its neighbour, too. Default `memory32`. */
  readonly kind?: 'memory32' | 'memory64' | 'io';
  /** Reads have no side effects; memory only. Default false. */
  readonly prefetchable?: boolean;
  /** Name of the region; default `bar` and the index. */
  readonly name?: string;
}

/** A type 0 PCI function: everything about it that all functions of one driver share. */
export interface PciFunctionSpec {
  /** 16 bits each. */
  readonly vendorId: number;
  readonly deviceId: number;
  /** 16 bits each; 0 by default. */
  readonly subsystemVendorId?: number;
  readonly subsystemId?: number;
  /** 8 bits; default 0. */
  readonly revision?: number;
  /** 24 bits: base class, subclass, programming interface, for example 0x120000. */
  readonly classCode: number;
  readonly bars?: Readonly<Partial<Record<BarIndex, BarSpec>>>;
  /** Expansion ROM, read-only: 1 byte .. 16 MiB; padded with zeros to a power of two of 2048 or more. */
  readonly rom?: Uint8Array;
  /** In the order of their lists. */
  readonly capabilities?: readonly CapabilitySpec[];
  /** INTA .. INTD as 1 .. 4; 0, the default, for a function without INTx. */
  readonly interruptPin?: 0 | 1 | 2 | 3 | 4;
  /**
   * The command register out of reset, as far as it is writable; 0 by default, as the specification
   * has it. PCI_COMMAND_MEMORY gives a client what it finds on the kernel's vfio-pci, which has enabled
   * the device before the client opens it (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_enable).
   */
  readonly commandAtReset?: number;
}
