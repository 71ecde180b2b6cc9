import { PciBus } from './pci-bus.js';
import { type PciFunction } from './pci-function.js';
import { command, config } from './pci-registers.js';
import { type QtestClient } from './qtest-client.js';

/** The register of q35's host bridge that places configuration space in memory (Intel 3 series, 5.1.17). */
const PCIEXBAR = 0x60;
const CONFIG_ADDRESS = 0xcf8;
const CONFIG_DATA = 0xcfc;

/** Where this harness puts configuration space, and behind it the BARs of all devices. */
const ECAM = 0xb000_0000;
const DEVICE_MEMORY = { first: 0xe000_0000, end: 0xfe00_0000 };
const PORTS = { first: 0xc000, end: 0x1_0000 };

/** What a bridge forwards to its bus: a window of this size. */
const WINDOW = 0x0200_0000;

/** Does what firmware does with the PCI of a q35 machine: nobody else runs there under qtest. */
export class PciHost {
  /** Bus 0. */
  readonly root: PciBus;
  readonly #qtest: QtestClient;
  #nextBus = 1;

  private constructor(qtest: QtestClient) {
    this.#qtest = qtest;
    this.root = new PciBus(qtest, ECAM, 0, DEVICE_MEMORY, PORTS);
  }

  /** Turns on configuration space in memory, for all 256 buses. */
  static async create(qtest: QtestClient): Promise<PciHost> {
    const host = new PciHost(qtest);
    await host.#writeHostBridge(PCIEXBAR + 4, 0);
    await host.#writeHostBridge(PCIEXBAR, ECAM | 1);
    return host;
  }

  /** Gives the bus behind a bridge of bus 0 a number and a window for memory. */
  async openBridge(bridge: PciFunction): Promise<PciBus> {
    const number = this.#nextBus++;
    const first = this.root.takeMemory(WINDOW);
    const end = first + WINDOW;
    await bridge.write(config.busNumbers, 4, (number << 16) | (number << 8));
    await bridge.write(config.memoryWindow, 2, first / 0x1_0000);
    await bridge.write(config.memoryWindow + 2, 2, (end - 1) >>> 16);
    await bridge.enable(command.memory | command.busMaster);
    return new PciBus(this.#qtest, ECAM, number, { first, end }, { first: 0, end: 0 });
  }

  async #writeHostBridge(offset: number, value: number): Promise<void> {
    await this.#qtest.portWrite(CONFIG_ADDRESS, 4, (0x8000_0000 | offset) >>> 0);
    await this.#qtest.portWrite(CONFIG_DATA, 4, value >>> 0);
  }
}
