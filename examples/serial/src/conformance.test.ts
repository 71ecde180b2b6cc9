import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { serialDriver } from './driver.js';
import { HostLine } from './host-line.js';

describeDriverConformance('serial', async (options) => {
  const host = new MdevHost(options);
  await host.load(serialDriver(new HostLine()));
  return host;
});
