import {
  normalIova,
  type Dma,
  type DmaAccess,
  type DmaFault,
  type Iova,
  type Pasid,
} from '@mdevkit/core';
import { WriteViews } from './write-views.js';

/** A DMA access that succeeded. */
export interface FakeDmaAccess {
  readonly access: DmaAccess;
  readonly pasid: Pasid;
  /** A number where it is exact, else a bigint. */
  readonly iova: Iova;
  /** A copy of what was moved; of a view for writing, of all that it held when it was seen to be written. */
  readonly bytes: Uint8Array;
  /** Of a view for writing, 1 for each byte that was not the same before; there is at least one. */
  readonly changed?: Uint8Array;
}

/** What a device has done to memory, in order. */
export interface DmaRecord extends Pick<Dma, 'pasid'> {
  readonly accesses: readonly FakeDmaAccess[];
  readonly faults: readonly DmaFault[];
}

/** Notes accesses, those of 0 bytes excepted. */
export class AccessNotes {
  readonly #accesses: FakeDmaAccess[] = [];
  readonly #views = new WriteViews((access) => this.#accesses.push(access));
  /** A copy of what a range holds, which was accessed just now. */
  readonly peek: (pasid: Pasid, iova: Iova, length: number) => Uint8Array;

  constructor(peek: AccessNotes['peek']) {
    this.peek = peek;
  }

  /** Oldest first, with all that was written through views until now. */
  get accesses(): readonly FakeDmaAccess[] {
    this.#views.look();
    return this.#accesses;
  }

  /** Keeps a copy of `bytes`. */
  add(access: DmaAccess, pasid: Pasid, iova: Iova, bytes: Uint8Array): void {
    this.#views.look();
    if (bytes.length > 0) {
      this.#accesses.push({ access, pasid, iova: exact(iova), bytes: bytes.slice() });
    }
  }

  /** Memory that lies behind one another from `iova` on, which the device was lent: for reading, as it is now. */
  addViews(access: DmaAccess, pasid: Pasid, iova: Iova, views: readonly Uint8Array[]): void {
    let done = 0;
    for (const view of views) {
      const at = iovaAfter(iova, done);
      if (access === 'read') {
        this.add(access, pasid, at, view);
      } else {
        this.#views.add(pasid, at, view);
      }
      done += view.length;
    }
  }

  /** Runs what changes memory by another way than a view: no view wrote that. */
  change<T>(run: () => T): T {
    this.#views.look();
    try {
      return run();
    } finally {
      this.#views.forgive();
    }
  }

  /** Forgets the accesses. The views that the device holds stay known. */
  clear(): void {
    this.#views.look();
    this.#accesses.length = 0;
  }
}

/** `iova + bytes`. */
export function iovaAfter(iova: Iova, bytes: number): Iova {
  return normalIova(BigInt(iova) + BigInt(bytes));
}

function exact(iova: Iova): Iova {
  return typeof iova === 'bigint' ? normalIova(iova) : iova;
}
