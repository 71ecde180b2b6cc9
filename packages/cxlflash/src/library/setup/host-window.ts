import type { Device } from '@mdevkit/core';

/** The part of a device that registers need. */
export type RegisterAccess = Pick<Device, 'read' | 'write'>;

/**
 * The registers of one context, through the device contract: 8 bytes each, big endian. The methods reject with what the device
 * throws.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_host_map; drivers/scsi/cxlflash/main.h, readq_be and writeq_be.
 */
export class HostWindow {
  readonly #device: RegisterAccess;
  readonly #region: number;
  readonly #offset: number;

  /** `offset` is where the window begins in the region. */
  constructor(device: RegisterAccess, region: number, offset: number) {
    this.#device = device;
    this.#region = region;
    this.#offset = offset;
  }

  async read(register: number): Promise<bigint> {
    const bytes = new Uint8Array(8);
    await this.#device.read(this.#region, this.#offset + register, bytes);
    return new DataView(bytes.buffer).getBigUint64(0);
  }

  write(register: number, value: bigint): Promise<unknown> {
    return this.writeBytes(register, registerBytes(value));
  }

  /** As {@link write}, for a value that is written again and again. The bytes are lent until it resolves. */
  writeBytes(register: number, bytes: Uint8Array): Promise<unknown> {
    return this.#device.write(this.#region, this.#offset + register, bytes);
  }
}

/** A value as a register takes it. */
export function registerBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}
