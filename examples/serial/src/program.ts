import {
  bindIrqs,
  irqCallback,
  MdevHost,
  unmaskIrq,
  write32,
  type Device,
  type MdevHostOptions,
} from '@mdevkit/core';
import {
  PCI_COMMAND,
  PCI_COMMAND_IO,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_INTX_IRQ_INDEX as INTX,
} from '@mdevkit/uapi';
import { serialDriver } from './driver.js';
import { HostLine } from './host-line.js';
import * as uart from './uart-registers.js';

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  // The line has two ends: the UART is at one, this program at the other.
  const line = new HostLine();
  const sent: number[] = [];
  using _ = line.onTransmitted((character) => sent.push(character));
  await using host = new MdevHost(options);
  await host.load(serialDriver(line));
  const { uuid } = await host.create({ parent: 'serial0', type: 'serial-16550a' });
  await using device = await host.open(uuid);
  await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);
  await bindIrqs(device, INTX, [
    irqCallback(() => {
      print('  interrupt');
    }),
  ]);

  print('the client sets 8 bits and the FIFO, and sends');
  await write8(device, uart.UART_LCR, uart.UART_LCR_WLEN8);
  await write8(device, uart.UART_FCR, uart.UART_FCR_ENABLE_FIFO);
  for (const byte of new TextEncoder().encode('hello')) {
    await write8(device, uart.UART_TX, byte);
  }
  print(`  the line carries: ${new TextDecoder().decode(Uint8Array.from(sent))}`);

  print('the program answers; the client does not ask for it yet');
  line.send(new TextEncoder().encode('good day'));
  print('the client asks: RTS, OUT2 and the interrupt of the receiver');
  await write8(device, uart.UART_IER, uart.UART_IER_RDI);
  await write8(device, uart.UART_MCR, uart.UART_MCR_RTS | uart.UART_MCR_OUT2);
  const received: number[] = [];
  while (((await read8(device, uart.UART_LSR)) & uart.UART_LSR_DR) !== 0) {
    received.push(await read8(device, uart.UART_RX));
  }
  await unmaskIrq(device, INTX);
  print(`  the client has: ${new TextDecoder().decode(Uint8Array.from(received))}`);
}

async function read8(device: Device, register: number): Promise<number> {
  const byte = new Uint8Array(1);
  await device.read(BAR0, register, byte);
  return byte[0] ?? 0;
}

async function write8(device: Device, register: number, value: number): Promise<void> {
  await device.write(BAR0, register, Uint8Array.of(value));
}
