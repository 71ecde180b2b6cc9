import { ManualClock, silentLogger, type Dma, type QuiesceCause } from '@mdevkit/core';
import { PCI_DOE_CTRL_GO, PCI_DOE_CTRL_INT_EN } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DoeInstanceSpec } from '../feature/index.js';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { DoeFunction } from './doe-function.js';
import { functionCapabilities, functionLayout } from './function-layout.js';

const VENDOR = 0x6d64;
const { attestation, table, compliance } = functionCapabilities;
const layout = functionLayout();

function make(instances: readonly DoeInstanceSpec[]): DoeFunction {
  const irqs = {
    trigger: () => true,
    assert: () => true,
    deassert: () => undefined,
    enabled: () => false,
  };
  const dma = {} as Dma;
  const clock = new ManualClock();
  return new DoeFunction({ dma, irqs, clock, logger: silentLogger }, layout, instances);
}

describe('a function with DOE Capabilities', () => {
  it('doe function instances: are the capabilities of its config space, all of them and as they are declared; features of others are disposed (bug; PCI Express Base Specification 6.0, section 7.9.24)', () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    const specs = (...[a, b, c]: object[]): DoeInstanceSpec[] => [
      { ...attestation, features: [{ feature }], ...a },
      { ...table, features: [], ...b },
      { ...compliance, features: [], ...c },
    ];
    make(specs())[Symbol.dispose]();
    for (const [index, [instances, text]] of (
      [
        [specs({ at: 0x1a0 }), 'doe-1a0: config space has no DOE Capability there'],
        [specs({}, { version: 1 }), 'doe-160: config space says version 2, not 1'],
        [specs({ message: 3 }), 'doe-140: config space says message 0, not message 3'],
        [specs({}, {}, { message: 3 }), 'doe-180: config space says no message, not message 3'],
        [specs({ message: undefined }), 'doe-140: config space says message 0, not no message'],
        [
          specs().slice(0, 2),
          'doe-180: config space has the DOE Capability, and no instance answers; it may be one without features',
        ],
      ] as const
    ).entries()) {
      expect(() => make(instances), text).to.throw(RangeError, text);
      expect(feature.disposals).to.equal(index + 2);
    }
  });

  it('doe function disconnect: a client that is gone leaves neither half an object, nor a response, nor Interrupt Enable, nor what a feature knows of it (bug; vfio-user protocol specification, Disconnection and reconnect)', () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    using device = make([
      { ...attestation, features: [{ feature }] },
      { ...table, features: [] },
      { ...compliance, features: [] },
    ]);
    const [first, second] = device.doe.all.map(({ mailbox }) => mailbox);
    for (const word of [VENDOR | 0x1_0000, 2]) {
      first?.writeMailbox(word);
    }
    first?.writeControl((PCI_DOE_CTRL_GO | PCI_DOE_CTRL_INT_EN) >>> 0);
    second?.writeMailbox(1);
    const shown = (): unknown[] => [first?.state, first?.readControl(), feature.resets];
    const others: QuiesceCause[] = ['map', 'unmap', 'reset', 'function-reset', 'migration'];
    for (const cause of others) {
      device.quiesce(cause);
      expect(shown(), cause).to.deep.equal(['ready', PCI_DOE_CTRL_INT_EN, 0]);
    }
    device.quiesce('disconnect');
    expect(shown()).to.deep.equal(['idle', 0, 1]);
    // The rest of the object that the client before had begun.
    for (const word of [3, 0]) {
      second?.writeMailbox(word);
    }
    second?.writeControl(PCI_DOE_CTRL_GO);
    expect(second?.state).to.equal('idle');
  });
});
