import { failure } from '../../errors/index.js';
import { trackDisposable, trackReleased } from '../../lifecycle/index.js';
import type { Iova } from '../dma/dma.js';
import { advance, isIova } from '../iova.js';
import { READ, type AddressSpace, type Area } from '../space/index.js';
import type { PinPiece } from './pin-pieces.js';
import type { PinnedRange } from './pinned-range.js';
import { part, transfer } from './transfer.js';

/** What a {@link HeldRange} is made of. */
export interface HeldRangeParts {
  readonly iova: Iova;
  readonly length: number;
  readonly isWritable: boolean;
  readonly space: AddressSpace;
  readonly pieces: readonly PinPiece[];
  /** The memory's own holds, one for each piece. */
  readonly holds: Disposable;
  /** The pins of the access; this range is one of them as long as it is held. */
  readonly pins: Set<HeldRange>;
}

/** A pinned range, seen from its access: it counts in its maps from the beginning until it is let go. */
export class HeldRange implements PinnedRange {
  readonly iova: Iova;
  readonly length: number;
  readonly isWritable: boolean;
  readonly #isReadable: boolean;
  #held: HeldRangeParts | undefined;
  #isRevoked = false;

  constructor(parts: HeldRangeParts) {
    this.iova = parts.iova;
    this.length = parts.length;
    this.isWritable = parts.isWritable;
    this.#isReadable = parts.pieces.every(({ area }) => (area.access & READ) !== 0);
    this.#held = parts;
    for (const { area } of parts.pieces) {
      area.pins += 1;
    }
    parts.pins.add(this);
    trackDisposable(this);
  }

  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  views(): readonly Uint8Array[] {
    return this.#require().pieces.map(({ memory, offset, size }) => {
      if (offset + size > memory.size) {
        throw failure('access.memory', { iova: this.iova, available: memory.size });
      }
      const view = memory.view(offset, size);
      if (view === undefined) {
        throw failure('access.no-view', { iova: this.iova });
      }
      return view;
    });
  }

  read(offset: number, into: Uint8Array): void {
    this.#transfer(offset, into, false);
  }

  write(offset: number, from: Uint8Array): void {
    this.#transfer(offset, from, true);
  }

  unpin(): void {
    this.#letGo();
  }

  [Symbol.dispose](): void {
    this.#letGo();
  }

  /** Whether any of it lies in a map. */
  touches(area: Area): boolean {
    return this.#held?.pieces.some((piece) => piece.area === area) ?? false;
  }

  /** Takes it back. Throws what the memory throws, after all. */
  revoke(): void {
    this.#isRevoked = this.#held !== undefined;
    this.#letGo();
  }

  #letGo(): void {
    const held = this.#held;
    if (held === undefined) {
      return;
    }
    this.#held = undefined;
    held.pins.delete(this);
    trackReleased(this);
    if (this.isWritable) {
      held.space.dirtyLog?.mark(this.iova, this.length);
    }
    for (const { area } of held.pieces) {
      area.pins -= 1;
    }
    held.holds[Symbol.dispose]();
  }

  #require(): HeldRangeParts {
    if (this.#held === undefined) {
      const { iova, length } = this;
      throw failure(this.#isRevoked ? 'access.revoked' : 'access.unpinned', { iova, length });
    }
    return this.#held;
  }

  #transfer(start: number, data: Uint8Array, write: boolean): void {
    const { pieces } = this.#require();
    if (!(write ? this.isWritable : this.#isReadable)) {
      throw failure('dma.permission', { iova: this.iova });
    }
    if (!isIova(start) || start + data.length > this.length) {
      throw failure('access.range', { offset: start, size: data.length, length: this.length });
    }
    let done = 0;
    let skipped = 0;
    for (const { memory, offset, size } of pieces) {
      const inPiece = start + done - skipped;
      const count = Math.min(size - inPiece, data.length - done);
      if (count > 0) {
        const iova = advance(this.iova, start + done);
        const bytes = part(data, done, count);
        transfer({ memory, offset: offset + inPiece, data: bytes, write, iova, done });
        done += count;
      }
      skipped += size;
    }
  }
}
