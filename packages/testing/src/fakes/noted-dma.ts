import type {
  AccessOptions,
  Dma,
  DmaAccess,
  DmaSegment,
  Iova,
  ModelAccess,
  Pasid,
} from '@mdevkit/core';
import type { AccessNotes } from './dma-record.js';
import { NotedAccess } from './noted-access.js';

/** A door to memory that notes what goes through it. What is read through a view for writing nobody sees. */
export class NotedDma implements Dma {
  readonly #inner: Dma;
  readonly #notes: AccessNotes;

  constructor(inner: Dma, notes: AccessNotes) {
    this.#inner = inner;
    this.#notes = notes;
  }

  get pasid(): Pasid {
    return this.#inner.pasid;
  }

  read(iova: Iova, into: Uint8Array): void {
    this.#inner.read(iova, into);
    this.#note('read', iova, into);
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#notes.change(() => {
      this.#inner.write(iova, from);
    });
    this.#note('write', iova, from);
  }

  async fetch(iova: Iova, into: Uint8Array): Promise<void> {
    await this.#inner.fetch(iova, into);
    this.#note('read', iova, into);
  }

  async store(iova: Iova, from: Uint8Array): Promise<void> {
    // The caller may use its buffer again before this one goes on.
    const bytes = from.slice();
    await this.#notes.change(() => this.#inner.store(iova, from));
    this.#note('write', iova, bytes);
  }

  fill(iova: Iova, length: number, value: number): void {
    this.#notes.change(() => {
      this.#inner.fill(iova, length, value);
    });
    this.#note('write', iova, new Uint8Array(length).fill(value));
  }

  copy(to: Iova, from: Iova, length: number): void {
    this.#notes.change(() => {
      this.#inner.copy(to, from, length);
    });
    // What the target holds now is what was moved, also where the two overlap.
    const moved = this.#notes.peek(this.pasid, to, length);
    this.#note('read', from, moved);
    this.#note('write', to, moved);
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    this.#inner.gather(segments, into);
    this.#noteList('read', segments, into);
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    this.#notes.change(() => {
      this.#inner.scatter(segments, from);
    });
    this.#noteList('write', segments, from);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    const view = this.#inner.view(iova, length, access);
    this.#notes.addViews(access, this.pasid, iova, [view]);
    return view;
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    const views = this.#inner.views(iova, length, access);
    this.#notes.addViews(access, this.pasid, iova, views);
    return views;
  }

  request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    return this.#inner.request(iova, length, access);
  }

  access(options: AccessOptions): ModelAccess {
    return new NotedAccess(this.#inner.access(options), this.pasid, this.#notes);
  }

  withPasid(pasid: Pasid): Dma {
    return new NotedDma(this.#inner.withPasid(pasid), this.#notes);
  }

  #note(access: DmaAccess, iova: Iova, bytes: Uint8Array): void {
    this.#notes.add(access, this.pasid, iova, bytes);
  }

  #noteList(access: DmaAccess, segments: readonly DmaSegment[], bytes: Uint8Array): void {
    let done = 0;
    for (const { iova, length } of segments) {
      this.#note(access, iova, bytes.subarray(done, done + length));
      done += length;
    }
  }
}
