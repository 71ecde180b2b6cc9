import type {
  AccessOptions,
  Dma,
  DmaAccess,
  DmaSegment,
  Iova,
  ModelAccess,
  Pasid,
} from '@mdevkit/core';
import { failure } from '../errors.js';
import type { ConfigSpace } from './config-space.js';

/**
 * Memory access by the function, as long as it may master the bus. Otherwise every method throws
 * `pci.bus-master` (EIO) and transfers nothing: on a bus the request would never be issued.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.1.1.3 (Bus Master Enable).
 */
export class GatedDma implements Dma {
  readonly #dma: Dma;
  readonly #config: ConfigSpace;

  constructor(dma: Dma, config: ConfigSpace) {
    this.#dma = dma;
    this.#config = config;
  }

  get pasid(): Pasid {
    return this.#dma.pasid;
  }

  read(iova: Iova, into: Uint8Array): void {
    this.#check(iova, into.length, 'read');
    this.#dma.read(iova, into);
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#check(iova, from.length, 'write');
    this.#dma.write(iova, from);
  }

  async fetch(iova: Iova, into: Uint8Array): Promise<void> {
    this.#check(iova, into.length, 'read');
    await this.#dma.fetch(iova, into);
  }

  async store(iova: Iova, from: Uint8Array): Promise<void> {
    this.#check(iova, from.length, 'write');
    await this.#dma.store(iova, from);
  }

  fill(iova: Iova, length: number, value: number): void {
    this.#check(iova, length, 'write');
    this.#dma.fill(iova, length, value);
  }

  copy(to: Iova, from: Iova, length: number): void {
    this.#check(from, length, 'read');
    this.#dma.copy(to, from, length);
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    this.#check(segments[0]?.iova, into.length, 'read');
    this.#dma.gather(segments, into);
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    this.#check(segments[0]?.iova, from.length, 'write');
    this.#dma.scatter(segments, from);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    this.#check(iova, length, access);
    return this.#dma.view(iova, length, access);
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    this.#check(iova, length, access);
    return this.#dma.views(iova, length, access);
  }

  async request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    this.#check(iova, length, access);
    await this.#dma.request(iova, length, access);
  }

  /** Not gated: what the driver does with its own access is no request on the bus. */
  access(options: AccessOptions): ModelAccess {
    return this.#dma.access(options);
  }

  withPasid(pasid: Pasid): Dma {
    return new GatedDma(this.#dma.withPasid(pasid), this.#config);
  }

  #check(iova: Iova | undefined, length: number, access: DmaAccess): void {
    if (!this.#config.busMaster) {
      throw failure('pci.bus-master', { iova, length, access });
    }
  }
}
