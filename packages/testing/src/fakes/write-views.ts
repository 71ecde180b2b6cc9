import type { Iova, Pasid } from '@mdevkit/core';
import type { FakeDmaAccess } from './dma-record.js';

interface WriteView {
  readonly pasid: Pasid;
  readonly iova: Iova;
  /** The memory itself. */
  readonly view: Uint8Array;
  /** What it held when it was looked at last. */
  before: Uint8Array;
}

/**
 * The views for writing that a device was given. Nobody hears of what is done through them, so they are looked at: what
 * differs from the last look was written by the device, if all others who change the memory are told of.
 *
 * It cannot be told whether a byte was written with what stood there already, what stood there in between two looks, and
 * through which of two views of the same memory it was written: that is the later one.
 */
export class WriteViews {
  readonly #tell: (access: FakeDmaAccess) => void;
  /** The latest last. */
  #views: WriteView[] = [];

  constructor(tell: (access: FakeDmaAccess) => void) {
    this.#tell = tell;
  }

  /** A view with a normal `iova`; the same one as before counts from now. */
  add(pasid: Pasid, iova: Iova, view: Uint8Array): void {
    this.look();
    if (view.length > 0) {
      this.#views = this.#views.filter(
        (other) => !(other.pasid === pasid && other.iova === iova && isSame(other.view, view)),
      );
      this.#views.push({ pasid, iova, view, before: view.slice() });
    }
  }

  /** Tells what was written since the last look. */
  look(): void {
    // Memory that has shrunk has taken its views along.
    this.#views = this.#views.filter(({ view, before }) => view.length === before.length);
    for (const { pasid, iova, view, before } of this.#views.toReversed()) {
      if (Buffer.compare(view, before) !== 0) {
        const changed = before.map((byte, at) => (byte === view[at] ? 0 : 1));
        this.#tell({ access: 'write', pasid, iova, bytes: view.slice(), changed });
        this.#take(view, changed);
      }
    }
  }

  /** What memory holds now was not written through a view. */
  forgive(): void {
    for (const one of this.#views) {
      if (Buffer.compare(one.view, one.before) !== 0) {
        one.before = one.view.slice();
      }
    }
  }

  /** What was told of `view` is not told of another one. */
  #take(view: Uint8Array, changed: Uint8Array): void {
    for (const other of this.#views) {
      const shift = view.byteOffset - other.view.byteOffset;
      if (other.view.buffer === view.buffer) {
        const end = Math.min(view.length, other.before.length - shift);
        for (let at = Math.max(0, -shift); at < end; at++) {
          if (changed[at] === 1) {
            other.before[at + shift] = view[at] ?? 0;
          }
        }
      }
    }
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return (
    one.buffer === other.buffer &&
    one.byteOffset === other.byteOffset &&
    one.length === other.length
  );
}
