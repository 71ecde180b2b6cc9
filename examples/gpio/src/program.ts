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
  VFIO_PCI_BAR2_REGION_INDEX as BAR2,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_INTX_IRQ_INDEX as INTX,
} from '@mdevkit/uapi';
import { gpioDriver } from './driver.js';
import { idioRegisters } from './idio-16-registers.js';
import { PinBoard } from './pin-board.js';

const OUT_HIGH = idioRegisters.offsetOf('OUT_HIGH');
const IN_LOW = idioRegisters.offsetOf('IN_LOW');
const IRQ_CONTROL = idioRegisters.offsetOf('IRQ_CONTROL');

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  // The board is the card's other side: what its inputs and outputs are wired to.
  const board = new PinBoard();
  using _ = board.onOutputs((outputs) => {
    print(`  board: outputs are ${bits(outputs, 16)}`);
  });
  await using host = new MdevHost(options);
  await host.load(gpioDriver(board));
  const { uuid } = await host.create({ parent: 'gpio0', type: 'gpio-idio16' });
  await using device = await host.open(uuid);
  await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);

  print('the client sets output 9');
  await write8(device, OUT_HIGH, 1 << 1);

  await bindIrqs(device, INTX, [
    irqCallback(() => {
      print('  interrupt');
    }),
  ]);
  // A read enables the interrupt: the card has registers where the access is the command.
  await read8(device, IRQ_CONTROL);
  print('the board sets input 3');
  board.setInput(3, true);
  print(`inputs 0 .. 7 are ${bits(await read8(device, IN_LOW), 8)}`);

  print('the client clears the interrupt, and the board resets input 3');
  await write8(device, IN_LOW, 0);
  await unmaskIrq(device, INTX);
  board.setInput(3, false);
  print('the client leaves');
}

async function read8(device: Device, offset: number): Promise<number> {
  const byte = new Uint8Array(1);
  await device.read(BAR2, offset, byte);
  return byte[0] ?? 0;
}

async function write8(device: Device, offset: number, value: number): Promise<void> {
  await device.write(BAR2, offset, Uint8Array.of(value));
}

function bits(value: number, count: number): string {
  return value.toString(2).padStart(count, '0');
}
