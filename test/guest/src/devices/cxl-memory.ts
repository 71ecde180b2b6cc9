import { defineDriver } from '@mdevkit/core';
import { CxlMemoryDevice, doeClasses, type CxlType3Options } from '@mdevkit/doe';

/** Memory devices of these options; type `cxlmem-one`. `onMade` is given each. */
export function cxlMemoryDriver(
  options: CxlType3Options,
  onMade: (device: CxlMemoryDevice) => void,
): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'cxlmem',
    deviceApi: 'vfio-pci',
    types: [{ id: 'one' }],
    parents: [{ name: 'cxlmem0', capacity: 4 }],
    objects: doeClasses,
    model: (services) => {
      const device = new CxlMemoryDevice(services, options);
      onMade(device);
      return device;
    },
  });
}
