import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { shelfDriver } from './lamp.js';

describeDriverConformance('shelf', async (options) => {
  const host = new MdevHost(options);
  await host.load(shelfDriver);
  return host;
});
