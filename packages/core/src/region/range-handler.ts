/** A register by its name, to be told of. */
export interface RegisterPlace {
  readonly name: string;
  /** Bytes from the start of the range. */
  readonly offset: number;
  /** Bytes. */
  readonly width: number;
  /** Whether a write can change anything. */
  readonly writable: boolean;
}

/**
 * Answers the accesses to a trapped range of a region. The core has checked the range, the direction
 * and the length before it calls; with `natural` splitting (the default) the handler sees only
 * naturally aligned accesses of 1, 2, 4 or 8 bytes.
 *
 * Data travels in place: the bytes of the access are `data[at .. at + length)`, little endian, so that an
 * access allocates nothing. `offset` is relative to the start of the range.
 *
 * Both methods return how many bytes they served: `length`, or less for a short transfer. They may
 * return a promise; the caller then waits, and so does whoever is behind the transport, so a register
 * answers at once and long work is a job that ends in an interrupt.
 */
export interface RangeHandler {
  read(offset: number, data: DataView, at: number, length: number): number | Promise<number>;
  write(offset: number, data: DataView, at: number, length: number): number | Promise<number>;
  /** What a client meets at `offset`, for people and tools; undefined where nothing is implemented. No side effects. */
  registerAt?(offset: number): RegisterPlace | undefined;
  /** Back to the state of a fresh open. Called before the model's own reset. */
  reset?(): void;
}
