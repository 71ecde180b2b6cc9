import { type Bar, placeBar } from './bar.js';
import { type PciBus } from './pci-bus.js';
import { command, config } from './pci-registers.js';
import { type PortWidth, type QtestClient } from './qtest-client.js';

/** Configuration space of one function, and what firmware and the first lines of a driver do with it. */
export class PciFunction {
  readonly #config: number;

  /** `place` is the address of its configuration space. */
  constructor(
    readonly bus: PciBus,
    place: number,
  ) {
    this.#config = place;
  }

  get qtest(): QtestClient {
    return this.bus.qtest;
  }

  async read(offset: number, width: PortWidth): Promise<number> {
    return this.qtest.read(this.#config + offset, width);
  }

  async write(offset: number, width: PortWidth, value: number): Promise<void> {
    await this.qtest.write(this.#config + offset, width, value);
  }

  /** Sets bits of the command register. */
  async enable(bits: number = command.memory | command.busMaster): Promise<void> {
    await this.write(config.command, 2, (await this.read(config.command, 2)) | bits);
  }

  /** Where the capability with this id is; `undefined` if there is none (section 7.5.1.1.11). */
  async findCapability(id: number): Promise<number | undefined> {
    let offset = await this.read(config.capabilities, 1);
    // 48 capabilities fill the space: a longer list goes round in circles.
    for (let count = 0; offset !== 0 && count < 48; count += 1) {
      if ((await this.read(offset, 1)) === id) {
        return offset;
      }
      offset = await this.read(offset + 1, 1);
    }
    return undefined;
  }

  /** Gives every BAR an address, and returns them by their index. */
  async assignBars(): Promise<ReadonlyMap<number, Bar>> {
    const bars = new Map<number, Bar>();
    for (let index = 0; index < 6; index += 1) {
      const bar = await placeBar(this, index);
      if (bar !== undefined) {
        bars.set(index, bar);
        index += bar.wide ? 1 : 0;
      }
    }
    return bars;
  }
}
