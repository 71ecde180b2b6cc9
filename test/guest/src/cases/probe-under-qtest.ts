import { probeId, probeRegisters, probeStatus } from '../devices/index.js';
import { type Lab } from '../lab/index.js';
import { vfioUserDevice } from '../qemu/index.js';
import {
  type Bar,
  capability,
  MsixTable,
  type PciFunction,
  PciHost,
  QtestMachine,
} from '../qtest/index.js';
import { type ServedMdev } from '../serve/index.js';

/** Of the PCI Express capability: Device Control, and its bit for a reset (PCI Express Base, 7.5.3.4). */
const DEVICE_CONTROL = 8;
const INITIATE_RESET = 0x8000;

type Register = Parameters<typeof probeRegisters.offsetOf>[0];

/** Options of QEMU with a plain `-m`: no descriptor stands for the guest's memory. */
export const plainMemory = {
  machine: ['memory-backend=plain'],
  more: ['-object', 'memory-backend-ram,id=plain,size=256M'],
} as const;

/** A probe in a QEMU without a guest: this is its driver. */
export class ProbeUnderQtest implements AsyncDisposable {
  readonly machine: QtestMachine;
  #pci: PciFunction;
  #bars: ReadonlyMap<number, Bar> = new Map();

  private constructor(machine: QtestMachine, pci: PciFunction) {
    this.machine = machine;
    this.#pci = pci;
  }

  /** Attaches it to bus 0, where it has its BARs, and everything enabled. */
  static async attach(
    lab: Lab,
    { path }: ServedMdev,
    options: Omit<Parameters<typeof QtestMachine.start>[1], 'devices'> = {},
  ): Promise<ProbeUnderQtest> {
    const devices = [vfioUserDevice({ id: 'probe0', path })];
    const machine = await QtestMachine.start(lab, { ...options, devices });
    try {
      const pci = await machine.pci.root.find(probeId.vendor, probeId.device);
      const probe = new ProbeUnderQtest(machine, pci);
      await probe.enable();
      return probe;
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pci(): PciFunction {
    return this.#pci;
  }

  get bars(): ReadonlyMap<number, Bar> {
    return this.#bars;
  }

  /** The machine was reset: does once more what firmware does. */
  async findAgain(): Promise<void> {
    const { root } = await PciHost.create(this.machine.qtest);
    this.#pci = await root.find(probeId.vendor, probeId.device);
    await this.enable();
  }

  /** Gives it addresses, and lets it answer there and master the bus: again after a reset. */
  async enable(): Promise<void> {
    this.#bars = await this.pci.assignBars();
    await this.pci.enable();
  }

  /** Where BAR `index` is. */
  address(index: number): number {
    const bar = this.#bars.get(index);
    if (bar === undefined) {
      throw new RangeError(`the probe has no BAR ${index}`);
    }
    return bar.address;
  }

  async read(register: Register): Promise<number> {
    return this.machine.qtest.read(this.address(0) + probeRegisters.offsetOf(register), 4);
  }

  async write(register: Register, value: number): Promise<void> {
    await this.machine.qtest.write(this.address(0) + probeRegisters.offsetOf(register), 4, value);
  }

  /** Has it begin to copy guest memory; `how` is one of `probeCommand`. */
  async startCopy(how: number, source: number, target: number, length: number): Promise<void> {
    await this.write('SOURCE', source);
    await this.write('TARGET', target);
    await this.write('LENGTH', length);
    await this.write('COMMAND', how);
  }

  /** The same to its end, and gives the status then: one of `probeStatus`. */
  async copy(how: number, source: number, target: number, length: number): Promise<number> {
    await this.startCopy(how, source, target, length);
    return this.machine.qtest.until('an end of the copy', async () => {
      const status = await this.read('STATUS');
      return status === probeStatus.busy ? undefined : status;
    });
  }

  /** Initiates a function level reset, and waits until config space answers again. */
  async functionLevelReset(): Promise<void> {
    const control = ((await this.pci.findCapability(capability.express)) ?? 0) + DEVICE_CONTROL;
    await this.pci.write(control, 2, (await this.pci.read(control, 2)) | INITIATE_RESET);
    await this.pci.read(control, 2);
  }

  async msix(): Promise<MsixTable> {
    return MsixTable.find(this.pci, this.#bars);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.machine[Symbol.asyncDispose]();
  }
}
