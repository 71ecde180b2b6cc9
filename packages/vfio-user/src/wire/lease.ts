import { NativeBuffer } from '@mdevkit/linux';

/** Says that somebody still uses a buffer: until it is disposed nothing new is put there. */
export interface Lease extends Disposable {
  readonly view: DataView;
  readonly bytes: Uint8Array;
}

/**
 * Buffers of one size for one direction of a connection. There is one in use and, after a message had to be kept for a
 * while, a spare one. Disposing it gives all of them back, also what is leased: a late view reads zeros then.
 */
export class BufferPool implements Disposable {
  readonly size: number;
  readonly #all = new Set<NativeBuffer>();
  readonly #leases = new Map<NativeBuffer, number>();
  #current: NativeBuffer;
  #spare: NativeBuffer | undefined;

  constructor(size: number) {
    this.size = size;
    this.#current = this.#allocate();
  }

  get current(): NativeBuffer {
    return this.#current;
  }

  /** Whether somebody holds a lease of the current buffer. */
  get leased(): boolean {
    return this.#leases.size > 0 && this.#leases.has(this.#current);
  }

  /** Makes another buffer the current one; this one waits for the end of its leases. */
  replace(): NativeBuffer {
    const old = this.#current;
    this.#current = this.#spare ?? this.#allocate();
    this.#spare = undefined;
    if (!this.#leases.has(old)) {
      this.#putBack(old);
    }
    return this.#current;
  }

  /** Keeps the bytes of the current buffer as they are. */
  lease(): Lease {
    const buffer = this.#current;
    this.#leases.set(buffer, (this.#leases.get(buffer) ?? 0) + 1);
    let held = true;
    return {
      view: buffer.view,
      bytes: buffer.bytes,
      [Symbol.dispose]: () => {
        if (held) {
          held = false;
          this.#release(buffer);
        }
      },
    };
  }

  [Symbol.dispose](): void {
    for (const buffer of this.#all) {
      buffer[Symbol.dispose]();
    }
    this.#all.clear();
    this.#leases.clear();
  }

  #allocate(): NativeBuffer {
    const buffer = NativeBuffer.allocate(this.size);
    this.#all.add(buffer);
    return buffer;
  }

  #release(buffer: NativeBuffer): void {
    const left = (this.#leases.get(buffer) ?? 0) - 1;
    if (left > 0) {
      this.#leases.set(buffer, left);
    } else if (this.#leases.delete(buffer) && buffer !== this.#current) {
      this.#putBack(buffer);
    }
  }

  #putBack(buffer: NativeBuffer): void {
    if (this.#spare === undefined) {
      this.#spare = buffer;
    } else {
      this.#all.delete(buffer);
      buffer[Symbol.dispose]();
    }
  }
}
