import { MdevHost, SystemClock, type Clock, type Device } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { cxlflashDriver } from '../driver/index.js';
import { Flash } from '../library/index.js';

/** The clock of the host that was made last: the deadlines of the library and those of the device pass together. */
const shared: { clock: Clock } = { clock: new SystemClock() };

/** Reads a block with the library. */
async function readBlock(device: Device): Promise<void> {
  await using flash = await Flash.attach(device, { clock: shared.clock });
  await using context = await flash.openContext();
  await using lun = await context.openLun();
  const count = await lun.read(0, new Uint8Array(4096));
  if (count !== 1) {
    throw new Error(`a read of one block gave ${count}`);
  }
}

describeDriverConformance(
  'cxlflash',
  async (options) => {
    shared.clock = options.clock ?? shared.clock;
    const host = new MdevHost(options);
    await host.load(cxlflashDriver());
    return host;
  },
  { work: readBlock },
);
