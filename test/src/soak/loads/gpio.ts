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

/** Sets outputs, and looks at the board whether they are there. */
export class GpioLoad implements Load {
  readonly name = 'gpio';
  readonly weight = 1;
  #board = new PinBoard();

  driver(): ReturnType<Load['driver']> {
    this.#board = new PinBoard();
    return Promise.resolve(gpioDriver(this.#board));
  }

  async run({ way, random, faults, did }: Round): Promise<void> {
    await useDevice(way, 'gpio0', 'gpio-idio16', async (device) => {
      await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_IO);
      for (let turn = 0; turn < TURNS; turn++) {
        const value = random.below(256);
        await device.write(BAR2, OUT_LOW, Uint8Array.of(value));
        const found = this.#board.outputs & 0xff;
        if (found !== value && faults !== 'lying') {
          // A card that was pulled out meanwhile drives nothing: then this rejects.
          await device.info();
          throw new WrongData(`outputs are ${found}, not ${value}`);
        }
      }
      did('outputs', TURNS);
    });
  }
}
