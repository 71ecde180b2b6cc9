import type { DeviceModel, ModelServices } from '@mdevkit/core';
import { PciFunction, pciLayout } from '@mdevkit/pci';
import type { Line } from './line.js';
import { Uart16550 } from './uart-16550.js';
import { UART_SIZE } from './uart-registers.js';

/**
 * No driver knows these ids. Linux binds 8250_pci by the class, and takes one I/O BAR of 8 bytes for one
 * UART of 115200 baud; then it finds out itself that it is a 16550A.
 *
 * Source: Linux drivers/tty/serial/8250/8250_pci.c, serial_pci_tbl (PCI_CLASS_COMMUNICATION_SERIAL,
 * pbn_default) and serial_pci_guess_board.
 */
const layout = pciLayout({
  vendorId: 0x6d64,
  deviceId: 0x0550,
  classCode: 0x070002,
  interruptPin: 1,
  bars: { 0: { size: UART_SIZE, kind: 'io', name: 'uart' } },
});

/** A PCI card with one serial port: the role of Linux samples/vfio-mdev/mtty.c, with a line behind it. */
export class SerialPort implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly #line: Line;
  readonly #uart: Uart16550;
  #watch: Disposable | undefined;

  constructor(line: Line, { irqs, dma }: Pick<ModelServices, 'irqs' | 'dma'>) {
    this.#line = line;
    this.#uart = new Uart16550(line, (asserted) => {
      if (asserted) {
        pci.interrupt(0);
      } else {
        pci.clearInterrupt();
      }
    });
    const registers = { kind: 'trapped', offset: 0, size: UART_SIZE, handler: this.#uart } as const;
    const pci = new PciFunction(layout, { irqs, dma, bars: { 0: [registers] } });
    this.regions = pci.regions;
    this.irqs = pci.irqs;
  }

  open(): void {
    this.#watch = this.#line.onReceivable(() => this.#uart.receivable());
  }

  close(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }

  /** The UART was reset with its region. What waits on the line waits for the next driver. */
  reset(): void {}
}
