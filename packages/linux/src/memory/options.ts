/** Memory that this process makes. */
export interface CreateOptions {
  /** Seen in `/proc/PID/maps`; at most 249 bytes. Default: `mdevkit`. */
  readonly name?: string;
  /** Whether this object may write; who is given the descriptor may in any case. Default: true. */
  readonly writable?: boolean;
}

/** Which part of a foreign descriptor is meant. */
export interface DescriptorOptions {
  /** Where the part begins, in bytes; it need not be aligned. Default: 0. */
  readonly offset?: number;
  /**
   * Its size in bytes, at least 1. Default: all from the offset. Needed where `fstat` tells no size,
   * as of a device, which only a trusted peer may give.
   */
  readonly size?: number;
  /** Whether it may be written. Default: if the descriptor and its seals allow it. */
  readonly writable?: boolean;
  /**
   * Whether its owner is trusted not to shrink it and not to run out of huge pages. An access to a mapped page
   * that is not there any more ends this process (SIGBUS). Default: false.
   */
  readonly trusted?: boolean;
}
