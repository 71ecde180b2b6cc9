import { microtasks, settled } from '@mdevkit/core/test-support';
import { PCI_DOE_CTRL_INT_EN } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ask } from '../exchange/index.js';
import { answerText, ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { SetBench } from './set-bench.test-support.js';

const VENDOR = 0x1e98;

/** Everything that a function may have when it goes: exchanges of all kinds that wait and run, grants, children. */
class Busy {
  readonly log: string[] = [];
  readonly features: readonly ScriptedFeature[];
  readonly bench: SetBench;
  readonly answers: Promise<string>[] = [];
  readonly #registration: Disposable;

  constructor(fails: (step: string) => void = () => undefined) {
    const at = (step: string): void => {
      this.log.push(step);
      fails(step);
    };
    this.features = [1, 2, 3].map((type) => new ScriptedFeature(VENDOR, type, false));
    const [a, b, c] = this.features.map((feature) => ({ feature }));
    if (a === undefined || b === undefined || c === undefined) {
      throw new Error('three features');
    }
    this.bench = new SetBench([
      { at: 0x140, message: 3, features: [a, b] },
      { at: 0x160, features: [c] },
    ]);
    const { auxiliary } = this.bench.instances;
    this.#registration = auxiliary.register({
      name: 'driver',
      probe: (child) => {
        const asking = child.exchange(VENDOR, child.at === 0x140 ? 1 : 3, new Uint8Array(4));
        this.answers.push(
          answerText(async () => {
            try {
              return await asking;
            } finally {
              at(`told ${child.name}`);
            }
          }).catch(String),
        );
        return {
          [Symbol.dispose]: () => {
            at(`remove ${child.name}`);
          },
        };
      },
    });
    const instance = this.bench.instance();
    const onRevoked = (): void => {
      at('revoked');
    };
    const grant = instance.features.grant(b.feature, { to: 'client', onRevoked });
    for (let i = 0; i < 2; i++) {
      this.answers.push(
        answerText(() => ask(instance.exchanges, grant.requester, b.feature, new Uint8Array(4))),
      );
    }
    // Nothing of what was above is logged.
    this.log.length = 0;
    instance.mailbox.writeControl(PCI_DOE_CTRL_INT_EN);
    this.bench.send(a.feature);
    for (const feature of this.features) {
      feature.onReset = () => {
        at(`reset ${feature.type}`);
      };
      feature.onDispose = () => {
        at(`dispose ${feature.type}`);
      };
    }
  }

  async end(): Promise<void> {
    this.bench[Symbol.dispose]();
    this.#registration[Symbol.dispose]();
    await microtasks();
  }
}

describe('the life of DOE Capabilities (Documentation/driver-api/auxiliary_bus.rst; drivers/pci/doe.c, pci_doe_destroy)', () => {
  it('seed 004 life: children first, then exchanges, then features, then instances; nobody is left waiting', async () => {
    const busy = new Busy();
    await microtasks();
    busy.bench[Symbol.dispose]();
    expect(busy.log).to.deep.equal([
      'remove doe.160',
      'remove doe.140',
      'dispose 3',
      'revoked',
      'dispose 2',
      'dispose 1',
    ]);
    expect(await Promise.all(busy.answers)).to.deep.equal(Array(4).fill('EIO doe.gone'));
    expect(busy.bench.clock.pendingCount).to.equal(0);
    // Idempotent, and nothing is late.
    for (const feature of busy.features) {
      feature.calls.at(-1)?.resolve(Uint8Array.of(1));
    }
    await busy.end();
    expect(busy.features.map(({ disposals, resets }) => [disposals, resets])).to.deep.equal([
      [1, 0],
      [1, 1],
      [1, 0],
    ]);
    expect(busy.bench.status()).to.equal('idle');
  });

  it('seed 004 life: a driver that is told to remove its child can still use it, and not afterwards', async () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    const bench = new SetBench([{ at: 0x140, features: [{ feature }] }]);
    const seen: string[] = [];
    let late: (() => Promise<Uint8Array>) | undefined;
    using registration = bench.instances.auxiliary.register({
      name: 'driver',
      probe: (child) => {
        late = () => child.exchange(VENDOR, 1, new Uint8Array(4));
        return {
          [Symbol.dispose]: () => {
            seen.push(...child.features().map(({ type }) => `sees ${type}`));
            void child.exchange(VENDOR, 1, new Uint8Array(4));
            seen.push(...feature.log);
          },
        };
      },
    });
    expect(registration).to.not.equal(undefined);
    bench[Symbol.dispose]();
    expect(seen).to.deep.equal(['sees 1', 'handle 1']);
    expect(await settled(() => late?.())).to.equal('EIO doe.gone');
  });

  it('doe life every step fails: whatever throws, the rest goes, once and in the same order (tools/testing/selftests/iommu/iommufd_fail_nth.c)', async () => {
    const reference = new Busy();
    await microtasks();
    await reference.end();
    const steps = reference.log;
    expect(steps).to.include('dispose 1');
    for (const failing of steps) {
      const busy = new Busy((step) => {
        if (step === failing) {
          throw new Error(step);
        }
      });
      await microtasks();
      await busy.end();
      expect(busy.log).to.deep.equal(steps);
      const answers = await Promise.all(busy.answers);
      expect(answers.filter((answer) => answer === 'EIO doe.gone').length).to.be.at.least(
        failing.startsWith('told') ? 3 : 4,
      );
      expect(busy.bench.clock.pendingCount).to.equal(0);
      expect(busy.features.map(({ disposals }) => disposals)).to.deep.equal([1, 1, 1]);
    }
  });

  it('doe life every step ends: whoever is called while the device goes, or is reset, may end it', async () => {
    const reference = new Busy();
    await microtasks();
    reference.bench.instances.reset();
    await reference.end();
    const steps = [...new Set(reference.log)];
    for (const ending of steps) {
      let isEnding = true;
      const busy: Busy = new Busy((step) => {
        if (step === ending && isEnding) {
          isEnding = false;
          busy.bench[Symbol.dispose]();
        }
      });
      await microtasks();
      busy.bench.instances.reset();
      await microtasks();
      await busy.end();
      expect(busy.features.map(({ disposals }) => disposals)).to.deep.equal([1, 1, 1]);
      for (const answer of await Promise.all(busy.answers)) {
        expect(answer).to.match(/^EIO doe\.(reset|gone)$/);
      }
      expect(busy.bench.clock.pendingCount).to.equal(0);
    }
  });

  it('doe life hung: a handler that never settles keeps nobody, and its late answer meets nothing', async () => {
    const hung = new ScriptedFeature(VENDOR, 1, false);
    const bench = new SetBench([{ at: 0x140, features: [{ feature: hung }] }]);
    bench.send(hung);
    bench.abort();
    expect(bench.status()).to.equal('busy');
    bench.clock.advance(500);
    expect(bench.status()).to.equal('idle');
    bench.send(hung);
    bench[Symbol.dispose]();
    expect([hung.disposals, hung.calls.length, bench.clock.pendingCount]).to.deep.equal([1, 1, 0]);
    hung.call.reject(new Error('late'));
    await microtasks();
    expect([hung.resets, bench.status()]).to.deep.equal([0, 'idle']);
  });

  it('doe life silent: an exchange that ends with the device sends no message (bug; drivers/pci/doe.c, pci_doe_destroy)', async () => {
    const feature = new ScriptedFeature(VENDOR, 1, false);
    const bench = new SetBench([{ at: 0x140, message: 1, features: [{ feature }] }]);
    bench.instance().mailbox.writeControl(PCI_DOE_CTRL_INT_EN);
    bench.send({ vendor: VENDOR, type: 1 });
    bench[Symbol.dispose]();
    feature.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect(bench.messages).to.deep.equal([]);
    expect(bench.instance().mailbox.readStatus()).to.equal(0);
  });

  it('doe life after: registers answer, and every object is an Error', () => {
    const feature = new ScriptedFeature(VENDOR, 1);
    const bench = new SetBench([{ at: 0x140, features: [{ feature }] }]);
    bench[Symbol.dispose]();
    bench.send(feature);
    expect([bench.status(), feature.log.includes('handle 1')]).to.deep.equal(['error', false]);
    bench.abort();
    bench.instances.reset();
    expect([bench.status(), feature.resets]).to.deep.equal(['idle', 0]);
  });

  it('doe instances reset: registers as after power-on, exchanges of others EIO, features forget, grants stay (PCI Express Base Specification 6.0, section 6.6.2)', async () => {
    const [a, b] = [new ScriptedFeature(VENDOR, 1, false), new ScriptedFeature(VENDOR, 2)];
    using bench = new SetBench([
      { at: 0x140, message: 0, features: [{ feature: a }, { feature: b }] },
    ]);
    const { instances } = bench;
    using grant = bench.instance().features.grant(b, { to: 'client' });
    bench.send(a);
    bench.instance().mailbox.writeControl(PCI_DOE_CTRL_INT_EN);
    const holder = (): Promise<string> =>
      answerText(() => ask(bench.instance().exchanges, grant.requester, b, new Uint8Array(4)));
    const answer = holder();
    instances.reset();
    expect([bench.status(), bench.messages]).to.deep.equal(['idle', []]);
    expect(await answer).to.equal('EIO doe.reset');
    // One is at work, and forgets when it is done; the other was granted before.
    expect([a.resets, b.resets]).to.deep.equal([0, 2]);
    a.call.resolve(Uint8Array.of(1));
    await microtasks();
    expect([a.resets, bench.status()]).to.deep.equal([1, 'idle']);
    expect(await holder()).to.equal('00000000');
    expect(bench.clock.pendingCount).to.equal(0);
  });
});
