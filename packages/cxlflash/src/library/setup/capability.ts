import type { Device } from '@mdevkit/core';
import { findVendorCapability } from '@mdevkit/pci';
import {
  PCI_CFG_SPACE_SIZE,
  SislHostMap,
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_PCI_NUM_REGIONS,
  VFIO_PCI_ROM_REGION_INDEX,
} from '@mdevkit/uapi';
import {
  FLASH_ABI_VERSION,
  FLASH_CAPABILITY_ID,
  FLASH_MODE_IOARRIN,
  FlashCapability,
  type FlashCapabilityValue,
} from '../../abi/index.js';
import { failure } from '../../errors/index.js';

/**
 * What the capability of a flash AFU says, checked against the regions that the device has. Throws ENODEV
 * `cxlflash.not-a-flash`, EPROTONOSUPPORT `cxlflash.abi`, EPROTO `cxlflash.capability`.
 */
export async function readCapability(device: Device): Promise<FlashCapabilityValue> {
  const { numRegions } = await device.info();
  if (numRegions < VFIO_PCI_NUM_REGIONS) {
    throw failure('cxlflash.not-a-flash');
  }
  const config = new Uint8Array(PCI_CFG_SPACE_SIZE);
  await device.read(VFIO_PCI_CONFIG_REGION_INDEX, 0, config);
  const found = findVendorCapability(config, FLASH_CAPABILITY_ID);
  if (found === undefined) {
    throw failure('cxlflash.not-a-flash');
  }
  if (found.version !== FLASH_ABI_VERSION) {
    throw failure('cxlflash.abi', { version: found.version, supported: FLASH_ABI_VERSION });
  }
  if (found.payload.length < FlashCapability.size) {
    throw failure('cxlflash.capability', { field: 'length' });
  }
  const capability = FlashCapability.decode(found.payload);
  await check(device, capability);
  return capability;
}

async function check(device: Device, capability: FlashCapabilityValue): Promise<void> {
  const { contexts, host_stride, host_bar } = capability;
  require((capability.modes & FLASH_MODE_IOARRIN) !== 0, 'modes');
  require(contexts > 0, 'contexts');
  require(host_stride >= SislHostMap.size, 'host_stride');
  require(capability.command_room > 0, 'command_room');
  require(host_bar < VFIO_PCI_ROM_REGION_INDEX, 'host_bar');
  require((await device.regionInfo(host_bar)).size >= contexts * host_stride, 'host_bar');
}

function require(valid: boolean, field: string): void {
  if (!valid) {
    throw failure('cxlflash.capability', { field });
  }
}
