import { write32, type Device } from '@mdevkit/core';
import { HostLine, serialDriver } from '@mdevkit/example-serial';
import {
  PCI_COMMAND,
  PCI_COMMAND_IO,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
} from '@mdevkit/uapi';
import { randomBytes, requireEqual, type Load, type Round } from './load.js';
import { useDevice } from './use-device.js';

/** include/uapi/linux/serial_reg.h: UART_TX, UART_FCR, UART_LCR, UART_MCR. */
const [TX, FCR, LCR, MCR] = [0, 2, 3, 4];
const LOOP = 0x10;
const LENGTH = 16;

/** Sends through the UART's own loopback and reads what comes back. */
export const serial: Load = {
  name: 'serial',
  weight: 2,
  driver: () => Promise.resolve(serialDriver(new HostLine())),
  run: async ({ way, random, faults, did }: Round) => {
    await useDevice(way, 'serial0', 'serial-16550a', async (device) => {
      await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);
      await write8(device, LCR, 3);
      await write8(device, FCR, 1);
      await write8(device, MCR, LOOP);
      const sent = randomBytes(random, LENGTH);
      for (const byte of sent) {
        await write8(device, TX, byte);
      }
      const received = new Uint8Array(LENGTH);
      for (let i = 0; i < LENGTH; i++) {
        await device.read(BAR0, TX, received.subarray(i, i + 1));
      }
      if (faults !== 'lying') {
        requireEqual(received, sent, 'the loop');
      }
      did('characters', LENGTH);
    });
  },
};

async function write8(device: Device, register: number, value: number): Promise<void> {
  await device.write(BAR0, register, Uint8Array.of(value));
}
