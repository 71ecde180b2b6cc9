import type { RegisterSpec } from '@mdevkit/core';

/** Power management, as the function has to know it. */
export interface PowerManagementTraits {
  readonly kind: 'power-management';
  readonly d1: boolean;
  readonly d2: boolean;
  readonly noSoftReset: boolean;
}

/** PCI Express, as the function has to know it. */
export interface ExpressTraits {
  readonly kind: 'express';
  readonly functionLevelReset: boolean;
}

/** MSI, as the function has to know it. */
export interface MsiTraits {
  readonly kind: 'msi';
  /** 1, 2, 4, 8, 16 or 32. */
  readonly vectors: number;
  readonly maskable: boolean;
}

/** Where a structure of MSI-X lies: byte `offset` in BAR `bar`. */
export interface BarLocation {
  readonly bar: number;
  readonly offset: number;
}

/** MSI-X, as the function has to know it. */
export interface MsixTraits {
  readonly kind: 'msix';
  /** 1 .. 2048. */
  readonly vectors: number;
  readonly table: BarLocation;
  readonly pba: BarLocation;
  /** The table may be mapped by the client. */
  readonly mappable: boolean;
}

export type CapabilityTraits = PowerManagementTraits | ExpressTraits | MsiTraits | MsixTraits;

/** What every capability declares. The two-byte or four-byte header is not among its registers. */
export interface CapabilityBody {
  /** 8 bits in the standard list, 16 bits in the extended one. */
  readonly id: number;
  /** Unique in a function; its registers are named `name.register`. */
  readonly name: string;
  /** Bytes, header included. */
  readonly size: number;
  /** Where it must lie, a multiple of 4; the first free place without it. */
  readonly at?: number | undefined;
  /** Offsets are from the start of the capability. */
  readonly registers: readonly RegisterSpec[];
  /**
   * Bits by register that a function-level reset leaves alone (PCI Express Base Specification 6.0,
   * section 6.6.2): sticky registers and the fields named there.
   */
  readonly sticky?: Readonly<Record<string, number>>;
  /** Present if the function itself acts on this capability. */
  readonly traits?: CapabilityTraits;
}

/** A capability of the list in bytes 0x40 .. 0xff. */
export interface StandardCapability extends CapabilityBody {
  readonly space: 'standard';
}

/** A capability of the list that starts at byte 0x100; needs PCI Express. */
export interface ExtendedCapability extends CapabilityBody {
  readonly space: 'extended';
  /** 4 bits. */
  readonly version: number;
}

/** What a capability builder returns: plain data, shared by every function that has it. */
export type CapabilitySpec = StandardCapability | ExtendedCapability;

/** Where a capability shall lie; every builder takes it. */
export interface PlacementOptions {
  /** Byte offset in config space, a multiple of 4. Without it: the first free place. */
  readonly at?: number;
}
