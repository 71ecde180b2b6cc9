import { microtasks } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DoeRequester } from '../feature/index.js';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { ExchangeBench } from './exchange-bench.test-support.js';

const VENDOR = 0x1af4;

describe('features that do not come back (own rules)', () => {
  it('doe exchange hung: the others do not wait at all, exchanges of that feature do, to their limit; it may come back (bug; own rule: what is over is no exchange)', async () => {
    const hung = new ScriptedFeature(VENDOR, 1, false);
    const good = new ScriptedFeature(VENDOR, 2);
    const other: DoeRequester = { name: 'other', kind: 'auxiliary' };
    using bench = new ExchangeBench([hung, good], { responseMs: 1000, grantMs: 450 });
    bench.ask(hung).exchange.cancel();
    expect(bench.ask(good, [1]).text).to.equal('01000000');
    expect([bench.clock.pendingCount, bench.errors.length]).to.deep.equal([0, 0]);

    const held = bench.ask(hung, [3]);
    const heldOther = bench.ask(hung, [4], other);
    const behind = bench.ask(good, [5], other);
    expect(bench.ask(good, [6], { name: 'third', kind: 'auxiliary' }).text).to.equal('06000000');
    expect([held.text, heldOther.text, behind.text]).to.deep.equal(['none', 'none', 'none']);
    bench.clock.advance(450);
    expect([heldOther.text, behind.text]).to.deep.equal(['ETIMEDOUT doe.timed-out', '05000000']);
    bench.clock.advance(550);
    expect(held.text).to.equal('ETIMEDOUT doe.timed-out');
    expect(hung.calls).to.have.lengthOf(1);
    expect(bench.errors, 'said once, of the call').to.deep.equal([
      'a DOE feature does not answer in time',
    ]);

    const patient = bench.ask(hung, [7]);
    hung.call.resolve(Uint8Array.of(0xbb));
    await microtasks();
    expect(hung.calls).to.have.lengthOf(2);
    hung.call.resolve(Uint8Array.of(7));
    await microtasks();
    expect(patient.text).to.equal('07000000');
    expect([hung.most, bench.clock.pendingCount]).to.deep.equal([1, 0]);
  });

  it('doe exchange hung: whoever may not ask the feature any more is not held up by it', () => {
    const hung = new ScriptedFeature(VENDOR, 1, false);
    using bench = new ExchangeBench([hung]);
    bench.ask(hung).exchange.cancel();
    using grant = bench.table.grant(hung, { to: 'client' });
    expect(bench.ask(hung).text).to.equal('EPERM doe.withheld');
    expect(bench.ask(hung, [1], grant.requester).text).to.equal('none');
  });
});
