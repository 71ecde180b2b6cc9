import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { eduDriver } from './edu.js';

describeDriverConformance('edu', async (options) => {
  const host = new MdevHost(options);
  await host.load(eduDriver);
  return host;
});
