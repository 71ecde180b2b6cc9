import type { Device } from '@mdevkit/core';
import { findVendorCapability } from '@mdevkit/pci';
import {
  PCI_CFG_SPACE_SIZE,
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_PCI_NUM_REGIONS,
  VFIO_PCI_ROM_REGION_INDEX,
} from '@mdevkit/uapi';
import {
  ACCEL_ABI_VERSION,
  ACCEL_CAPABILITY_ID,
  AccelCapability,
  DOORBELL_BYTES,
  MAX_DEPTH_LOG2,
  MIN_DEPTH_LOG2,
  queueRegisters,
  type AccelCapabilityValue,
} from '../../abi/index.js';
import { failure } from '../../errors.js';

/**
 * What the capability of an accelerator says, checked against the regions that the device has. Throws ENODEV
 * `accel.not-an-accelerator`, EPROTONOSUPPORT `accel.abi`, EPROTO `accel.capability`.
 */
export async function readCapability(device: Device): Promise<AccelCapabilityValue> {
  const { numRegions } = await device.info();
  if (numRegions < VFIO_PCI_NUM_REGIONS) {
    throw failure('accel.not-an-accelerator');
  }
  const config = new Uint8Array(PCI_CFG_SPACE_SIZE);
  await device.read(VFIO_PCI_CONFIG_REGION_INDEX, 0, config);
  const found = findVendorCapability(config, ACCEL_CAPABILITY_ID);
  if (found === undefined) {
    throw failure('accel.not-an-accelerator');
  }
  if (found.version !== ACCEL_ABI_VERSION) {
    throw failure('accel.abi', { version: found.version, supported: ACCEL_ABI_VERSION });
  }
  if (found.payload.length < AccelCapability.size) {
    throw failure('accel.capability', { field: 'length' });
  }
  const capability = AccelCapability.decode(found.payload);
  await check(device, capability);
  return capability;
}

async function check(device: Device, capability: AccelCapabilityValue): Promise<void> {
  const last = capability.queue_count - 1;
  const { size } = queueRegisters;
  require(last >= 0, 'queue_count');
  require(capability.queue_stride >= size, 'queue_stride');
  require(capability.doorbell_stride >= DOORBELL_BYTES, 'doorbell_stride');
  require(capability.max_depth_log2 >= MIN_DEPTH_LOG2 &&
    capability.max_depth_log2 <= MAX_DEPTH_LOG2, 'max_depth_log2');
  const registersEnd = capability.queue_offset + last * capability.queue_stride + size;
  const doorbellsEnd = last * capability.doorbell_stride + DOORBELL_BYTES;
  require(await holds(device, capability.control_bar, registersEnd), 'control_bar');
  require(await holds(device, capability.doorbell_bar, doorbellsEnd), 'doorbell_bar');
  require(await holds(device, capability.shared_bar, capability.shared_size), 'shared_bar');
}

async function holds(device: Device, bar: number, bytes: number): Promise<boolean> {
  return bar < VFIO_PCI_ROM_REGION_INDEX && (await device.regionInfo(bar)).size >= bytes;
}

function require(valid: boolean, field: string): void {
  if (!valid) {
    throw failure('accel.capability', { field });
  }
}
