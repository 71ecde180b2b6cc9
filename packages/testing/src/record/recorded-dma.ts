import {
  DmaFaultError,
  type AccessOptions,
  type Dma,
  type DmaAccess,
  type DmaSegment,
  type Iova,
  type ModelAccess,
  type Pasid,
} from '@mdevkit/core';
import type { RecordedDmaKind } from './entry.js';
import { recordable } from './recordable.js';
import { errorOf } from './recorded-call.js';
import type { Tape } from './tape.js';

/** What an access carried, for those that carry bytes. */
interface Carried {
  readonly bytes?: Uint8Array;
  readonly from?: Iova;
}

/** The DMA of a model, each access told to the tape when it is over. Nothing is accessed for the tape's sake. */
export class RecordedDma implements Dma {
  readonly #inner: Dma;
  readonly #tape: Tape;

  constructor(inner: Dma, tape: Tape) {
    this.#inner = inner;
    this.#tape = tape;
  }

  get pasid(): Pasid {
    return this.#inner.pasid;
  }

  read(iova: Iova, into: Uint8Array): void {
    this.#around(
      'read',
      iova,
      into.length,
      () => {
        this.#inner.read(iova, into);
      },
      () => ({ bytes: into }),
    );
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#around(
      'write',
      iova,
      from.length,
      () => {
        this.#inner.write(iova, from);
      },
      () => ({ bytes: from }),
    );
  }

  fetch(iova: Iova, into: Uint8Array): Promise<void> {
    return this.#later('read', iova, into.length, this.#inner.fetch(iova, into), into);
  }

  store(iova: Iova, from: Uint8Array): Promise<void> {
    return this.#later('write', iova, from.length, this.#inner.store(iova, from), from);
  }

  fill(iova: Iova, length: number, value: number): void {
    this.#around(
      'fill',
      iova,
      length,
      () => {
        this.#inner.fill(iova, length, value);
      },
      () => ({ bytes: Uint8Array.of(value) }),
    );
  }

  copy(to: Iova, from: Iova, length: number): void {
    this.#around(
      'copy',
      to,
      length,
      () => {
        this.#inner.copy(to, from, length);
      },
      () => ({ from }),
    );
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    this.#list('read', segments, into, () => {
      this.#inner.gather(segments, into);
    });
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    this.#list('write', segments, from, () => {
      this.#inner.scatter(segments, from);
    });
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    return this.#around(
      'view',
      iova,
      length,
      () => this.#inner.view(iova, length, access),
      (view) => (access === 'read' ? { bytes: view } : {}),
    );
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    const views = () => this.#inner.views(iova, length, access);
    return this.#around('view', iova, length, views, (pieces) =>
      access === 'read' ? { bytes: Buffer.concat(pieces) } : {},
    );
  }

  request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    return this.#later('request', iova, length, this.#inner.request(iova, length, access));
  }

  /** What is done through it goes to memory directly, and is not heard of. */
  access(options: AccessOptions): ModelAccess {
    return this.#around(
      'access',
      0,
      0,
      () => this.#inner.access(options),
      () => ({}),
    );
  }

  withPasid(pasid: Pasid): Dma {
    return new RecordedDma(this.#inner.withPasid(pasid), this.#tape);
  }

  #around<T>(
    access: RecordedDmaKind,
    iova: Iova,
    length: number,
    run: () => T,
    carried: (result: T) => Carried,
  ): T {
    let result: T;
    // The PASID that the access is for; afterwards it may be another one's.
    const { pasid } = this.#inner;
    try {
      result = run();
    } catch (error) {
      this.#failed(access, pasid, iova, length, error);
      throw error;
    }
    this.#note(access, pasid, iova, length, () => carried(result));
    return result;
  }

  /** The model gets the very promise; it hears of it after the tape. */
  #later(
    access: RecordedDmaKind,
    iova: Iova,
    length: number,
    result: Promise<void>,
    bytes?: Uint8Array,
  ): Promise<void> {
    const { pasid } = this.#inner;
    result.then(
      () => {
        this.#note(access, pasid, iova, length, () => (bytes === undefined ? {} : { bytes }));
      },
      (error: unknown) => {
        this.#failed(access, pasid, iova, length, error);
      },
    );
    return result;
  }

  #list(
    access: 'read' | 'write',
    segments: readonly DmaSegment[],
    bytes: Uint8Array,
    run: () => void,
  ): void {
    const { pasid } = this.#inner;
    try {
      run();
    } catch (error) {
      const { iova, length } =
        error instanceof DmaFaultError ? error.fault : (segments[0] ?? { iova: 0, length: 0 });
      this.#failed(access, pasid, iova, length, error);
      throw error;
    }
    let at = 0;
    for (const { iova, length } of segments) {
      const piece = bytes.subarray(at, at + length);
      this.#note(access, pasid, iova, length, () => ({ bytes: piece }));
      at += length;
    }
  }

  #note(
    access: RecordedDmaKind,
    pasid: Pasid,
    iova: Iova,
    length: number,
    carried: () => Carried,
  ): void {
    this.#tape.add((time) => {
      const { bytes, from } = carried();
      return {
        kind: 'dma',
        time,
        access,
        pasid,
        iova: addressOf(iova),
        length,
        ...(bytes !== undefined && { bytes: bytes.slice() }),
        ...(from !== undefined && { from: addressOf(from) }),
      };
    });
  }

  #failed(access: RecordedDmaKind, pasid: Pasid, iova: Iova, length: number, error: unknown): void {
    this.#tape.add((time) => ({
      kind: 'dma',
      time,
      access,
      pasid,
      iova: addressOf(iova),
      length,
      error: errorOf(error),
    }));
  }
}

function addressOf(iova: Iova): number | bigint {
  const address = recordable(iova);
  return typeof address === 'number' || typeof address === 'bigint' ? address : 0;
}
