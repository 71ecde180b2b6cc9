import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { adderDriver } from './adder.js';

describeDriverConformance('adder', async (options) => {
  const host = new MdevHost(options);
  await host.load(adderDriver);
  return host;
});
