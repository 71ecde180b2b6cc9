import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import { testModel } from './endpoint.test-support.js';
import type { DeviceModel } from './model.js';
import { validateModel } from './validate-model.js';

describe('the declaration of a model (drivers/vfio/vfio_main.c, __vfio_register_dev)', () => {
  it('is accepted when it is well formed', () => {
    expect(() => {
      validateModel(testModel());
    }).not.to.throw();
  });

  const handler = { name: 'x', payloadSize: 4 };
  const wrong: readonly [what: string, change: Record<string, unknown>][] = [
    ['a device_api that is none', { deviceApi: 'vfio-pci-x' }],
    ['no regions', { regions: undefined }],
    ['a region that is none', { regions: [{}] }],
    ['no irqs', { irqs: undefined }],
    ['an irq of unknown kind', { irqs: [{ kind: 'zzz', name: 'x', count: 1 }] }],
    ['two lines at one index', { irqs: [{ kind: 'level', name: 'x', count: 2 }] }],
    ['more vectors than MSI-X has', { irqs: [{ kind: 'message', name: 'x', count: 2049 }] }],
    ['half a vector', { irqs: [{ kind: 'message', name: 'x', count: 0.5 }] }],
    ['a feature id of 17 bits', { features: [{ ...handler, id: 0x10005 }] }],
    ['a negative payload', { features: [{ ...handler, id: 5, payloadSize: -1 }] }],
  ];
  for (const [what, change] of wrong) {
    it(`${what} is EINVAL (bug)`, () => {
      const model: DeviceModel = { ...testModel(), ...change };
      expect(
        outcome(() => {
          validateModel(model);
        }),
      ).to.equal('EINVAL model.invalid');
    });
  }

  it('a region of another copy of the core is told as one, and a null is no region (bug)', () => {
    class Region {
      readonly name = 'another';
    }
    const messages = [new Region(), null].map((slot) => {
      const model = { ...testModel(), regions: [slot] } as unknown as DeviceModel;
      try {
        validateModel(model);
        return '';
      } catch (error) {
        return String(error);
      }
    });
    expect(messages[0]).to.include('a Region of another copy of @mdevkit/core');
    expect(messages[1]).to.include('value=null');
  });
});
