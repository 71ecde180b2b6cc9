import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { gpioDriver } from './driver.js';
import { PinBoard } from './pin-board.js';

describeDriverConformance('gpio', async (options) => {
  const host = new MdevHost(options);
  await host.load(gpioDriver(new PinBoard()));
  return host;
});
