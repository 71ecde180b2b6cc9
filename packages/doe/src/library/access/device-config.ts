import type { Device } from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { checkOffset, type ConfigAccess } from './config-access.js';

/**
 * The config space of a device of VFIO: in process, or behind a vfio-user socket. The device stays the caller's.
 *
 * Accesses reject with what the device rejects with, and with EINVAL `doe.config-end` for a device that has no extended
 * config space.
 *
 * Source: Linux include/uapi/linux/vfio.h, VFIO_PCI_CONFIG_REGION_INDEX.
 */
export function deviceConfig(device: Pick<Device, 'read' | 'write'>): ConfigAccess {
  return new DeviceConfig(device);
}

class DeviceConfig implements ConfigAccess {
  readonly #device: Pick<Device, 'read' | 'write'>;

  constructor(device: Pick<Device, 'read' | 'write'>) {
    this.#device = device;
  }

  async read32(offset: number): Promise<number> {
    checkOffset(offset);
    const word = new Uint8Array(4);
    whole(await this.#device.read(VFIO_PCI_CONFIG_REGION_INDEX, offset, word), offset);
    return new DataView(word.buffer).getUint32(0, true);
  }

  async write32(offset: number, value: number): Promise<void> {
    checkOffset(offset);
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, value, true);
    whole(await this.#device.write(VFIO_PCI_CONFIG_REGION_INDEX, offset, word), offset);
  }
}

function whole(bytes: number, offset: number): void {
  if (bytes !== 4) {
    throw failure('doe.config-end', { offset });
  }
}
