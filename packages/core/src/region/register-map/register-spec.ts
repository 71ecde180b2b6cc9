/**
 * What a client's access does to a bit.
 *
 * - `ro`: reads; writes are ignored
 * - `rw`: reads, and takes what is written
 * - `wo`: reads as zero; takes what is written, for the device to see
 * - `w1c`: reads; writing one clears it
 * - `w1s`: reads; writing one sets it
 * - `rc`: reads, and is cleared by that; writes are ignored
 */
export type RegisterAccess = 'ro' | 'rw' | 'wo' | 'w1c' | 'w1s' | 'rc';

/** Some bits of a register with a name. */
export interface FieldSpec {
  /** One bit, or `[high, low]`, both included; bit 0 is the least significant. */
  readonly bits: number | readonly [high: number, low: number];
  /** That of the register by default, `writeMask` included; with an access of its own the mask does not count. */
  readonly access?: RegisterAccess;
  /** Value of the field after a reset. */
  readonly reset?: number;
  readonly description?: string;
}

/** One register. Registers do not overlap; they may be at any offset. */
export interface RegisterSpec {
  /** Unique in its layout. */
  readonly name: string;
  /** Bytes from the start of the layout. */
  readonly offset: number;
  /** Bytes; little endian. */
  readonly width: 1 | 2 | 4 | 8;
  /** Of every bit that no field says otherwise of. */
  readonly access: RegisterAccess;
  /** With access `rw`, `w1c` or `w1s`: only these bits are writable, the others are `ro`. All by default. */
  readonly writeMask?: number | bigint;
  /** Value after a reset: 0, or composed from the resets of the fields. */
  readonly reset?: number | bigint;
  readonly fields?: Readonly<Record<string, FieldSpec>>;
  readonly description?: string;
}
