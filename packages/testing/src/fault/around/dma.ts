import type {
  AccessOptions,
  Dma,
  DmaAccess,
  DmaSegment,
  Iova,
  ModelAccess,
  Pasid,
} from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';
import { faultyAccess } from './model-access.js';
import { cutSegments, iovaPlus } from './segments.js';
import { spoilPieces } from './spoil-pieces.js';

/** The DMA of a model, as a plan has it. */
export class FaultyDma implements Dma {
  readonly #inner: Dma;
  readonly #faults: MdevFaults;

  constructor(inner: Dma, faults: MdevFaults) {
    this.#inner = inner;
    this.#faults = faults;
  }

  get pasid(): Pasid {
    return this.#inner.pasid;
  }

  read(iova: Iova, into: Uint8Array): void {
    const struck = this.#faults.enter(sites.dmaRead);
    const head = into.subarray(0, struck.carried(into.length));
    this.#inner.read(iova, head);
    struck.turn(head);
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#inner.write(iova, this.#faults.enter(sites.dmaWrite).outgoing(from));
  }

  async fetch(iova: Iova, into: Uint8Array): Promise<void> {
    const struck = this.#faults.enter(sites.dmaRead);
    const head = into.subarray(0, struck.carried(into.length));
    await this.#inner.fetch(iova, head);
    struck.turn(head);
  }

  async store(iova: Iova, from: Uint8Array): Promise<void> {
    await this.#inner.store(iova, this.#faults.enter(sites.dmaWrite).outgoing(from));
  }

  fill(iova: Iova, length: number, value: number): void {
    const struck = this.#faults.enter(sites.dmaWrite);
    const carried = struck.carried(length);
    this.#inner.fill(iova, carried, value);
    for (const [at, mask] of struck.turned(carried)) {
      this.#inner.write(iovaPlus(iova, at), Uint8Array.of(value ^ mask));
    }
  }

  copy(to: Iova, from: Iova, length: number): void {
    const struck = this.#faults.enter(sites.dmaCopy);
    const carried = struck.carried(length);
    const bytes = struck.turns ? bufferOf(carried) : undefined;
    if (bytes === undefined) {
      this.#inner.copy(to, from, carried);
      return;
    }
    // Faults as a copy does: as a read, or else as a write. Memory that may only be written, or has no views, is no matter.
    this.#inner.read(from, bytes);
    struck.turn(bytes);
    this.#inner.write(to, bytes);
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    const struck = this.#faults.enter(sites.dmaRead);
    const head = into.subarray(0, struck.carried(into.length));
    this.#inner.gather(cutSegments(segments, into.length, head.length), head);
    struck.turn(head);
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    const bytes = this.#faults.enter(sites.dmaWrite).outgoing(from);
    this.#inner.scatter(cutSegments(segments, from.length, bytes.length), bytes);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    const struck = this.#faults.enter(access === 'read' ? sites.dmaRead : sites.dmaWrite);
    const view = this.#inner.view(iova, length, access);
    return spoilPieces([view], access, struck)[0] ?? view;
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    const struck = this.#faults.enter(access === 'read' ? sites.dmaRead : sites.dmaWrite);
    return spoilPieces(this.#inner.views(iova, length, access), access, struck);
  }

  async request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    this.#faults.enter(sites.dmaRequest);
    await this.#inner.request(iova, length, access);
  }

  access(options: AccessOptions): ModelAccess {
    this.#faults.enter(sites.dmaHold);
    return faultyAccess(this.#inner.access(options), this.#faults);
  }

  withPasid(pasid: Pasid): Dma {
    return new FaultyDma(this.#inner.withPasid(pasid), this.#faults);
  }
}

/** Undefined for a length that no memory has, which is for the core to refuse. */
function bufferOf(length: number): Uint8Array | undefined {
  try {
    return Number.isSafeInteger(length) ? new Uint8Array(length) : undefined;
  } catch {
    return undefined;
  }
}
