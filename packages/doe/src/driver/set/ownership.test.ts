import { microtasks } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ask } from '../exchange/index.js';
import { answerText, ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import type { FeatureGrant } from '../ownership/index.js';
import { SetBench } from './set-bench.test-support.js';

const VENDOR = 0x1e98;

type Point = 'queued' | 'running' | 'ready' | 'drained';

/** A feature that changes its owner, and another one that keeps the instance busy. */
class Scene implements Disposable {
  readonly feature: ScriptedFeature;
  readonly slow = new ScriptedFeature(VENDOR, 9, false);
  readonly bench: SetBench;
  #grant: FeatureGrant | undefined;

  constructor(isSync: boolean) {
    this.feature = new ScriptedFeature(VENDOR, 0, isSync);
    this.bench = new SetBench([
      { at: 0x140, features: [{ feature: this.feature }, { feature: this.slow }] },
    ]);
  }

  get grant(): FeatureGrant {
    if (this.#grant === undefined) {
      throw new Error('nothing is granted');
    }
    return this.#grant;
  }

  give(withheld?: 'hidden' | 'error'): void {
    const { features } = this.bench.instance();
    this.#grant = features.grant(this.feature, { to: 'client', withheld });
  }

  take(): void {
    this.grant[Symbol.dispose]();
  }

  /** Somebody else's exchange keeps the instance busy until {@link idle}. */
  occupy(): void {
    const { exchanges } = this.bench.instance();
    exchanges.submit({ name: 'other', kind: 'auxiliary' }, objectOf(this.slow), () => undefined);
  }

  async idle(): Promise<void> {
    this.slow.calls.at(-1)?.resolve(new Uint8Array(0));
    await microtasks();
  }

  async settle(): Promise<void> {
    this.feature.calls.at(-1)?.resolve(Uint8Array.of(7, 7, 7, 7));
    await microtasks();
  }

  /** As its holder. */
  ask(): Promise<string> {
    const { exchanges } = this.bench.instance();
    const { requester, entry } = this.grant;
    return answerText(() => ask(exchanges, requester, entry, Uint8Array.of(7, 7, 7, 7)));
  }

  [Symbol.dispose](): void {
    this.bench[Symbol.dispose]();
  }
}

function objectOf({ vendor, type }: ScriptedFeature): Uint8Array {
  return Uint8Array.of(vendor & 0xff, vendor >>> 8, type, 0, 2, 0, 0, 0);
}

const POINTS: readonly Point[] = ['queued', 'running', 'ready', 'drained'];

describe('a change of owner at every point of an exchange (own rules)', () => {
  for (const isSync of [true, false]) {
    const kind = isSync ? 'synchronous' : 'asynchronous';
    for (const point of POINTS) {
      it(`doe ownership granted: while an exchange of the registers is ${point}, ${kind}: Error, but a response that is Ready stays`, async () => {
        using scene = new Scene(isSync);
        const { bench, feature } = scene;
        if (point === 'queued') {
          scene.occupy();
        }
        if (point === 'running' && isSync) {
          feature.onHandle = (request) => {
            scene.give();
            return request;
          };
        }
        bench.send(feature, [7, 7, 7, 7]);
        if (point === 'ready' || point === 'drained') {
          await scene.settle();
          expect(bench.status()).to.equal('ready');
        }
        if (point === 'drained') {
          expect(bench.drain()).to.equal('07070707');
        }
        if (!(point === 'running' && isSync)) {
          scene.give();
        }
        const expected = { queued: 'error', running: 'error', ready: 'ready', drained: 'idle' };
        expect(bench.status()).to.equal(expected[point]);
        if (point === 'ready') {
          expect(bench.drain()).to.equal('07070707');
        }
        // What the feature says late reaches nobody, and then it forgets.
        const aborted = feature.calls.at(-1)?.signal.aborted;
        await scene.settle();
        await scene.idle();
        expect(aborted ?? false).to.equal(point === 'running' && !isSync);
        expect(feature.resets).to.equal(1);
        expect(bench.status()).to.not.equal('ready');
        // From now on it is that of the holder.
        bench.abort();
        bench.send(feature);
        expect(bench.status()).to.equal('error');
        feature.onHandle = undefined;
        const answer = scene.ask();
        await scene.settle();
        expect(await answer).to.equal('07070707');
        bench.abort();
        expect(bench.discovered()).to.deep.equal(['1:0', '1e98:9']);
        scene.take();
        expect(bench.discovered()).to.deep.equal(['1:0', '1e98:0', '1e98:9']);
        expect(bench.clock.pendingCount).to.equal(0);
      });

      it(`doe ownership revoked: while an exchange of the holder is ${point}, ${kind}: EIO, never hangs, and the registers have a feature that forgot`, async () => {
        using scene = new Scene(isSync);
        const { bench, feature } = scene;
        scene.give('error');
        if (point === 'queued') {
          scene.occupy();
        }
        if (point === 'running' && isSync) {
          feature.onHandle = (request) => {
            scene.take();
            return request;
          };
        }
        const answer = scene.ask();
        if (point === 'ready' || point === 'drained') {
          await scene.settle();
        }
        if (point === 'drained') {
          expect(await answer).to.equal('07070707');
        }
        scene.take();
        expect(await answer).to.equal(
          point === 'ready' || point === 'drained' ? '07070707' : 'EIO doe.revoked',
        );
        await scene.settle();
        await scene.idle();
        // To the client, and back.
        expect(feature.resets).to.equal(2);
        expect(await scene.ask()).to.equal('EIO doe.revoked');
        feature.onHandle = undefined;
        bench.send(feature, [7, 7, 7, 7]);
        await scene.settle();
        expect(bench.drain()).to.equal('07070707');
        expect(bench.clock.pendingCount).to.equal(0);
      });
    }
  }

  it('doe ownership new owner waits: what was asked before is queued behind it, and goes by the owner of its own start', async () => {
    using scene = new Scene(false);
    const { bench, feature } = scene;
    scene.give();
    scene.occupy();
    bench.send(feature, [7, 7, 7, 7]);
    scene.take();
    expect(bench.status()).to.equal('busy');
    await scene.idle();
    await scene.settle();
    expect(bench.drain()).to.equal('07070707');
  });

  it('doe ownership hung: a call of the old owner that does not come back holds the new one up, and nothing leaks to it', async () => {
    using scene = new Scene(false);
    const { bench, feature } = scene;
    bench.send(feature, [1, 1, 1, 1]);
    scene.give();
    const answer = scene.ask();
    await microtasks();
    expect([feature.calls.length, feature.resets]).to.deep.equal([1, 0]);
    feature.call.resolve(Uint8Array.of(0xee));
    await microtasks();
    expect([feature.calls.length, feature.resets]).to.deep.equal([2, 1]);
    await scene.settle();
    expect(await answer).to.equal('07070707');
    expect(bench.status()).to.equal('error');
  });

  it('doe ownership withheld error: the registers see it in discovery, and have Error for what they ask', () => {
    using scene = new Scene(true);
    const { bench, feature } = scene;
    scene.give('error');
    expect(bench.discovered()).to.deep.equal(['1:0', '1e98:0', '1e98:9']);
    bench.send(feature);
    expect(bench.status()).to.equal('error');
    bench.abort();
    scene.take();
    scene.give('hidden');
    expect(bench.discovered()).to.deep.equal(['1:0', '1e98:9']);
    bench.send(feature);
    expect(bench.status()).to.equal('error');
    expect(feature.log).to.not.include('handle 0');
  });

  it('doe ownership registers: a test mode that is nobody’s is given to them for a time, and to nobody for another', () => {
    const mode = new ScriptedFeature(VENDOR, 0);
    using bench = new SetBench([{ at: 0x140, features: [{ feature: mode, owner: 'nobody' }] }]);
    bench.send(mode);
    expect(bench.status()).to.equal('error');
    bench.abort();
    const grant = bench.instance().features.grant(mode, { to: 'registers' });
    bench.send(mode, [5, 5, 5, 5]);
    expect([bench.drain(), bench.discovered()]).to.deep.equal(['05050505', ['1:0', '1e98:0']]);
    grant[Symbol.dispose]();
    expect(bench.discovered()).to.deep.equal(['1:0']);
    using none = bench.instance().features.grant(mode, { to: 'nobody' });
    expect([none.isOver, mode.resets]).to.deep.equal([false, 2]);
  });

  it('seed 004 granularity: a grant is of one feature of one DOE Capability; its other features and the other capability stay', () => {
    const [a, b, c] = [
      new ScriptedFeature(VENDOR, 0),
      new ScriptedFeature(VENDOR, 2),
      new ScriptedFeature(VENDOR, 0),
    ];
    using bench = new SetBench([
      { at: 0x140, features: [{ feature: a }, { feature: b }] },
      { at: 0x160, features: [{ feature: c }] },
    ]);
    using grant = bench.instance(0x140).features.grant(a, { to: 'client' });
    expect(grant.isOver).to.equal(false);
    for (const [feature, at, status] of [
      [a, 0x140, 'error'],
      [c, 0x160, 'ready'],
      [b, 0x140, 'ready'],
    ] as const) {
      bench.abort(at);
      bench.send(feature, [1, 2, 3, 4], at);
      expect(bench.status(at)).to.equal(status);
      bench.drain(at);
    }
  });

  it('seed 004 granularity: the traffic of one DOE Capability is serialised, that of two is not', async () => {
    const features = [1, 2, 3].map((type) => new ScriptedFeature(VENDOR, type, false));
    const [a, b, c] = features;
    if (a === undefined || b === undefined || c === undefined) {
      throw new Error('three features');
    }
    using bench = new SetBench([
      { at: 0x140, features: [{ feature: a }, { feature: b }] },
      { at: 0x160, features: [{ feature: c }] },
    ]);
    using grant = bench.instance().features.grant(b, { to: 'client' });
    const { exchanges } = bench.instance();
    bench.send(a);
    const answer = answerText(() => ask(exchanges, grant.requester, b, new Uint8Array(4)));
    bench.send(c, [1], 0x160);
    expect(features.map(({ calls }) => calls.length)).to.deep.equal([1, 0, 1]);
    a.call.resolve(new Uint8Array(4));
    await microtasks();
    expect(features.map(({ calls }) => calls.length)).to.deep.equal([1, 1, 1]);
    b.call.resolve(new Uint8Array(4));
    expect(await answer).to.equal('00000000');
  });

  it('seed 004 user space: a grant binds and unbinds nothing; the children of drivers stay, and see what is theirs', async () => {
    const [kernel, test] = [new ScriptedFeature(VENDOR, 2), new ScriptedFeature(VENDOR, 0)];
    using bench = new SetBench([{ at: 0x140, features: [{ feature: kernel }, { feature: test }] }]);
    const log: string[] = [];
    using driver = bench.instances.auxiliary.register({
      name: 'cxl',
      probe: (child) => {
        log.push(`probe ${child.name}`);
        const before = child.features().length;
        const grant = bench.instance().features.grant(test, { to: 'client' });
        log.push(`${before} ${child.features().length}`);
        return {
          [Symbol.dispose]: () => {
            log.push('remove');
            grant[Symbol.dispose]();
          },
        };
      },
    });
    expect(log).to.deep.equal(['probe doe.140', '2 1']);
    await microtasks();
    expect(log).to.not.include('remove');
    expect(driver).to.not.equal(undefined);
  });
});
