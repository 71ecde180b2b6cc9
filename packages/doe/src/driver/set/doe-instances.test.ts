import { ManualClock, silentLogger, type Logger } from '@mdevkit/core';
import { microtasks } from '@mdevkit/core/test-support';
import { PCI_DOE_CTRL_GO, PCI_DOE_CTRL_INT_EN } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DoeInstanceSpec } from '../feature/index.js';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { DoeInstances } from './doe-instances.js';
import { SetBench } from './set-bench.test-support.js';

const VENDOR = 0x1e98;

describe('the DOE Capabilities of one function (PCI Express Base Specification 6.0, section 6.30)', () => {
  it('seed 004 vectors: an instance has the number of one of the function’s vectors, which others may have too; none is made for it', () => {
    const features = [1, 2, 3].map((type) => new ScriptedFeature(VENDOR, type));
    using bench = new SetBench(
      features.map((feature, index) => ({
        at: 0x140 + 0x20 * index,
        ...(index === 1 ? {} : { message: 5 }),
        features: [{ feature }],
      })),
    );
    for (const { mailbox, features: table } of bench.instances.all) {
      const [entry] = table.entries;
      mailbox.writeMailbox(VENDOR | ((entry?.type ?? 0) << 16));
      mailbox.writeMailbox(2);
      mailbox.writeControl((PCI_DOE_CTRL_GO | PCI_DOE_CTRL_INT_EN) >>> 0);
    }
    expect(features.map(({ log }) => log.length)).to.deep.equal([1, 1, 1]);
    expect(bench.messages).to.deep.equal([5, 5]);
  });

  it('seed 004 naming: everything is named by the config offset of its DOE Capability: children, registers, errors, reports', async () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    feature.onHandle = () => 'nothing';
    const reports: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      error: (message) => void reports.push(message),
      child: (fields) => {
        reports.push(fields);
        return logger;
      },
    };
    const message = (): void => undefined;
    using instances = new DoeInstances([{ at: 0x1c0, features: [{ feature }] }], {
      clock: new ManualClock(),
      logger,
      vectors: 8,
      message,
    });
    const errors: string[] = [];
    using registration = instances.auxiliary.register({
      name: 'driver',
      probe: (child) => {
        errors.push(child.name);
        child.exchange(VENDOR, 1, new Uint8Array(4)).catch((error: unknown) => {
          errors.push(String(error));
        });
        return undefined;
      },
    });
    expect(registration).to.not.equal(undefined);
    await microtasks();
    expect(reports).to.deep.equal([{ doe: '1c0' }, 'a DOE feature failed']);
    expect(errors).to.deep.equal([
      'doe.1c0',
      'MdevError: EIO doe.feature-failed: the feature failed, or its response is none (feature=1e98:01, at=1c0)',
    ]);
    expect(Object.keys(instances.configHooks)[0]).to.match(/^doe-1c0\./);
  });

  it('doe instances declared: named by their offsets, each with hooks of its own; nothing is made of what cannot be', () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    const make = (specs: readonly DoeInstanceSpec[], limits = {}): DoeInstances =>
      new DoeInstances(specs, {
        clock: new ManualClock(),
        logger: silentLogger,
        vectors: 3,
        message: () => undefined,
        limits,
      });
    using instances = make([
      { at: 0x1c0, version: 1, features: [{ feature }] },
      { at: 0x140, message: 2, features: [] },
    ]);
    expect(
      instances.all.map(({ at, version, message }) => ({ at, version, message })),
    ).to.deep.equal([
      { at: 0x1c0, version: 1, message: undefined },
      { at: 0x140, version: 2, message: 2 },
    ]);
    expect(instances.at(0x140)).to.equal(instances.all[1]);
    expect(instances.at(0x144)).to.equal(undefined);
    expect(Object.keys(instances.configHooks)).to.include.members([
      'doe-1c0.control',
      'doe-140.read-mailbox',
    ]);
    for (const [specs, text] of [
      [
        [
          { at: 0x140, features: [] },
          { at: 0x140, features: [] },
        ],
        /doe-140/,
      ],
      [
        [
          { at: 0x144, features: [] },
          { at: 0x140, features: [] },
        ],
        /^doe-140: there is a DOE Capability already, doe-144$/,
      ],
      [[{ at: 0x80, features: [] }], /0x80/],
      [[{ at: 0x140, message: 3, features: [] }], /has 3 vectors, and message 3 is none of them/],
      [[{ at: 0x140, features: [{ feature }, { feature }] }], /1e98:01/],
      [
        [
          { at: 0x140, features: [{ feature }] },
          { at: 0x160, features: [{ feature }] },
        ],
        /belongs to one instance/,
      ],
    ] as const) {
      expect(() => make(specs)).to.throw(RangeError, text);
    }
    expect(() => make([], { abortMs: 0 })).to.throw(RangeError, /abortMs/);
    expect(feature.disposals).to.equal(0);
  });
});
