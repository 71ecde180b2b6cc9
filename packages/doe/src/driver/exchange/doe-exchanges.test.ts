import { microtasks } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DoeRequester } from '../feature/index.js';
import { registers, ScriptedFeature, textOf } from '../feature/scripted-feature.test-support.js';
import { ExchangeBench } from './exchange-bench.test-support.js';

const VENDOR = 0x1af4;

describe('exchanges of one instance (PCI Express Base Specification 6.0, section 6.30.2)', () => {
  it('doe exchange synchronous: a handler that answers at once is answered before submit returns, without a timer', () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    using bench = new ExchangeBench([feature]);
    const asked = bench.ask(feature, [1, 2, 3, 4]);
    expect(asked.text).to.equal('01020304');
    expect(asked.exchange.unsettled).to.equal(undefined);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('doe exchange object: header, payload and zeros up to a whole word; the request without its header (section 6.30.1)', async () => {
    const feature = new ScriptedFeature(VENDOR, 7, false);
    using bench = new ExchangeBench([feature]);
    const asked = bench.ask(feature, [5, 6, 7, 8]);
    expect([...feature.call.request]).to.deep.equal([5, 6, 7, 8]);
    expect(feature.call.at).to.equal(0x140);
    feature.call.resolve(Uint8Array.of(9, 9, 9, 9, 9));
    await microtasks();
    const [outcome] = asked.outcomes;
    expect(outcome?.kind === 'response' && [...outcome.object]).to.deep.equal([
      0xf4, 0x1a, 7, 0, 4, 0, 0, 0, 9, 9, 9, 9, 9, 0, 0, 0,
    ]);
  });

  it('doe exchange serial: one at a time in an instance, whatever the features are (own rule)', async () => {
    const a = new ScriptedFeature(VENDOR, 1, false);
    const b = new ScriptedFeature(VENDOR, 2, false);
    using bench = new ExchangeBench([a, b]);
    const other: DoeRequester = { name: 'other', kind: 'auxiliary' };
    const first = bench.ask(a);
    const second = bench.ask(b, [2, 0, 0, 0], other);
    expect(b.calls).to.have.lengthOf(0);
    a.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect([first.text, second.text, b.calls.length]).to.deep.equal(['01000000', 'none', 1]);
    b.call.resolve(new Uint8Array(0));
    await microtasks();
    expect(second.text).to.equal('');
  });

  it('doe exchange failures: what throws, rejects, or answers no bytes or too many is Error, logged, and breaks nothing', async () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    using bench = new ExchangeBench([feature]);
    const failures: readonly (() => unknown)[] = [
      () => {
        throw new Error('broken');
      },
      () => Promise.reject(new Error('broken')),
      () => 'text',
      () => null,
      () => ({ length: 4 }),
      () => Promise.resolve([1, 2, 3, 4]),
      () => new Uint8Array(0x4_0000 * 4 - 7),
      () => ({
        then: () => {
          throw new Error('broken');
        },
      }),
    ];
    for (const [index, fail] of failures.entries()) {
      feature.onHandle = fail;
      const asked = bench.ask(feature);
      await microtasks();
      expect(asked.text).to.equal('EIO doe.feature-failed');
      expect(bench.errors).to.have.lengthOf(index + 1);
    }
    feature.onHandle = () => undefined;
    expect(bench.ask(feature).text).to.equal('EIO doe.no-response');
    feature.onHandle = () => new Uint8Array(0x4_0000 * 4 - 8);
    const [longest] = bench.ask(feature).outcomes;
    expect(longest?.kind === 'response' && longest.object.length).to.equal(0x10_0000);
    expect(bench.errors).to.have.lengthOf(failures.length);
    feature.onHandle = undefined;
    expect(bench.ask(feature).text).to.equal('01020304');
  });

  it('doe exchange unknown: Error for an object that no feature answers', () => {
    using bench = new ExchangeBench([new ScriptedFeature(VENDOR, 1)]);
    expect(bench.ask({ vendor: VENDOR, type: 2 }).text).to.equal('ENOENT doe.no-feature');
    expect(bench.ask({ vendor: VENDOR + 1, type: 1 }).text).to.equal('ENOENT doe.no-feature');
  });

  it('doe exchange time limit: of the registers from Go on, of others from their start (a response within 1 second)', async () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    const other: DoeRequester = { name: 'other', kind: 'auxiliary' };
    using bench = new ExchangeBench([slow], { responseMs: 1000, grantMs: 450 });
    const first = bench.ask(slow, [1], other);
    bench.clock.advance(400);
    const second = bench.ask(slow, [2]);
    bench.clock.advance(49);
    expect(first.text).to.equal('none');
    bench.clock.advance(1);
    expect(first.text).to.equal('ETIMEDOUT doe.timed-out');
    expect(slow.call.signal.aborted).to.equal(true);
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect(slow.calls).to.have.lengthOf(2);
    bench.clock.advance(949);
    expect(second.text).to.equal('none');
    bench.clock.advance(1);
    expect(second.text).to.equal('ETIMEDOUT doe.timed-out');
    slow.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('doe exchange queued limit: the registers have their Error in time also if they were never served', () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    const other: DoeRequester = { name: 'other', kind: 'auxiliary' };
    using bench = new ExchangeBench([slow], { grantMs: 5000 });
    bench.ask(slow, [1], other);
    const asked = bench.ask(slow, [2]);
    bench.clock.advance(1000);
    expect(asked.text).to.equal('ETIMEDOUT doe.timed-out');
    expect(slow.calls).to.have.lengthOf(1);
  });

  it('doe exchange bounds: a requester has so many waiting, and an object so many words', () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    using bench = new ExchangeBench([slow], { queued: 2, objectWords: 3 });
    const asked = Array.from({ length: 4 }, () => bench.ask(slow));
    expect(asked.map(({ text }) => text)).to.deep.equal([
      'none',
      'none',
      'none',
      'EBUSY doe.queue-full',
    ]);
    const other: DoeRequester = { name: 'other', kind: 'auxiliary' };
    expect(bench.ask(slow, [1], other).text).to.equal('none');
    expect(bench.ask(slow, [1, 2, 3, 4, 5], other).text).to.equal('EMSGSIZE doe.long-object');
  });

  it('doe exchange cancel: no outcome, the handler is told, and unsettled ends with it', async () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    using bench = new ExchangeBench([slow]);
    const running = bench.ask(slow);
    const waiting = bench.ask(slow);
    waiting.exchange.cancel();
    expect(waiting.exchange.unsettled).to.equal(undefined);
    running.exchange.cancel();
    running.exchange.cancel();
    expect(slow.call.signal.aborted).to.equal(true);
    let isSettled = false;
    void running.exchange.unsettled?.then(() => {
      isSettled = true;
    });
    await microtasks();
    expect(isSettled).to.equal(false);
    slow.call.reject(new Error('late'));
    await microtasks();
    expect([isSettled, running.exchange.unsettled]).to.deep.equal([true, undefined]);
    expect([running.text, waiting.text, slow.calls.length]).to.deep.equal(['none', 'none', 1]);
    expect(bench.errors).to.deep.equal([]);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('doe exchange late: what comes after the end of an exchange is thrown away, and is not the answer of the next', async () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    using bench = new ExchangeBench([slow]);
    const first = bench.ask(slow, [1]);
    first.exchange.cancel();
    const second = bench.ask(slow, [2]);
    expect(slow.calls).to.have.lengthOf(1);
    slow.call.resolve(Uint8Array.of(0xbb));
    await microtasks();
    expect([first.text, second.text, slow.calls.length]).to.deep.equal(['none', 'none', 2]);
    slow.call.resolve(Uint8Array.of(2));
    await microtasks();
    expect(second.text).to.equal('02000000');
    expect(slow.most).to.equal(1);
  });

  it('doe exchange reset: everything fails, what hears of it may ask again, and the next waits for what works', async () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    using bench = new ExchangeBench([slow]);
    const again: { text: string }[] = [];
    const asked = [1, 2, 3].map((n) =>
      bench.ask(slow, [n], registers, () => void again.push(bench.ask(slow, [n + 10]))),
    );
    bench.exchanges.reset();
    expect(asked.map(({ text }) => text)).to.deep.equal(Array(3).fill('EIO doe.reset'));
    expect(slow.calls).to.have.lengthOf(1);
    for (let i = 0; i < 4; i++) {
      slow.call.resolve(slow.call.request);
      await microtasks();
    }
    expect(again.map(({ text }) => text)).to.have.members(['0b000000', '0c000000', '0d000000']);
  });

  it('doe exchange reset: also what waits for a feature that does not come back, and nothing behind it begins meanwhile', () => {
    const hung = new ScriptedFeature(VENDOR, 1, false);
    const good = new ScriptedFeature(VENDOR, 2);
    using bench = new ExchangeBench([hung, good]);
    bench.ask(hung).exchange.cancel();
    let again: { text: string } | undefined;
    const held = bench.ask(hung, [1], registers, () => {
      again = bench.ask(good, [3]);
    });
    const behind = bench.ask(good, [2]);
    bench.exchanges.reset();
    expect([held.text, behind.text]).to.deep.equal(['EIO doe.reset', 'EIO doe.reset']);
    expect(again?.text).to.equal('03000000');
    expect(good.log).to.deep.equal(['handle 2']);
  });

  it('doe exchange outcome throws: it is logged, and the others have theirs', () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    using bench = new ExchangeBench([feature]);
    bench.ask(feature, [1], registers, () => {
      throw new Error('broken');
    });
    expect(bench.errors).to.have.lengthOf(1);
    expect(bench.ask(feature, [2]).text).to.equal('02000000');
  });

  it('doe exchange gone: who waits fails with EIO, unsettled ends, and whoever asks later is refused (drivers/pci/doe.c, pci_doe)', async () => {
    const slow = new ScriptedFeature(VENDOR, 1, false);
    const bench = new ExchangeBench([slow]);
    const running = bench.ask(slow);
    const waiting = bench.ask(slow);
    const hung = running.exchange.unsettled;
    bench[Symbol.dispose]();
    expect([running.text, waiting.text]).to.deep.equal(['EIO doe.gone', 'EIO doe.gone']);
    await hung;
    expect(bench.ask(slow).text).to.equal('EIO doe.gone');
    slow.call.reject(new Error('late'));
    await microtasks();
    expect(bench.errors).to.deep.equal([]);
    expect([running.text, slow.calls.length, slow.resets]).to.deep.equal(['EIO doe.gone', 1, 0]);
    expect(bench.clock.pendingCount).to.equal(0);
    expect(textOf(running.outcomes[0])).to.equal('EIO doe.gone');
  });
});
