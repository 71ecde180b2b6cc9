import {
  defineDriver,
  type DeviceModel,
  type Implementation,
  type ModelServices,
  type QuiesceCause,
} from '@mdevkit/core';
import { doeCapability, doeClasses, DoeInstances, doeObjects, type DoeFeature } from '@mdevkit/doe';
import { pcieEndpoint, pciLayout, PciFunction } from '@mdevkit/pci';

/** Answers every object of vendor 0x6d64, type 7, with the same bytes in reverse. */
class Mirror implements DoeFeature {
  readonly vendor = 0x6d64;
  readonly type = 7;

  handle(request: Uint8Array): Uint8Array {
    return request.toReversed();
  }
}

const capability = { at: 0x100 };
const layout = pciLayout({
  vendorId: 0x6d64,
  deviceId: 0xd0e0,
  classCode: 0xff0000,
  capabilities: [pcieEndpoint(), doeCapability(capability)],
});

class MirrorFunction implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  /** Grants of features; with `doeClasses` of the driver. */
  readonly objects: readonly Implementation[];
  readonly #doe: DoeInstances;

  constructor({ dma, irqs, clock, logger }: ModelServices) {
    this.#doe = new DoeInstances([{ ...capability, features: [{ feature: new Mirror() }] }], {
      clock,
      logger,
      vectors: layout.vectors,
      message: (vector) => void pci.message(vector),
    });
    const pci: PciFunction = new PciFunction(layout, {
      irqs,
      dma,
      configHooks: this.#doe.configHooks,
      onFunctionLevelReset: () => this.reset(),
    });
    this.regions = pci.regions;
    this.irqs = pci.irqs;
    this.objects = doeObjects(this.#doe);
  }

  reset(): void {
    this.#doe.reset();
  }

  close(): void {
    this.#doe.reset();
  }

  /** A client behind a transport may go without a close. */
  quiesce(cause: QuiesceCause): void {
    this.#doe.quiesce(cause);
  }

  [Symbol.dispose](): void {
    this.#doe[Symbol.dispose]();
  }
}

export const mirrorDriver = defineDriver({
  name: 'mirror',
  deviceApi: 'vfio-pci',
  types: [{ id: 'one' }],
  parents: [{ name: 'mirror0', capacity: 4 }],
  objects: doeClasses,
  model: (services) => new MirrorFunction(services),
});
