import type { Iova, ModelAccess, Pasid, PinnedRange } from '@mdevkit/core';
import { iovaAfter, type AccessNotes } from './dma-record.js';

/** An access of a driver that notes what it copies, and what it does through the views of its pins. */
export class NotedAccess implements ModelAccess {
  readonly #inner: ModelAccess;
  readonly #pasid: Pasid;
  readonly #notes: AccessNotes;

  constructor(inner: ModelAccess, pasid: Pasid, notes: AccessNotes) {
    this.#inner = inner;
    this.#pasid = pasid;
    this.#notes = notes;
  }

  get name(): string {
    return this.#inner.name;
  }

  get pinCount(): number {
    return this.#inner.pinCount;
  }

  get isClosed(): boolean {
    return this.#inner.isClosed;
  }

  rw(iova: Iova, data: Uint8Array, options: { readonly write: boolean }): void {
    const run = (): void => {
      this.#inner.rw(iova, data, options);
    };
    if (options.write) {
      this.#notes.change(run);
    } else {
      run();
    }
    this.#notes.add(options.write ? 'write' : 'read', this.#pasid, iova, data);
  }

  pin(iova: Iova, length: number, options: { readonly write?: boolean } = {}): PinnedRange {
    return new NotedPin(this.#inner.pin(iova, length, options), this.#pasid, this.#notes);
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}

class NotedPin implements PinnedRange {
  readonly iova: Iova;
  readonly length: number;
  readonly isWritable: boolean;
  readonly #inner: PinnedRange;
  readonly #pasid: Pasid;
  readonly #notes: AccessNotes;

  constructor(inner: PinnedRange, pasid: Pasid, notes: AccessNotes) {
    this.iova = inner.iova;
    this.length = inner.length;
    this.isWritable = inner.isWritable;
    this.#inner = inner;
    this.#pasid = pasid;
    this.#notes = notes;
  }

  get isRevoked(): boolean {
    return this.#inner.isRevoked;
  }

  views(): readonly Uint8Array[] {
    const views = this.#inner.views();
    this.#notes.addViews(this.isWritable ? 'write' : 'read', this.#pasid, this.iova, views);
    return views;
  }

  read(offset: number, into: Uint8Array): void {
    this.#inner.read(offset, into);
    this.#notes.add('read', this.#pasid, iovaAfter(this.iova, offset), into);
  }

  write(offset: number, from: Uint8Array): void {
    this.#notes.change(() => {
      this.#inner.write(offset, from);
    });
    this.#notes.add('write', this.#pasid, iovaAfter(this.iova, offset), from);
  }

  unpin(): void {
    this.#inner.unpin();
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
