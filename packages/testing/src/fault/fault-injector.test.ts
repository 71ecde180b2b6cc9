import { outcome, settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { bitsBetween, FaultBench } from './bench.test-support.js';
import { FaultInjector } from './fault-injector.js';
import { describeFault } from './inject/index.js';
import { wholeLife } from './life.test-support.js';
import type { FaultAction, FaultRule, FaultWhen } from './plan.js';
import { callPoints, fitsAt } from './table/index.js';

const MINUTES = 60_000;
const fail: FaultAction = { fault: 'fail' };

/** Which of twelve reads of a model fail. */
async function failing(when: FaultWhen, seed = 1): Promise<number[]> {
  await using bench = new FaultBench([{ at: 'dma.read', when, do: fail }], seed);
  await bench.create();
  await bench.open();
  await bench.device.dmaMap({ iova: 0, memory: bench.memory });
  return Array.from({ length: 12 }, (_, n) => n + 1).filter(() =>
    outcome(() => {
      bench.model.dma.read(0, new Uint8Array(1));
      return false;
    }),
  );
}

describe('when a rule strikes (docs/reference/fault-plans.md)', () => {
  it('row: nth: the n-th call, or so many from there on', async () => {
    expect(await failing({ nth: 3 })).to.deep.equal([3]);
    expect(await failing({ nth: 3, times: 4 })).to.deep.equal([3, 4, 5, 6]);
  });

  it('row: every: each n-th call, so many times', async () => {
    expect(await failing({ every: 5 })).to.deep.equal([5, 10]);
    expect(await failing({ every: 1, times: 2 })).to.deep.equal([1, 2]);
  });

  it('row: probability: as the seed says, so many times', async () => {
    const struck = await failing({ probability: 0.4 });
    expect(struck.length).to.be.within(1, 11);
    expect(await failing({ probability: 0.4 })).to.deep.equal(struck);
    expect(await failing({ probability: 0.4 }, 2)).to.not.deep.equal(struck);
    expect(await failing({ probability: 0.4, times: 1 })).to.deep.equal(struck.slice(0, 1));
    expect([
      await failing({ probability: 0 }),
      (await failing({ probability: 1 })).length,
    ]).to.deep.equal([[], 12]);
  });

  it('row: type: mdevs of other types are left alone, and each mdev counts by itself', async () => {
    await using bench = new FaultBench([
      { at: 'client.open', where: { type: 'bench-two' }, when: { nth: 1 }, do: fail },
    ]);
    const uuids = [
      await bench.create(),
      await bench.create('bench-two'),
      await bench.create('bench-two'),
    ];
    const answers: unknown[] = [];
    for (const uuid of uuids) {
      answers.push(
        await settled(async () => {
          await (await bench.host.open(uuid)).close();
        }),
      );
    }
    expect(answers).to.deep.equal([undefined, 'EIO fault.injected', 'EIO fault.injected']);
    expect(bench.injector.log.map(({ mdev }) => mdev)).to.deep.equal([
      'bench-two#1',
      'bench-two#2',
    ]);
  });

  for (const point of callPoints) {
    it(`row: ${point}: is met in the life of an mdev, and struck there`, async () => {
      const { bench } = await wholeLife([
        { at: point, when: { nth: 1 }, do: { fault: 'clock-jump', ms: 1 } },
      ]);
      expect(bench.injector.counts.get(point)).to.be.greaterThan(0);
      expect(bench.injector.log).to.have.lengthOf(1);
    });
  }

  it('row: any: each call once, but model.create', async () => {
    const { bench } = await wholeLife([
      { at: 'any', when: { every: 1 }, do: { fault: 'clock-jump', ms: 0 } },
    ]);
    const { counts, log } = bench.injector;
    expect(log).to.have.lengthOf(counts.get('any') ?? 0);
    expect(log.some(({ at }) => at === 'model.create')).to.equal(false);
    expect(log.filter(({ at }) => at === 'dma.read')).to.have.lengthOf(counts.get('dma.read') ?? 0);
  });

  it('row: any: an action strikes, and counts, only where it fits', async () => {
    const { bench } = await wholeLife([{ at: 'any', when: { nth: 2 }, do: { fault: 'drop' } }]);
    expect(bench.faults).to.deep.equal(['0 irq 2 drop']);
  });
});

/** Rules of every kind that fit. */
const anyRule: fc.Arbitrary<FaultRule> = fc
  .record({
    at: fc.constantFrom(...callPoints, 'any' as const),
    when: fc.oneof(
      fc.record({ nth: fc.integer({ min: 1, max: 6 }), times: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ every: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ probability: fc.constantFrom(0.1, 0.5) }),
    ),
    do: fc.constantFrom<FaultAction>(
      { fault: 'fail' },
      { fault: 'fail', errno: 'ENOMEM' },
      { fault: 'drop' },
      { fault: 'duplicate' },
      { fault: 'delay', ms: 2 },
      { fault: 'stall', ms: 2 },
      { fault: 'corrupt', bits: 2 },
      { fault: 'shorten' },
      { fault: 'link-down', ms: 3 },
      { fault: 'clock-jump', ms: 5 },
      { fault: 'memory-pressure', calls: 2 },
      { fault: 'remove' },
    ),
  })
  .filter(({ at, do: { fault } }) => fitsAt(at, fault));

describe('FaultInjector (own rule: the same plan gives the same run)', () => {
  it('two runs of any plan have equal logs, and client and model see the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRule, { maxLength: 4 }), fc.nat(1000), async (rules, seed) => {
        const one = await wholeLife(rules, seed);
        const other = await wholeLife(rules, seed);
        expect(other.seen).to.deep.equal(one.seen);
        expect(other.bench.injector.log).to.deep.equal(one.bench.injector.log);
        expect(other.bench.injector.counts).to.deep.equal(one.bench.injector.counts);
      }),
      { seed: 20261121, numRuns: 60 },
    );
  }).timeout(MINUTES);

  it('with an empty plan nothing differs from no plan at all', async () => {
    const plain = await wholeLife([], 1);
    const bare = await wholeLife([], 1, false);
    expect(plain.seen).to.deep.equal(bare.seen);
    expect([plain.bench.injector.log.length, bare.bench.injector.counts.get('any')]).to.deep.equal([
      0, 0,
    ]);
    expect(plain.bench.injector.counts.get('any')).to.be.greaterThan(50);
  });

  it('what one rule draws is its own: another rule, or another mdev, changes nothing', async () => {
    const rule: FaultRule = { at: 'dma.read', when: { probability: 0.5 }, do: fail };
    const struck = async (rules: readonly FaultRule[]): Promise<number[]> => {
      const { bench } = await wholeLife(rules);
      return bench.injector.log.filter((fault) => fault.rule === 0).map(({ nth }) => nth);
    };
    const other: FaultRule = { at: 'dma', when: { probability: 0.5 }, do: { fault: 'corrupt' } };
    expect(await struck([rule, other])).to.deep.equal(await struck([rule]));
  });

  it('which bits one rule turns is its own, whatever others do to the same call (row: corrupt)', async () => {
    const rule: FaultRule = {
      at: 'dma.write',
      when: { probability: 0.5 },
      do: { fault: 'corrupt', bits: 3 },
    };
    const ones = new Uint8Array(64).fill(0xff);
    /** What each of 12 writes stores; undefined for one that fails. */
    const stored = async (...others: readonly FaultRule[]): Promise<(Buffer | undefined)[]> => {
      await using bench = await FaultBench.open(rule, ...others);
      return Array.from({ length: 12 }, () =>
        outcome(() => {
          bench.model.dma.write(0, ones);
          return Buffer.from(bench.memory.subarray(0, 64));
        }),
      ).map((answer) => (typeof answer === 'string' ? undefined : answer));
    };
    const alone = await stored();
    const second: FaultRule = { at: 'dma', when: { every: 1 }, do: { fault: 'corrupt', bits: 2 } };
    const both = await stored(second);
    const turned = (bytes: Buffer | undefined): number[] =>
      [...(bytes ?? [])].map((byte) => byte ^ 0xff);
    expect(new Set(alone.map(String)).size).to.be.within(3, 12);
    both.forEach((bytes, n) => {
      const own = turned(alone[n]);
      expect(turned(bytes), `write ${n}`).to.not.deep.equal(own);
      expect(bitsBetween(Uint8Array.from(turned(bytes)), Uint8Array.from(own))).to.equal(2);
    });
    const failing = await stored({ at: 'dma', when: { every: 2 }, do: { fault: 'fail' } });
    expect(failing.filter((_, n) => n % 2 === 0)).to.deep.equal(
      alone.filter((_, n) => n % 2 === 0),
    );
  });

  it('two rules, and two mdevs, do not draw the same', async () => {
    const rule: FaultRule = { at: 'irq', when: { probability: 0.5 }, do: { fault: 'drop' } };
    await using bench = new FaultBench([rule, rule]);
    for (const type of ['bench-one', 'bench-two', 'bench-one']) {
      await bench.create(type);
      for (let n = 0; n < 40; n++) {
        bench.model.irqs.trigger(0);
      }
    }
    const drawn = new Map<string, number[]>();
    for (const { rule: number, mdev, nth } of bench.injector.log) {
      const key = `${number} ${mdev}`;
      drawn.set(key, [...(drawn.get(key) ?? []), nth]);
    }
    expect(drawn.size).to.equal(6);
    expect(new Set([...drawn.values()].map(String)).size).to.equal(6);
  });

  it('tells observers of every fault, and people in one line', async () => {
    await using bench = new FaultBench([
      { at: 'client.open', when: { nth: 1 }, do: { fault: 'clock-jump', ms: 4 } },
    ]);
    const lines: string[] = [];
    using _ = bench.injector.onInjected((fault) => lines.push(describeFault(fault)));
    await bench.create();
    await bench.open();
    expect(lines).to.deep.equal(['rule 0: clock-jump ms=4 at client.open 1 of bench-one#1']);
  });

  it('an injected error says which rule, where and which call (errors.ts, fault.injected)', async () => {
    await using bench = await FaultBench.open({ at: 'dma', when: { nth: 1 }, do: fail });
    expect(() => {
      bench.model.dma.read(0, new Uint8Array(1));
    })
      .to.throw('fault.injected')
      .with.property('details')
      .that.deep.equals({ rule: 0, point: 'dma.read', nth: 1 });
  });

  it('keeps the first 10,000 faults, and counts the rest', async () => {
    await using bench = await FaultBench.open({
      at: 'irq',
      when: { every: 1 },
      do: { fault: 'drop' },
    });
    for (let n = 0; n < 10_005; n++) {
      bench.model.irqs.trigger(0);
    }
    expect([bench.injector.log.length, bench.injector.injected]).to.deep.equal([10_000, 10_005]);
  });

  it('counts together if it is told to: the n-th call is one of all mdevs', async () => {
    const rule: FaultRule = { at: 'client.open', when: { nth: 2 }, do: fail };
    const injector = new FaultInjector({ seed: 1, rules: [rule] }, { together: true });
    await using bench = new FaultBench([], 1, true, injector);
    const uuids = [await bench.create(), await bench.create('bench-two'), await bench.create()];
    for (const uuid of uuids) {
      await settled(async () => {
        await (await bench.host.open(uuid)).close();
      });
    }
    expect(injector.log.map(({ mdev, nth }) => [mdev, nth])).to.deep.equal([['bench-two#1', 2]]);
  });

  it('checks its plan (fault.plan)', () => {
    const plan = { seed: 1, rules: [{ at: 'irq', when: { nth: 1 }, do: fail } as const] };
    expect(outcome(() => new FaultInjector(plan).injected)).to.equal('EINVAL fault.plan');
  });
});
