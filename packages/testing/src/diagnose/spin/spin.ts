/** A place that a client reads again and again, with what it reads there. */
export interface SpinRead {
  /** `bar0 STATUS`, or `bar0 0x24` where no register has a name. */
  readonly where: string;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes. */
  readonly width: number;
  /** Little endian; of a read of more than 8 bytes the first 8. */
  readonly value: bigint;
  /** `READY=0 ERROR=0`; '' if no fields are known. */
  readonly fields: string;
}

/** The last thing that a client wrote before it began to spin. */
export interface SpinWrite {
  readonly where: string;
  /** Little endian; of a write of more than 8 bytes the first 8. */
  readonly value: bigint;
}

/** A client that waits by reading, for something that does not happen. */
export interface Spin {
  /** Of the mdev, `<driver>-<id>`. */
  readonly type: string;
  readonly uuid: string;
  /** One round of its loop, 1 to 4 reads. */
  readonly reads: readonly SpinRead[];
  /** Rounds until now, or until it did something else. */
  readonly count: number;
  /** How long, in ms of the host's clock. */
  readonly ms: number;
  readonly lastWrite: SpinWrite | undefined;
}
