import type { DeviceModel, Dma, Implementation } from '@mdevkit/core';
import { Adapter } from './adapter.js';
import type { Fabric } from './fabric.js';
import { implementVerbs } from './objects/index.js';
import type { VerbsOptions } from './options.js';

/** A device without registers: everything that it does is on its control plane. */
export class VerbsDevice implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly regions = [];
  readonly irqs = [];
  readonly objects: readonly Implementation[];
  readonly adapter: Adapter;
  readonly #dma: Dma;

  constructor(fabric: Fabric, dma: Dma, { srq = true, xrc = true, step }: VerbsOptions = {}) {
    this.#dma = dma;
    this.adapter = new Adapter(fabric, step);
    this.objects = implementVerbs(this.adapter, { srq, xrc });
  }

  open(): void {
    this.adapter.open(this.#dma);
  }

  /** The core has released all objects before. */
  close(): void {
    this.adapter.close();
  }
}
