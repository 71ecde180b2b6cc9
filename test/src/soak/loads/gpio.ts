import { write32 } from '@mdevkit/core';
import { gpioDriver, PinBoard } from '@mdevkit/example-gpio';
import {
  PCI_COMMAND,
  PCI_COMMAND_IO,
  VFIO_PCI_BAR2_REGION_INDEX as BAR2,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
} from '@mdevkit/uapi';
import { WrongData, type Load, type Round } from './load.js';
import { useDevice } from './use-device.js';

/** Linux drivers/gpio/gpio-idio-16.h: the low eight outputs. */
const OUT_LOW = 0;
const TURNS = 16;

/** Sets outputs and looks at the board. */
export const gpio: Load = {
  name: 'gpio',
  weight: 1,
  driver: () => Promise.resolve(gpioDriver(new PinBoard())),
  run: async ({ way, random, faults, did }: Round) => {
    await useDevice(way, 'gpio0', 'gpio-idio16', async (device) => {
      await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);
      const found = new Uint8Array(1);
      for (let turn = 0; turn < TURNS; turn++) {
        const value = random.below(256);
        await device.write(BAR2, OUT_LOW, Uint8Array.of(value));
        await device.read(BAR2, OUT_LOW, found);
        if (found[0] !== value && faults !== 'lying') {
          throw new WrongData(`outputs are ${found[0] ?? 0}, not ${value}`);
        }
      }
      did('accesses', TURNS * 2);
    });
  },
};
