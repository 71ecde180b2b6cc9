import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { tallyDriver } from './tally.js';

describeDriverConformance('tally', async (options) => {
  const host = new MdevHost(options);
  await host.load(tallyDriver);
  return host;
});
