import { bindIrqs, irqCallback, MdevHost, unmaskIrq, write32, type Device } from '@mdevkit/core';
import {
  PCI_COMMAND,
  PCI_COMMAND_IO,
  PCI_COMMAND_MEMORY,
  VFIO_PCI_BAR2_REGION_INDEX as BAR2,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_INTX_IRQ_INDEX as INTX,
} from '@mdevkit/uapi';
import { gpioDriver } from './driver.js';
import { idioRegisters, IRQ_PENDING } from './idio-16-registers.js';
import { PinBoard } from './pin-board.js';

type RegisterName = Parameters<typeof idioRegisters.offsetOf>[0];

/** What Linux does with the card, and the wires on its other side. */
export class LinuxClient implements AsyncDisposable {
  readonly board: PinBoard;
  readonly device: Device;
  /** How often the line was signalled. */
  interrupts = 0;
  readonly #host: MdevHost;

  private constructor(host: MdevHost, device: Device, board: PinBoard) {
    this.#host = host;
    this.device = device;
    this.board = board;
  }

  /** Opens the card as it comes out of reset: nothing decodes, no interrupt is bound. */
  static async open(board = new PinBoard()): Promise<LinuxClient> {
    const host = new MdevHost();
    await host.load(gpioDriver(board));
    const { uuid } = await host.create({ parent: 'gpio0', type: 'gpio-idio16' });
    return new LinuxClient(host, await host.open(uuid), board);
  }

  /** drivers/gpio/gpio-pci-idio-16.c, idio_16_probe; gpio-idio-16.c, devm_idio_16_regmap_register. */
  async probe(): Promise<void> {
    await this.enableBars();
    await bindIrqs(this.device, INTX, [irqCallback(() => (this.interrupts += 1))]);
    await this.write('IRQ_CONTROL', 0);
    // drivers/base/regmap/regmap-irq.c masks everything, and acknowledges what is pending.
    await this.write('IRQ_CONTROL', 0);
    if ((await this.read('IRQ_STATUS')) !== 0) {
      await this.write('IN_LOW', IRQ_PENDING);
    }
    await this.write('FILTER_CONTROL', 0);
  }

  /** pcim_enable_device. */
  enableBars(): Promise<void> {
    return write32(this.device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
  }

  /** gpio-idio-16.c, idio_16_handle_mask_sync when the first line is unmasked. */
  async unmaskFirst(): Promise<void> {
    await this.write('IN_LOW', 0);
    await this.read('IRQ_CONTROL');
  }

  /** The same when the last line is masked. */
  maskLast(): Promise<void> {
    return this.write('IRQ_CONTROL', 0);
  }

  /** regmap-irq.c, regmap_irq_thread; then the end of the interrupt. Answers whether it was the card's. */
  async handleInterrupt(): Promise<boolean> {
    const pending = (await this.read('IRQ_STATUS')) & IRQ_PENDING;
    if (pending !== 0) {
      await this.write('IN_LOW', pending);
    }
    await unmaskIrq(this.device, INTX);
    return pending !== 0;
  }

  async read(name: RegisterName): Promise<number> {
    const byte = new Uint8Array(1);
    await this.device.read(BAR2, idioRegisters.offsetOf(name), byte);
    return byte[0] ?? 0;
  }

  async write(name: RegisterName, value: number): Promise<void> {
    await this.device.write(BAR2, idioRegisters.offsetOf(name), Uint8Array.of(value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.device.close();
    await this.#host[Symbol.asyncDispose]();
  }
}
