import {
  defineDriver,
  ManualClock,
  MdevHost,
  type Control,
  type Device,
  type DeviceModel,
  type Implementation,
  type IrqIndexSpec,
  type ModelServices,
  type RegionSlot,
} from '@mdevkit/core';
import { deviceSerialNumber, msi, pcieEndpoint, PciFunction, pciLayout } from '@mdevkit/pci';
import {
  PCI_DOE_CTRL,
  PCI_DOE_CTRL_GO,
  PCI_DOE_STATUS,
  PCI_DOE_STATUS_INT_STATUS,
  PCI_DOE_WRITE,
} from '@mdevkit/uapi';
import { doeClasses } from '../../abi/control/index.js';
import { encodeObject, type DoeObjectId } from '../../abi/object/index.js';
import type { DoeInstanceSpec } from '../feature/index.js';
import { doeCapability } from '../instance/index.js';
import { DoeInstances } from '../set/index.js';
import { doeObjects } from './doe-objects.js';

const CONFIG = 7;

/** A PCI function with DOE Capabilities and nothing else. */
class DoeModel implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly regions: readonly RegionSlot[];
  readonly irqs: readonly IrqIndexSpec[];
  readonly objects: readonly Implementation[];
  readonly instances: DoeInstances;

  constructor(specs: readonly DoeInstanceSpec[], { dma, irqs, clock, logger }: ModelServices) {
    this.instances = new DoeInstances(specs, {
      clock,
      logger,
      vectors: 8,
      message: (vector) => void pci.message(vector),
    });
    const layout = pciLayout({
      vendorId: 0x1af4,
      deviceId: 0x10f0,
      classCode: 0xff0000,
      capabilities: [
        pcieEndpoint(),
        msi({ vectors: 4 }),
        deviceSerialNumber(1n),
        ...specs.map(doeCapability),
      ],
    });
    const pci = new PciFunction(layout, {
      irqs,
      dma,
      configHooks: this.instances.configHooks,
      onFunctionLevelReset: () => {
        this.reset();
      },
    });
    this.regions = pci.regions;
    this.irqs = pci.irqs;
    this.objects = doeObjects(this.instances);
  }

  close(): void {
    this.instances.reset();
  }

  reset(): void {
    this.instances.reset();
  }

  [Symbol.dispose](): void {
    this.instances[Symbol.dispose]();
  }
}

/** A host with one such device, which a client has open. */
export class DoeDevice implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly host = new MdevHost({ clock: this.clock });
  uuid = '';
  #model: DoeModel | undefined;
  #device: Device | undefined;
  readonly #controls: Control[] = [];

  static async open(specs: readonly DoeInstanceSpec[]): Promise<DoeDevice> {
    const made = new DoeDevice();
    await made.host.load(
      defineDriver({
        name: 'doe-test',
        deviceApi: 'vfio-pci',
        types: [{ id: 'one', name: 'DOE' }],
        parents: [{ name: 'doe0', capacity: 1 }],
        objects: doeClasses,
        model: (services) => {
          made.#model = new DoeModel(specs, services);
          return made.#model;
        },
      }),
    );
    const { uuid } = await made.host.create({ parent: 'doe0', type: 'doe-test-one' });
    made.uuid = uuid;
    made.#device = await made.host.open(uuid);
    return made;
  }

  get device(): Device {
    return present(this.#device);
  }

  get instances(): DoeInstances {
    return present(this.#model).instances;
  }

  /** Another client of the control plane. */
  async control(): Promise<Control> {
    const control = await this.device.control();
    this.#controls.push(control);
    return control;
  }

  /** What a guest does: an object, and Go. */
  async send(id: DoeObjectId, payload: Uint8Array, at = 0x140): Promise<void> {
    const object = encodeObject(id, payload);
    for (let offset = 0; offset < object.length; offset += 4) {
      await this.device.write(CONFIG, at + PCI_DOE_WRITE, object.subarray(offset, offset + 4));
    }
    await this.#set(at + PCI_DOE_CTRL, PCI_DOE_CTRL_GO);
  }

  async abort(at = 0x140): Promise<void> {
    await this.#set(at + PCI_DOE_CTRL, 1);
  }

  /** Without Interrupt Status. */
  async status(at = 0x140): Promise<number> {
    const word = new Uint8Array(4);
    await this.device.read(CONFIG, at + PCI_DOE_STATUS, word);
    return (new DataView(word.buffer).getUint32(0, true) & ~PCI_DOE_STATUS_INT_STATUS) >>> 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#controls.map((control) => control.close()));
    await this.#device?.close();
    await this.host.close();
  }

  async #set(offset: number, value: number): Promise<void> {
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, value, true);
    await this.device.write(CONFIG, offset, word);
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the device is not open');
  }
  return value;
}
