import { defineDriver, Region, type DeviceModel } from '@mdevkit/core';
import {
  doeCapability,
  doeClasses,
  DoeFunction,
  type DoeInstances,
  type DoeInstanceSpec,
} from '@mdevkit/doe';
import { deviceSerialNumber, msix, pcieEndpoint, pciLayout } from '@mdevkit/pci';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { type ConfigTrace } from './config-trace.js';

const id = { vendor: 0x6d64, device: 0xed03 } as const;

/** What a function has besides an identity. */
export interface DoeFunctionOptions {
  /** New ones for each device. */
  readonly instances: () => readonly DoeInstanceSpec[];
  /** Is given what each device has made of them. */
  readonly onMade: (doe: DoeInstances) => void;
  /** Is told the accesses of config space, of all devices. */
  readonly trace: ConfigTrace;
}

/** Functions that have nothing but DOE Capabilities, and two vectors; type `doe-one`. */
export function doeFunctionDriver(options: DoeFunctionOptions): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'doe',
    deviceApi: 'vfio-pci',
    types: [{ id: 'one' }],
    parents: [{ name: 'doe0', capacity: 4 }],
    objects: doeClasses,
    model: (services) => {
      const specs = options.instances();
      const device = new DoeFunction(services, layoutOf(specs), specs);
      options.onMade(device.doe);
      return traced(device, options.trace);
    },
  });
}

function layoutOf(specs: readonly DoeInstanceSpec[]): ReturnType<typeof pciLayout> {
  return pciLayout({
    vendorId: id.vendor,
    deviceId: id.device,
    classCode: 0xff0000,
    bars: { 0: { size: 0x4000 } },
    capabilities: [
      pcieEndpoint(),
      msix({ vectors: 2, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } }),
      // The list must begin at 0x100.
      deviceSerialNumber(0x6d64_6d64_ed03_0001n),
      ...specs.map(doeCapability),
    ],
  });
}

function traced(device: DoeFunction, trace: ConfigTrace): DeviceModel {
  return {
    deviceApi: device.deviceApi,
    irqs: device.irqs,
    objects: device.objects,
    regions: device.regions.map((region, index) =>
      index === VFIO_PCI_CONFIG_REGION_INDEX && region instanceof Region
        ? trace.of(region)
        : region,
    ),
    reset: () => {
      device.reset();
    },
    close: () => {
      device.close();
    },
    [Symbol.dispose]: () => {
      device[Symbol.dispose]();
    },
  };
}
