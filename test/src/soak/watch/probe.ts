import { MdevHost, read32, type Device } from '@mdevkit/core';
import { eduDriver, eduRegisters } from '@mdevkit/example-edu';
import { VFIO_PCI_BAR0_REGION_INDEX as BAR0 } from '@mdevkit/uapi';
import { inProcess, OverVfioUser, type SoakWay } from '../ways.js';

const ID = eduRegisters.offsetOf('ID');
const READS = 200;

/** A device that stays for the whole run, by one way, to measure the latency of a trapped read. */
export class LatencyProbe implements AsyncDisposable {
  readonly #host: MdevHost;
  readonly #way: SoakWay;
  readonly #device: Device;

  private constructor(host: MdevHost, way: SoakWay, device: Device) {
    this.#host = host;
    this.#way = way;
    this.#device = device;
  }

  static async start(name: SoakWay['name']): Promise<LatencyProbe> {
    const host = new MdevHost();
    await host.load(eduDriver);
    const way = name === 'in process' ? inProcess(host) : new OverVfioUser(host);
    const { uuid } = await way.create({ parent: 'edu0', type: 'edu-one' });
    return new LatencyProbe(host, way, await way.open(uuid));
  }

  /** Nanoseconds of one read, the median of many. */
  async measure(): Promise<number> {
    const times: number[] = [];
    for (let i = 0; i < READS; i++) {
      const begin = process.hrtime.bigint();
      await read32(this.#device, BAR0, ID);
      times.push(Number(process.hrtime.bigint() - begin));
    }
    return times.sort((a, b) => a - b)[READS / 2] ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device.close();
    await this.#way[Symbol.asyncDispose]();
    await this.#host.close();
  }
}
