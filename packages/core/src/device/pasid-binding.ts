import type { AddressSpace, Pasid } from '../iommu/index.js';
import type { PasidBinding } from './contract.js';
import type { DmaPlane } from './dma-plane.js';

/** A further address space of a device, in the hands of its client. */
export class ClientPasidBinding implements PasidBinding {
  readonly pasid: Pasid;
  readonly #plane: DmaPlane;
  #ending: Promise<void> | undefined;

  constructor(pasid: Pasid, plane: DmaPlane) {
    this.pasid = pasid;
    this.#plane = plane;
  }

  async replace(space: AddressSpace): Promise<void> {
    this.#plane.replace(this.pasid, space);
  }

  unbind(): Promise<void> {
    this.#ending ??= this.#plane.unbind(this.pasid);
    return this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unbind();
  }
}
