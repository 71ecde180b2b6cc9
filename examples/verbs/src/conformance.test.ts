import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { verbsDriver } from './driver/index.js';

describeDriverConformance('verbs', async (options) => {
  const host = new MdevHost(options);
  await host.load(verbsDriver());
  return host;
});
