import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { counterDriver } from './counter.js';

describeDriverConformance('counter', async (options) => {
  const host = new MdevHost(options);
  await host.load(counterDriver);
  return host;
});
