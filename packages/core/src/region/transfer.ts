import { failure } from '../errors/catalogue.js';
import { naturalSize } from './natural-split.js';
import type { CompiledRange, RangeTable } from './range-table.js';

/**
 * Moves the bytes of checked transfers between a client and the ranges of a region, access by access in
 * ascending order. A short count of a handler ends the transfer with what was done until then.
 *
 * The loop allocates nothing as long as handlers answer with numbers; the first promise moves the rest
 * of the transfer into {@link Transfers.resume}.
 */
export class Transfers {
  readonly #name: string;
  readonly #table: RangeTable;
  readonly #accessible: (() => boolean) | undefined;
  /** Counts the ends: a transfer that was waiting when one came must not go on. */
  #epoch = 0;

  constructor(name: string, table: RangeTable, accessible: (() => boolean) | undefined) {
    this.#name = name;
    this.#table = table;
    this.#accessible = accessible;
  }

  /**
   * Ends the transfers that wait for a handler: they reject with `device.resetting`, which no client sees
   * that is gone already.
   */
  end(): void {
    this.#epoch += 1;
  }

  /** Throws `region.disabled` while the region does not decode accesses. */
  requireAccessible(): void {
    if (this.#accessible?.() === false) {
      throw failure('region.disabled', { region: this.#name });
    }
  }

  /** The whole of a transfer; `[offset, offset + length)` is inside the region. */
  run(
    isWrite: boolean,
    offset: number,
    data: DataView,
    at: number,
    length: number,
  ): number | Promise<number> {
    let done = 0;
    while (done < length) {
      const position = offset + done;
      const range = this.#table.find(position);
      const size = accessSize(range, position, length - done);
      const answer = access(range, isWrite, position, data, at + done, size);
      if (typeof answer !== 'number') {
        return this.resume(isWrite, offset, data, at, length, done, size, answer);
      }
      done += this.checked(answer, size);
      if (answer < size) {
        return done;
      }
    }
    return done;
  }

  /**
   * The rest of a transfer of which `done` bytes are served and `size` more were asked for with `pending`.
   * Whether the region decodes accesses is asked again after each wait, because the client may have
   * switched it off meanwhile.
   */
  async resume(
    isWrite: boolean,
    offset: number,
    data: DataView,
    at: number,
    length: number,
    done: number,
    size: number,
    pending: number | Promise<number>,
  ): Promise<number> {
    const epoch = this.#epoch;
    for (;;) {
      const answer = typeof pending === 'number' ? pending : await pending;
      if (this.#epoch !== epoch) {
        throw failure('device.resetting', { region: this.#name });
      }
      done += this.checked(answer, size);
      if (answer < size || done >= length) {
        return done;
      }
      this.requireAccessible();
      const position = offset + done;
      const range = this.#table.find(position);
      size = accessSize(range, position, length - done);
      pending = access(range, isWrite, position, data, at + done, size);
    }
  }

  /** The count that a handler answered for `length` bytes. Throws `model.count` for an impossible one. */
  checked(count: number, length: number): number {
    if (Number.isInteger(count) && count >= 0 && count <= length) {
      return count;
    }
    throw failure('model.count', { region: this.#name, count, length });
  }
}

function accessSize(range: CompiledRange, position: number, remaining: number): number {
  const available = Math.min(range.end - position, remaining);
  return range.natural ? naturalSize(position, available) : available;
}

function access(
  range: CompiledRange,
  isWrite: boolean,
  position: number,
  data: DataView,
  at: number,
  size: number,
): number | Promise<number> {
  return isWrite
    ? range.handler.write(position - range.offset, data, at, size)
    : range.handler.read(position - range.offset, data, at, size);
}
