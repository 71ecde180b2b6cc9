import { MdevError, type Device } from '@mdevkit/core';
import { PCI_CFG_SPACE_SIZE, VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { checkOffset, type ConfigAccess } from './config-access.js';

/**
 * The config space of a device of VFIO: in process, or behind a vfio-user socket. The device stays the caller's.
 *
 * Accesses reject with what the device rejects with, and with EINVAL `doe.config-end` for a device that has no extended
 * config space.
 *
 * Source: Linux include/uapi/linux/vfio.h, VFIO_PCI_CONFIG_REGION_INDEX; drivers/vfio/pci/vfio_pci_config.c,
 * vfio_config_do_rw.
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
    await whole(offset, () => this.#device.read(VFIO_PCI_CONFIG_REGION_INDEX, offset, word));
    return new DataView(word.buffer).getUint32(0, true);
  }

  async write32(offset: number, value: number): Promise<void> {
    checkOffset(offset);
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, value, true);
    await whole(offset, () => this.#device.write(VFIO_PCI_CONFIG_REGION_INDEX, offset, word));
  }
}

/** Runs an access to all four bytes. */
async function whole(offset: number, access: () => Promise<number>): Promise<void> {
  let bytes: number;
  try {
    bytes = await access();
  } catch (error) {
    throw isBeyond(offset, error) ? failure('doe.config-end', { offset }, error) : error;
  }
  if (bytes !== 4) {
    throw failure('doe.config-end', { offset });
  }
}

/** Only beyond its end does a device refuse a whole word: by EFAULT, as vfio does, or by EINVAL. */
function isBeyond(offset: number, error: unknown): boolean {
  return (
    offset >= PCI_CFG_SPACE_SIZE &&
    MdevError.is(error) &&
    (error.code === 'EFAULT' || error.code === 'EINVAL')
  );
}
