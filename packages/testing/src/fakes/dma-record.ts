import {
  normalIova,
  type Dma,
  type DmaAccess,
  type DmaFault,
  type Iova,
  type Pasid,
} from '@mdevkit/core';

/** A DMA access that succeeded. */
export interface FakeDmaAccess {
  readonly access: DmaAccess;
  readonly pasid: Pasid;
  /** A number where it is exact, else a bigint. */
  readonly iova: Iova;
  /** What was moved; of a view for writing, the memory itself, as it is when it is looked at. */
  readonly bytes: Uint8Array;
}

/** What a device has done to memory, in order. */
export interface DmaRecord extends Pick<Dma, 'pasid'> {
  readonly accesses: readonly FakeDmaAccess[];
  readonly faults: readonly DmaFault[];
}

/** Notes accesses, those of 0 bytes excepted. */
export class AccessNotes {
  readonly accesses: FakeDmaAccess[] = [];
  /** A copy of what a range holds, which was accessed just now. */
  readonly peek: (pasid: Pasid, iova: Iova, length: number) => Uint8Array;

  constructor(peek: AccessNotes['peek']) {
    this.peek = peek;
  }

  /** Keeps `bytes` themselves if they are `live`, else a copy. */
  add(access: DmaAccess, pasid: Pasid, iova: Iova, bytes: Uint8Array, live = false): void {
    if (bytes.length > 0) {
      this.accesses.push({
        access,
        pasid,
        iova: typeof iova === 'bigint' ? normalIova(iova) : iova,
        bytes: live ? bytes : bytes.slice(),
      });
    }
  }
}

/** `iova + bytes`. */
export function iovaAfter(iova: Iova, bytes: number): Iova {
  return normalIova(BigInt(iova) + BigInt(bytes));
}
