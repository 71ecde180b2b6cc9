import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { boxDriver } from './box.js';

describeDriverConformance('box', async (options) => {
  const host = new MdevHost(options);
  await host.load(boxDriver);
  return host;
});
