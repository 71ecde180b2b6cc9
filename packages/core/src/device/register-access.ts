import { failure } from '../errors/index.js';
import type { Device } from './contract.js';

/**
 * Registers as a client reads and writes them, little endian. Each throws what the device's read or write
 * throws, and EINVAL `region.range` when the region ends inside the register.
 */
export async function read32(device: Device, region: number, offset: number): Promise<number> {
  return (await readBytes(device, region, offset, 4)).getUint32(0, true);
}

export async function read64(device: Device, region: number, offset: number): Promise<bigint> {
  return (await readBytes(device, region, offset, 8)).getBigUint64(0, true);
}

export function write32(
  device: Device,
  region: number,
  offset: number,
  value: number,
): Promise<void> {
  const data = new DataView(new ArrayBuffer(4));
  data.setUint32(0, value, true);
  return writeBytes(device, region, offset, data);
}

export function write64(
  device: Device,
  region: number,
  offset: number,
  value: bigint,
): Promise<void> {
  const data = new DataView(new ArrayBuffer(8));
  data.setBigUint64(0, value, true);
  return writeBytes(device, region, offset, data);
}

async function readBytes(
  device: Device,
  region: number,
  offset: number,
  length: number,
): Promise<DataView> {
  const bytes = new Uint8Array(length);
  requireWhole(await device.read(region, offset, bytes), region, offset, length);
  return new DataView(bytes.buffer);
}

async function writeBytes(
  device: Device,
  region: number,
  offset: number,
  data: DataView,
): Promise<void> {
  const length = data.byteLength;
  requireWhole(
    await device.write(region, offset, new Uint8Array(data.buffer)),
    region,
    offset,
    length,
  );
}

function requireWhole(count: number, region: number, offset: number, length: number): void {
  if (count !== length) {
    throw failure('region.range', { region, offset, length });
  }
}
