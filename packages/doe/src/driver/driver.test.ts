import { MdevHost } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { doeDriver, type DoeDriverOptions } from './driver.js';
import { ScriptedFeature } from './feature/scripted-feature.test-support.js';
import { issueIdentity, type SpdmIdentity } from './identity/index.js';

const validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2056-01-01T00:00:00Z'),
};

describe('the driver (own rules: what is wrong with options is said before a device is made)', () => {
  let identity: SpdmIdentity;

  before(async () => {
    identity = await issueIdentity({ validity, key: 'p256' });
  });

  it('doe driver options: SPDM and memory that cannot be are refused at once (bug; own rule)', () => {
    for (const options of [
      { spdm: { slots: {} } },
      { spdm: { slots: { 0: identity }, heartbeat: 256 } },
      { spdm: { slots: { 0: identity }, versions: [] } },
      { spdm: { slots: { 0: identity } }, memory: [] },
    ] satisfies DoeDriverOptions[]) {
      expect(() => doeDriver(options)).to.throw(RangeError);
    }
    expect(() => doeDriver({ spdm: { slots: { 0: identity } } })).to.not.throw();
  });

  for (const [what, instances] of [
    ['leave one out', (standard) => standard.slice(0, 2)],
    ['move one', ([first, ...rest]) => (first ? [...rest, { ...first, at: 0x1a0 }] : [])],
  ] as const satisfies readonly [string, NonNullable<DoeDriverOptions['instances']>][]) {
    it(`doe function instances: options that ${what} make no device, and what was made for it goes (bug; own rule)`, async () => {
      const feature = new ScriptedFeature(0x6d64, 1);
      await using host = new MdevHost();
      await host.load(
        doeDriver({
          spdm: { slots: { 0: identity } },
          instances: (standard) =>
            instances(standard).map((each, index) =>
              index === 0 ? { ...each, features: [...each.features, { feature }] } : each,
            ),
        }),
      );
      const text = await settled(() => host.create({ parent: 'doe0', type: 'doe-function' }));
      expect([text, feature.disposals]).to.deep.equal(['EIO model.threw', 1]);
    });
  }
});
