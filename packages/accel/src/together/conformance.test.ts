import { MdevHost, type Device } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { accelDriver } from '../driver/index.js';
import { Accelerator } from '../library/index.js';

/** Compresses some text with the library. */
async function deflate(device: Device): Promise<void> {
  const text = Buffer.from('text '.repeat(100));
  await using accelerator = await Accelerator.attach(device, { bufferBytes: 0x10000 });
  const packed = await accelerator.compress(text);
  if (packed.length >= text.length) {
    throw new Error(`${text.length} bytes became ${packed.length}`);
  }
}

describeDriverConformance(
  'accel',
  async (options) => {
    const host = new MdevHost(options);
    await host.load(accelDriver());
    return host;
  },
  { work: deflate },
);
