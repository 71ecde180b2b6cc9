/**
 * The stream that a saving device is read from. `read` fills the start of `into` and returns how many
 * bytes it gave; 0 says that there is nothing more: for now in the pre-copy states, for good in STOP_COPY.
 */
export interface MigrationSource {
  read(into: Uint8Array): number | Promise<number>;
  /** Bytes of the first phase and of what became dirty since; needed for pre-copy. */
  remaining?(): { readonly initialBytes: number; readonly dirtyBytes: number };
}

/** The stream that a restored device is written to. The segmentation of the bytes is arbitrary. */
export interface MigrationSink {
  /** Takes all of `from` or throws. */
  write(from: Uint8Array): void | Promise<void>;
}

/**
 * What a device model gives to be migrated. The core walks the path between two states and calls
 * `transition` once for every arc of it; only arcs of the kernel's table for the declared abilities occur.
 * A reset of the device, and its next open, are back in RUNNING without a call of `transition`: the model's own
 * `reset` drops whatever a migration had begun.
 *
 * Source: Linux include/uapi/linux/vfio.h, enum vfio_device_mig_state.
 */
export interface MigrationModel {
  /** The device can stop its own peer-to-peer DMA first (RUNNING_P2P). */
  readonly p2p: boolean;
  /** The device can be saved while it runs (PRE_COPY). */
  readonly preCopy: boolean;
  /**
   * Goes from one VFIO_DEVICE_STATE_* to its neighbour. If it fails the device is still in `from`.
   * RESUMING to STOP validates the whole image that was written.
   */
  transition(from: number, to: number): void | Promise<void>;
  /** Called after the arc into PRE_COPY, PRE_COPY_P2P or STOP_COPY that opens a saving session. */
  save(): MigrationSource;
  /** Called after the arc STOP to RESUMING. */
  restore(): MigrationSink;
  /** An estimate of the bytes of STOP_COPY (VFIO_DEVICE_FEATURE_MIG_DATA_SIZE). */
  dataSize(): number;
}
