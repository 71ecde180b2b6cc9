import { type PciFunction } from './pci-function.js';
import { capability } from './pci-registers.js';

/** Slot control: the power indicator is on or off, the power controller is off. */
const INDICATOR_MASK = 0x300;
const INDICATOR_ON = 0x100;
const INDICATOR_OFF = 0x300;
const POWER_OFF = 0x400;

/** Makes PCI Express hot-plug the guest's business: q35 leaves it to ACPI, where nobody answers here. */
export const nativeHotplug: readonly string[] = [
  '-global',
  'ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off',
];

/** What the guest's hot-plug driver does with a root port (PCI Express Base 7.0, section 7.5.3.10). */
export class HotplugSlot {
  private constructor(
    readonly port: PciFunction,
    readonly control: number,
  ) {}

  static async of(port: PciFunction): Promise<HotplugSlot> {
    const offset = await port.findCapability(capability.express);
    if (offset === undefined) {
      throw new Error('the function has no PCI Express capability');
    }
    return new HotplugSlot(port, offset + 0x18);
  }

  /** After `device_add`: from now on the device answers. */
  async powerOn(): Promise<void> {
    await this.#write(INDICATOR_ON);
  }

  /** After `device_del`: now the device goes. */
  async powerOff(): Promise<void> {
    await this.#write(INDICATOR_OFF | POWER_OFF);
  }

  async #write(bits: number): Promise<void> {
    const value = await this.port.read(this.control, 2);
    await this.port.write(this.control, 2, (value & ~(INDICATOR_MASK | POWER_OFF)) | bits);
  }
}
