import { CONTROL_VERSION } from './private.js';

/** Sizes that go with the logging of dirty pages. */
export interface MigrationCapability {
  /** Bytes of a page of the bitmaps. */
  readonly pgsize: number;
  /** Bytes of the largest bitmap that is exchanged. */
  readonly maxBitmapSize: number;
}

/** What the sender of a VERSION can do, with everything filled in that it did not say. */
export interface Capabilities {
  /** The most descriptors that it takes with one message. */
  readonly maxMsgFds: number;
  /** The most bytes that it takes in one transfer: `count` of REGION_*, DMA_* and MIG_DATA_*. */
  readonly maxDataXferSize: number;
  /** The most DMA maps that may be there at once. */
  readonly maxDmaMaps: number;
  /** The page sizes of DMA maps in bytes, or-ed together. */
  readonly pgsizes: bigint;
  readonly migration: MigrationCapability;
  /** It understands REGION_WRITE_MULTI. */
  readonly writeMultiple: boolean;
  /** It wants (client) or grants (server) a socket of its own for DMA_READ and DMA_WRITE. */
  readonly twinSocket: boolean;
  /** It takes calls of the control plane, in a way of our own; see docs/reference/control-wire.md. */
  readonly control: boolean;
}

/** What a VERSION really says; absent members were not there. */
export interface StatedCapabilities {
  readonly maxMsgFds?: number;
  readonly maxDataXferSize?: number;
  readonly maxDmaMaps?: number;
  readonly pgsizes?: bigint;
  readonly migration?: Partial<MigrationCapability>;
  readonly writeMultiple?: boolean;
  readonly twinSocket?: { readonly supported?: boolean; readonly fdIndex?: number };
  readonly control?: { readonly version?: number };
}

/**
 * What is understood when nothing is said.
 *
 * Source: docs/interop/vfio-user.rst of QEMU, VFIO_USER_VERSION, Capabilities. `migration` stood
 * there until the migration of version 2; QEMU, libvfio-user and rust-vmm still exchange it.
 */
export const DEFAULT_CAPABILITIES: Capabilities = {
  maxMsgFds: 1,
  maxDataXferSize: 0x10_0000,
  maxDmaMaps: 0xffff,
  pgsizes: 0x1000n,
  migration: { pgsize: 0x1000, maxBitmapSize: 0x1000_0000 },
  writeMultiple: false,
  twinSocket: false,
  control: false,
};

/** Fills in the defaults. */
export function withDefaults(stated: StatedCapabilities): Capabilities {
  const { migration, twinSocket, control, ...rest } = stated;
  return {
    ...DEFAULT_CAPABILITIES,
    ...rest,
    migration: { ...DEFAULT_CAPABILITIES.migration, ...migration },
    twinSocket: twinSocket?.supported ?? false,
    control: (control?.version ?? 0) >= CONTROL_VERSION,
  };
}
