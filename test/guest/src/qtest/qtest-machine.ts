import { type Lab } from '../lab/index.js';
import { type MachineOptions, Qemu, type QmpClient } from '../qemu/index.js';
import { nativeHotplug } from './hotplug-slot.js';
import { PciHost } from './pci-host.js';
import { QtestClient } from './qtest-client.js';

/** A QEMU without a guest: this process takes the part of the guest's processor. */
export class QtestMachine implements AsyncDisposable {
  private constructor(
    readonly qemu: Qemu,
    readonly qtest: QtestClient,
    readonly pci: PciHost,
  ) {}

  static async start(
    lab: Lab,
    options: Omit<MachineOptions, 'accelerator'>,
  ): Promise<QtestMachine> {
    const qemu = await Qemu.start(lab, {
      ...options,
      accelerator: 'qtest',
      more: [...nativeHotplug, ...(options.more ?? [])],
    });
    try {
      const qtest = new QtestClient(qemu.qtest);
      return new QtestMachine(qemu, qtest, await PciHost.create(qtest));
    } catch (error) {
      await qemu[Symbol.asyncDispose]();
      throw error;
    }
  }

  get monitor(): QmpClient {
    return this.qemu.monitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.qemu[Symbol.asyncDispose]();
  }
}
