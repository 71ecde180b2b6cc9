import {
  ManualClock,
  type MdevHost,
  silentLogger,
  type Device,
  type Interposer,
  type MdevIdentity,
  type MdevType,
} from '@mdevkit/core';
import type { ConformanceOptions, MakeHost } from '../make-host.js';

/**
 * A host with the driver under test, for one check. Everything that is made through it is released when it is disposed, in
 * reverse order.
 */
export class Bench implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly options: ConformanceOptions;
  readonly host: MdevHost;
  readonly #devices: Device[] = [];

  private constructor(host: MdevHost, clock: ManualClock, options: ConformanceOptions) {
    this.host = host;
    this.clock = clock;
    this.options = options;
  }

  static async start(
    makeHost: MakeHost,
    options: ConformanceOptions = {},
    interposers: readonly Interposer[] = [],
  ): Promise<Bench> {
    const clock = new ManualClock();
    const host = await makeHost({ clock, logger: silentLogger, interposers });
    return new Bench(host, clock, options);
  }

  /** The type under test, of its first parent. Throws if there is none. */
  get type(): MdevType {
    const type = this.host.types.find(({ id }) => id === (this.options.type ?? id));
    if (type === undefined) {
      throw new Error(`the host offers no type ${this.options.type ?? ''}`);
    }
    return type;
  }

  /** A new mdev of the type under test. */
  create(): Promise<MdevIdentity> {
    const { parent, id } = this.type;
    return this.host.create({ parent, type: id });
  }

  /** A new mdev, open. */
  async open(): Promise<Device> {
    const { uuid } = await this.create();
    const device = await this.host.open(uuid);
    this.#devices.push(device);
    return device;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const device of this.#devices.splice(0).reverse()) {
      await device.close();
    }
    await this.host.close();
  }
}
