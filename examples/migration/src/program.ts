import {
  MdevHost,
  read32,
  write32,
  type Device,
  type MigrationData,
  type MdevHostOptions,
} from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP_COPY,
} from '@mdevkit/uapi';
import { tallyDriver, tallyRegisters } from './tally.js';

const COUNT = tallyRegisters.offsetOf('COUNT');
const STEP = tallyRegisters.offsetOf('STEP');

const stateNames = new Map([
  [VFIO_DEVICE_STATE_RUNNING, 'RUNNING'],
  [VFIO_DEVICE_STATE_STOP_COPY, 'STOP_COPY'],
  [VFIO_DEVICE_STATE_RESUMING, 'RESUMING'],
]);

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  await using host = new MdevHost(options);
  await host.load(tallyDriver);
  await using source = await openTally(host);
  await using target = await openTally(host);

  async function show(name: string, device: Device): Promise<void> {
    const state = stateNames.get(await device.migrationState()) ?? 'another state';
    print(`${name}: ${state}, COUNT is ${await read32(device, 0, COUNT)}`);
  }

  await write32(source, 0, STEP, 5);
  await show('source', source);
  await show('target', target);

  // One call; the core walks there over the state between, STOP. From here on the device stands still.
  const saving = await source.setMigrationState(VFIO_DEVICE_STATE_STOP_COPY);
  await write32(source, 0, STEP, 1);
  await show('source', source);
  const image = await readAll(saving);
  print(`the image has ${image.length} bytes`);

  // The target takes the image, checks it on its way out of RESUMING, and goes on where the source stood.
  const restoring = await target.setMigrationState(VFIO_DEVICE_STATE_RESUMING);
  await show('target', target);
  await restoring?.write(image);
  await target.setMigrationState(VFIO_DEVICE_STATE_RUNNING);
  await show('target', target);
  await write32(target, 0, STEP, 1);
  await show('target', target);
}

async function openTally(host: MdevHost): Promise<Device> {
  const { uuid } = await host.create({ parent: 'tally0', type: 'tally-one' });
  return host.open(uuid);
}

/** Reads a data session to its end, which is a read of 0 bytes, in pieces as small as a client likes. */
async function readAll(session: MigrationData | undefined): Promise<Uint8Array> {
  const image: number[] = [];
  const piece = new Uint8Array(3);
  for (;;) {
    const count = (await session?.read(piece)) ?? 0;
    if (count === 0) {
      return Uint8Array.from(image);
    }
    image.push(...piece.subarray(0, count));
  }
}
