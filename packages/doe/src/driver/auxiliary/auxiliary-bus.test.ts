import { microtasks, settled } from '@mdevkit/core/test-support';
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import sinon from 'sinon';
import { answerText, ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { SetBench } from '../set/set-bench.test-support.js';
import type { DoeAuxiliaryDevice, DoeAuxiliaryDriver } from './auxiliary-driver.js';

const VENDOR = 0x1e98;

/** Keeps its children and says what happens to it. */
function driver(
  name: string,
  log: string[],
  children: DoeAuxiliaryDevice[] = [],
): DoeAuxiliaryDriver {
  return {
    name,
    probe: (child) => {
      children.push(child);
      log.push(`${name} probe ${child.name}`);
      return { [Symbol.dispose]: () => void log.push(`${name} remove ${child.name}`) };
    },
  };
}

function make(isSync = true): {
  bench: SetBench;
  feature: ScriptedFeature;
  hidden: ScriptedFeature;
} {
  const feature = new ScriptedFeature(VENDOR, 2, isSync);
  const hidden = new ScriptedFeature(VENDOR, 0);
  const bench = new SetBench([
    { at: 0x140, features: [{ feature }, { feature: hidden, owner: 'nobody' }] },
    { at: 0x1c0, features: [] },
  ]);
  return { bench, feature, hidden };
}

function theFirst(children: readonly DoeAuxiliaryDevice[]): DoeAuxiliaryDevice {
  const [child] = children;
  if (child === undefined) {
    throw new Error('nothing was probed');
  }
  return child;
}

describe('children of the auxiliary bus (Documentation/driver-api/auxiliary_bus.rst)', () => {
  it('doe auxiliary children: one for each DOE Capability, named by its offset; removed newest first', () => {
    using bench = make().bench;
    const log: string[] = [];
    const a = bench.instances.auxiliary.register(driver('a', log));
    const b = bench.instances.auxiliary.register(driver('b', log));
    expect(log.splice(0)).to.deep.equal([
      'a probe doe.140',
      'a probe doe.1c0',
      'b probe doe.140',
      'b probe doe.1c0',
    ]);
    a[Symbol.dispose]();
    expect(log.splice(0)).to.deep.equal(['a remove doe.1c0', 'a remove doe.140']);
    a[Symbol.dispose]();
    bench[Symbol.dispose]();
    expect(log.splice(0)).to.deep.equal(['b remove doe.1c0', 'b remove doe.140']);
    b[Symbol.dispose]();
    expect(log).to.deep.equal([]);
  });

  it('doe auxiliary exchange: what the registers own, discovery too, and nothing else', async () => {
    const { bench, feature, hidden } = make();
    const children: DoeAuxiliaryDevice[] = [];
    using registration = bench.instances.auxiliary.register(driver('a', [], children));
    const child = theFirst(children);
    const ask = (type: number, vendor = VENDOR): Promise<string> =>
      answerText(() => child.exchange(vendor, type, Uint8Array.of(1, 2, 3)));
    expect(child.features()).to.deep.equal([{ vendor: VENDOR, type: 2 }]);
    expect(await ask(2)).to.equal('01020300');
    // As a request index 1 is asked for, and that is the last one.
    expect(await ask(0, 1)).to.equal('981e0200');
    expect(await ask(hidden.type)).to.equal('EPERM doe.withheld');
    expect(await ask(7)).to.equal('ENOENT doe.no-feature');
    expect(await settled(() => child.exchange(1, 0, new Uint8Array(0)))).to.equal(
      'EIO doe.no-response',
    );
    const grant = bench.instance().features.grant(feature, { to: 'client' });
    expect(await ask(2)).to.equal('EPERM doe.withheld');
    expect(child.features()).to.deep.equal([]);
    grant[Symbol.dispose]();
    expect(await ask(2)).to.equal('01020300');
    expect(registration).to.not.equal(undefined);
    bench[Symbol.dispose]();
  });

  it('doe auxiliary signal: whoever does not wait any more rejects with its reason, before and while asking', async () => {
    const { bench, feature } = make(false);
    const children: DoeAuxiliaryDevice[] = [];
    using registration = bench.instances.auxiliary.register(driver('a', [], children));
    expect(registration).to.not.equal(undefined);
    const child = theFirst(children);
    const stop = new AbortController();
    const { signal } = stop;
    const answer = child.exchange(VENDOR, 2, new Uint8Array(4), { signal }).catch(String);
    const answered = child.exchange(VENDOR, 2, Uint8Array.of(2), {});
    await microtasks();
    stop.abort(new Error('enough'));
    expect(await answer).to.equal('Error: enough');
    expect(feature.call.signal.aborted).to.equal(true);
    expect(await child.exchange(VENDOR, 2, new Uint8Array(4), { signal }).catch(String)).to.equal(
      'Error: enough',
    );
    feature.call.resolve(undefined);
    await microtasks();
    feature.call.resolve(Uint8Array.of(2));
    expect([...(await answered)]).to.deep.equal([2, 0, 0, 0]);
    bench[Symbol.dispose]();
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('doe auxiliary signal: a signal that lives longer than exchanges keeps nothing of them, and the child neither (bug; own rule)', async () => {
    const { bench, feature } = make(false);
    const children: DoeAuxiliaryDevice[] = [];
    using registration = bench.instances.auxiliary.register(driver('a', [], children));
    expect(registration).to.not.equal(undefined);
    const child = theFirst(children);
    const { signal } = new AbortController();
    const any = sinon.spy(AbortSignal, 'any');
    try {
      for (let i = 0; i < 3; i++) {
        const answer = child.exchange(VENDOR, 2, new Uint8Array(4), { signal });
        expect(getEventListeners(signal, 'abort')).to.have.lengthOf(1);
        feature.call.resolve(Uint8Array.of(1));
        await answer;
        expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
      }
      expect(any.callCount).to.equal(0);
    } finally {
      any.restore();
    }
    bench[Symbol.dispose]();
  });

  it('doe auxiliary gone: a child that its driver has let go is EIO, and so is what waited', async () => {
    const { bench, feature } = make(false);
    const children: DoeAuxiliaryDevice[] = [];
    const registration = bench.instances.auxiliary.register(driver('a', [], children));
    const child = theFirst(children);
    const waiting = answerText(() => child.exchange(VENDOR, 2, new Uint8Array(4)));
    await microtasks();
    registration[Symbol.dispose]();
    expect(await waiting).to.equal('EIO doe.gone');
    expect(feature.call.signal.aborted).to.equal(true);
    expect(await answerText(() => child.exchange(VENDOR, 2, new Uint8Array(4)))).to.equal(
      'EIO doe.gone',
    );
    expect(await settled(() => child.features())).to.equal('EIO doe.gone');
    bench[Symbol.dispose]();
    expect(() => bench.instances.auxiliary.register(driver('b', []))).to.throw(/EIO doe.gone/);
  });

  it('doe auxiliary failures: a probe that throws leaves its child unbound, a remove that throws keeps nobody', async () => {
    const { bench } = make();
    const log: string[] = [];
    let refused: DoeAuxiliaryDevice | undefined;
    const bad: DoeAuxiliaryDriver = {
      name: 'bad',
      probe: (child) => {
        if (child.at === 0x140) {
          refused = child;
          throw new Error('refused');
        }
        return {
          [Symbol.dispose]: () => {
            log.push('bad remove');
            throw new Error('broken');
          },
        };
      },
    };
    const good = bench.instances.auxiliary.register(driver('good', log));
    const registration = bench.instances.auxiliary.register(bad);
    expect(bench.errors).to.have.lengthOf(1);
    expect(await settled(() => refused?.exchange(VENDOR, 2, new Uint8Array(4)))).to.equal(
      'EIO doe.gone',
    );
    log.length = 0;
    bench[Symbol.dispose]();
    expect(log).to.deep.equal(['bad remove', 'good remove doe.1c0', 'good remove doe.140']);
    expect(bench.errors).to.have.lengthOf(2);
    registration[Symbol.dispose]();
    good[Symbol.dispose]();
  });

  it('doe auxiliary reentry: a probe that ends the device, and one that registers another driver', () => {
    const { bench } = make();
    const log: string[] = [];
    const registration = bench.instances.auxiliary.register({
      name: 'a',
      probe: (child) => {
        log.push(`a probe ${child.name}`);
        using other = bench.instances.auxiliary.register(driver('b', log));
        expect(other).to.not.equal(undefined);
        bench[Symbol.dispose]();
        return { [Symbol.dispose]: () => void log.push('a remove') };
      },
    });
    expect(log).to.deep.equal([
      'a probe doe.140',
      'b probe doe.140',
      'b probe doe.1c0',
      'b remove doe.1c0',
      'b remove doe.140',
      'a remove',
    ]);
    registration[Symbol.dispose]();
    expect(log).to.have.lengthOf(6);
  });
});
