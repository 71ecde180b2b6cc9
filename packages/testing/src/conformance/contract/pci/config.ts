import type { Device } from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { codeAnswered, done, fail, hex } from '../support/index.js';

type Width = 1 | 2 | 4;

/** Configuration space of a function, as a client accesses it. */
export class Config {
  readonly #bench: Bench;
  readonly #device: Device;

  constructor(bench: Bench, device: Device) {
    this.#bench = bench;
    this.#device = device;
  }

  /** Bytes. */
  async size(): Promise<number> {
    return (await this.#device.regionInfo(VFIO_PCI_CONFIG_REGION_INDEX)).size;
  }

  async read(at: number, width: Width): Promise<number> {
    const bytes = new Uint8Array(4);
    const into = bytes.subarray(0, width);
    const what = `a read of ${width} bytes at ${hex(at)} of configuration space`;
    const call = this.#device.read(VFIO_PCI_CONFIG_REGION_INDEX, at, into);
    if ((await done(this.#bench, what, call)) !== width) {
      fail(`${what} is short`);
    }
    return new DataView(bytes.buffer).getUint32(0, true);
  }

  /** A driver may refuse a value, but not in silence. */
  async write(at: number, width: Width, value: number): Promise<void> {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
    const from = bytes.subarray(0, width);
    const what = `a write of ${hex(value >>> 0)} at ${hex(at)} of configuration space`;
    await codeAnswered(
      this.#bench,
      what,
      this.#device.write(VFIO_PCI_CONFIG_REGION_INDEX, at, from),
    );
  }

  /** All of it, from byte 0 on. */
  async bytes(): Promise<Uint8Array> {
    const bytes = new Uint8Array(await this.size());
    for (let at = 0; at < bytes.length; at += 4) {
      new DataView(bytes.buffer).setUint32(at, await this.read(at, 4), true);
    }
    return bytes;
  }
}
