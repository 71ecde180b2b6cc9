import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { bellsDriver } from './bells.js';

describeDriverConformance('bells', async (options) => {
  const host = new MdevHost(options);
  await host.load(bellsDriver);
  return host;
});
