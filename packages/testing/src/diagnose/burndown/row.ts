/**
 * Why it is in the burndown:
 *
 * - `hole`: there is no register
 * - `reserved`: the register's name says that it is reserved
 * - `read-only`: what was written had no effect, by the register's access or the region's
 * - `no-region`: the region index is not in use
 * - `no-irq`: the irq index is not in use, or does not do what was asked
 * - `feature`: a device feature that is not there (ENOTTY)
 * - `control`: a class or method that is not there
 * - `call`: a call that the device does not have
 */
export type BurndownKind =
  'hole' | 'reserved' | 'read-only' | 'no-region' | 'no-irq' | 'feature' | 'control' | 'call';

/** Something that clients asked for and the model does not implement. */
export interface BurndownRow {
  /** Of the mdevs, `<driver>-<id>`. */
  readonly type: string;
  readonly kind: BurndownKind;
  /** The call: `read`, `write`, `get`, `set-irqs`, … */
  readonly access: string;
  /** `bar0 CTRL`, `bar0 0x24`, `feature DMA_BUF`, `class 4097 method 2`. */
  readonly where: string;
  /** Of an access to a region, in bytes from its start. */
  readonly offset?: number;
  /** Bytes of it; a client that takes another width has another row. */
  readonly width?: number;
  /** The next register of a hole without a name: `STATUS+4`. */
  readonly near?: string;
  readonly count: number;
  /** Of writes of up to 8 bytes, little endian. */
  readonly firstWritten?: bigint;
  /** Of reads: whether all of them saw nothing but zeros. */
  readonly sawZeros?: boolean;
  /** Of what was refused: the reason of the error, for example `feature.unknown`. */
  readonly reason?: string;
}

/** What one occurrence adds to the burndown: a row without its count. */
export type BurndownFinding = Omit<BurndownRow, 'count'>;
