import type { Tap } from '../interpose/index.js';
import type { AddressSpace, Iova } from '../iommu/index.js';
import type { DmaMap } from './contract.js';
import { DmaPlane, type BoundPasid, type DmaPlaneOptions } from './dma-plane.js';

/** The client's side of a device's DMA, with a tap around its calls. */
export class TappedDmaPlane extends DmaPlane {
  readonly #tap: Tap;

  constructor(options: DmaPlaneOptions, tap: Tap) {
    super(options);
    this.#tap = tap;
  }

  override map(map: DmaMap): void {
    this.#tap.call({ kind: 'dma-map', map }, () => {
      super.map(map);
    });
  }

  override unmap(iova: Iova, size: number): number {
    return this.#tap.call({ kind: 'dma-unmap', iova, size }, () => super.unmap(iova, size));
  }

  override bind(space: AddressSpace): BoundPasid {
    return this.#tap.call({ kind: 'bind' }, () => super.bind(space));
  }

  override unbind(bound: BoundPasid): Promise<void> {
    return this.#tap.call({ kind: 'unbind', pasid: bound.pasid }, () => super.unbind(bound));
  }
}
