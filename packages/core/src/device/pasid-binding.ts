import type { AddressSpace, Pasid } from '../iommu/index.js';
import { requireSpace } from './arguments.js';
import type { PasidBinding } from './contract.js';
import type { BoundPasid, DmaPlane } from './dma-plane.js';

/** A further address space of a device, in the hands of its client. */
export class ClientPasidBinding implements PasidBinding {
  readonly #bound: BoundPasid;
  readonly #plane: DmaPlane;
  #ending: Promise<void> | undefined;

  constructor(bound: BoundPasid, plane: DmaPlane) {
    this.#bound = bound;
    this.#plane = plane;
  }

  get pasid(): Pasid {
    return this.#bound.pasid;
  }

  async replace(space: AddressSpace): Promise<void> {
    requireSpace(space);
    this.#plane.replace(this.#bound, space);
  }

  unbind(): Promise<void> {
    this.#ending ??= this.#plane.unbind(this.#bound);
    return this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unbind();
  }
}
