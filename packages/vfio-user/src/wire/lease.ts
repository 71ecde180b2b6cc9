import { NativeBuffer } from '@mdevkit/linux';

/** Says that somebody still uses a buffer: until it is disposed nothing new is put there. */
export interface Lease extends Disposable {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** In place of a disposal: whoever used the buffer may do so at any time, so it never serves again. */
  forfeit(): void;
}

const nothing: Lease = {
  view: new DataView(new ArrayBuffer(0)),
  bytes: new Uint8Array(0),
  forfeit: () => undefined,
  [Symbol.dispose]: () => undefined,
};

/**
 * Buffers of one size for one direction of a connection. There is one in use and, after a message had to be kept for a
 * while, a spare one. Disposing it gives all of them back, also what is leased: a late view reads zeros then.
 */
export class BufferPool implements Disposable {
  readonly size: number;
  readonly #all = new Set<NativeBuffer>();
  readonly #leases = new Map<NativeBuffer, number>();
  /** Never put back; what is there stays as long as it is the current one. */
  readonly #forfeited = new Set<NativeBuffer>();
  #current: NativeBuffer;
  #spare: NativeBuffer | undefined;
  #ended = false;

  constructor(size: number) {
    this.size = size;
    this.#current = this.#allocate();
  }

  get current(): NativeBuffer {
    return this.#current;
  }

  /** Whether somebody holds a lease of the current buffer. */
  get leased(): boolean {
    return (this.#leases.size > 0 || this.#forfeited.size > 0) && this.#isUsed(this.#current);
  }

  /** It was disposed, and a lease is of nothing. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Makes another buffer the current one; this one waits for the end of its leases. */
  replace(): NativeBuffer {
    const old = this.#current;
    this.#current = this.#spare ?? this.#allocate();
    this.#spare = undefined;
    this.#dropForfeited(old);
    if (!this.#isUsed(old)) {
      this.#putBack(old);
    }
    return this.#current;
  }

  /** Keeps the bytes of the current buffer as they are. */
  lease(): Lease {
    if (this.#ended) {
      return nothing;
    }
    const buffer = this.#current;
    this.#leases.set(buffer, (this.#leases.get(buffer) ?? 0) + 1);
    let held = true;
    const end = (): void => {
      if (held) {
        held = false;
        this.#release(buffer);
      }
    };
    return {
      view: buffer.view,
      bytes: buffer.bytes,
      forfeit: () => {
        if (held && this.#all.has(buffer)) {
          this.#forfeited.add(buffer);
        }
        end();
      },
      [Symbol.dispose]: end,
    };
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    for (const buffer of this.#all) {
      buffer[Symbol.dispose]();
    }
    this.#all.clear();
    this.#leases.clear();
    this.#forfeited.clear();
  }

  #isUsed(buffer: NativeBuffer): boolean {
    return this.#leases.has(buffer) || this.#forfeited.has(buffer);
  }

  /** Those of which nobody needs the bytes any more; `copied` is about to be. */
  #dropForfeited(copied?: NativeBuffer): void {
    for (const buffer of this.#forfeited) {
      if (buffer !== this.#current && buffer !== copied && !this.#leases.has(buffer)) {
        this.#forfeited.delete(buffer);
        this.#drop(buffer);
      }
    }
  }

  #drop(buffer: NativeBuffer): void {
    this.#all.delete(buffer);
    buffer[Symbol.dispose]();
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
    if (this.#forfeited.has(buffer)) {
      this.#dropForfeited();
    } else if (this.#spare === undefined) {
      this.#spare = buffer;
    } else {
      this.#drop(buffer);
    }
  }
}
