import {
  bindIrqs,
  irqCallback,
  MdevError,
  MdevHost,
  read32,
  write32,
  type MdevHostOptions,
} from '@mdevkit/core';
import { counterDriver, counterRegisters } from './counter.js';

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  // The host holds drivers and devices. It is closed, with all that is in it, at the end of this function.
  await using host = new MdevHost(options);
  await host.load(counterDriver);
  for (const { id, parent, availableInstances } of host.types) {
    print(`type ${id}: ${availableInstances} available on ${parent}`);
  }

  // A mediated device (mdev) is one slice of a parent. It has a UUID and is opened by one client at a time.
  const { uuid } = await host.create({ parent: 'counter0', type: 'counter-one' });
  await using device = await host.open(uuid);
  const { numRegions, numIrqs } = await device.info();
  print(`open: ${numRegions} region, ${numIrqs} interrupt index`);

  // An interrupt signals whatever the client has bound to it.
  await bindIrqs(device, 0, [
    irqCallback(() => {
      print('interrupt: the limit is reached');
    }),
  ]);

  // Region 0 is the registers, as the driver has laid them out.
  const id = await read32(device, 0, counterRegisters.offsetOf('ID'));
  print(`ID is 0x${id.toString(16)}`);
  for (;;) {
    const left = await read32(device, 0, counterRegisters.offsetOf('LEFT'));
    if (left === 0) {
      break;
    }
    // A read that no device answers is all ones.
    if (left === 0xffffffff) {
      print('LEFT is all ones: the device is gone');
      break;
    }
    await write32(device, 0, counterRegisters.offsetOf('STEP'), 1);
    print(`COUNT is ${await read32(device, 0, counterRegisters.offsetOf('COUNT'))}`);
  }

  // The driver has no code for this: the core checks every access before a driver sees it.
  try {
    await read32(device, 0, counterRegisters.size);
  } catch (error) {
    print(`a read at the end is refused: ${MdevError.is(error) ? error.message : String(error)}`);
  }
}
