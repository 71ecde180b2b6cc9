import { MdevHost } from '@mdevkit/core';
import { describeDriverConformance } from '@mdevkit/testing/conformance';
import { doeDriver } from '../driver/index.js';
import { makeTrust } from './fixture.test-support.js';

const { options: identity } = await makeTrust();

for (const type of ['doe-function', 'doe-cxl-type3']) {
  describeDriverConformance(
    type,
    async (options) => {
      const host = new MdevHost(options);
      await host.load(doeDriver(identity));
      return host;
    },
    { type },
  );
}
