import { defineDriver, DeviceMemory, type RangeHandler } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { PciFunction, pciLayout, pcieEndpoint } from '@mdevkit/pci';

/** Where a guest finds the function. */
export const windowId = { vendor: 0x6d64, device: 0xed02 } as const;

/** Of BAR 0: one page whose accesses are counted, and then memory that QEMU maps. */
export const windowLayout = { trapped: 0x1000, mapped: 0xf000 } as const;

const layout = pciLayout({
  vendorId: windowId.vendor,
  deviceId: windowId.device,
  classCode: 0x00ff00,
  bars: { 0: { size: windowLayout.trapped + windowLayout.mapped } },
  capabilities: [pcieEndpoint()],
});

/** Memory of a device that its clients map: what is in the window, and how often somebody had to be asked for a byte. */
export class Window implements Disposable {
  /** Laid out as the BAR: one descriptor stands for all of it. */
  readonly memory = SharedMemory.create(windowLayout.trapped + windowLayout.mapped);
  accesses = 0;

  get bytes(): Uint8Array {
    return this.memory.bytes?.subarray(windowLayout.trapped) ?? new Uint8Array(0);
  }

  /** One device, type `window-one`. */
  get driver(): ReturnType<typeof defineDriver> {
    const handler: RangeHandler = {
      read: (_offset, data, at, length) => {
        this.accesses += 1;
        data.setUint8(at, this.accesses);
        return length;
      },
      write: (_offset, _data, _at, length) => length,
    };
    const { trapped, mapped } = windowLayout;
    return defineDriver({
      name: 'window',
      deviceApi: 'vfio-pci',
      types: [{ id: 'one' }],
      parents: [{ name: 'window0', capacity: 1 }],
      model: ({ irqs, dma }) => {
        const memory = new DeviceMemory(mapped, {
          shared: this.memory,
          sharedOffset: trapped,
          preserve: true,
        });
        const { regions, irqs: indexes } = new PciFunction(layout, {
          irqs,
          dma,
          bars: {
            0: [
              { kind: 'trapped', offset: 0, size: trapped, handler },
              { kind: 'memory', offset: trapped, memory, mmap: true },
            ],
          },
        });
        return { deviceApi: 'vfio-pci', regions, irqs: indexes, reset: () => undefined };
      },
    });
  }

  [Symbol.dispose](): void {
    this.memory[Symbol.dispose]();
  }
}
