import { expect } from 'chai';
import { describe, it } from 'mocha';
import sinon from 'sinon';
import { FeatureCall } from '../exchange/feature-call.js';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { SetBench } from './set-bench.test-support.js';

const VENDOR = 0x1e98;

describe('a guest and a feature that does not come back (own rules)', () => {
  it('doe abort aborting: errors and aborts again and again keep one promise and one listener of the feature, and no timer more (bug; own rule: what a guest can keep is bounded)', () => {
    const feature = new ScriptedFeature(VENDOR, 1, false);
    using bench = new SetBench([{ at: 0x140, features: [{ feature }] }]);
    const { mailbox } = bench.instance();
    bench.send(feature);
    const unsettled = sinon.spy(FeatureCall.prototype, 'whenSettled');
    try {
      bench.abort();
      const promise = unsettled.returnValues[0];
      const then = sinon.spy(promise ?? Promise.resolve(), 'then');
      for (let i = 0; i < 1000; i++) {
        mailbox.writeMailbox(0);
        bench.abort();
        expect([mailbox.state, bench.clock.pendingCount]).to.deep.equal(['aborting', 1]);
      }
      expect(new Set(unsettled.returnValues)).to.deep.equal(new Set([promise]));
      expect(then.callCount).to.equal(0);
    } finally {
      unsettled.restore();
    }
  });

  it('doe abort aborting: errors in between do not make an abort longer: Busy ends abortMs after the first (bug; PCI Express Base Specification 6.0, section 6.30.2)', () => {
    const feature = new ScriptedFeature(VENDOR, 1, false);
    using bench = new SetBench([{ at: 0x140, features: [{ feature }] }]);
    bench.send(feature);
    bench.abort();
    for (let i = 0; i < 4; i++) {
      bench.clock.advance(124);
      bench.instance().mailbox.writeMailbox(0);
      bench.abort();
      expect(bench.status()).to.equal('busy');
    }
    bench.clock.advance(4);
    expect([bench.status(), bench.clock.pendingCount]).to.deep.equal(['idle', 0]);
  });

  it('doe abort aborting: a guest that aborts again when the time is over is idle at once (bug; own rule)', () => {
    const feature = new ScriptedFeature(VENDOR, 1, false);
    using bench = new SetBench([{ at: 0x140, features: [{ feature }] }]);
    bench.send(feature);
    bench.abort();
    bench.instance().mailbox.writeMailbox(0);
    bench.clock.advance(500);
    expect(bench.status()).to.equal('error');
    bench.abort();
    expect([bench.status(), bench.clock.pendingCount]).to.deep.equal(['idle', 0]);
  });
});
