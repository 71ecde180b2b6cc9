import { outcome } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FaultBench } from '../bench.test-support.js';
import type { FaultRule } from '../plan.js';

async function running(...rules: readonly FaultRule[]) {
  const bench = await FaultBench.open(...rules);
  const seen: [string, number][] = [];
  const at = (delay: number, name = String(delay)): Disposable =>
    bench.model.clock.schedule(delay, () => {
      seen.push([name, bench.model.clock.now()]);
    });
  return { bench, seen, at };
}

describe('the clock of a plan (docs/reference/fault-plans.md)', () => {
  it('row: clock.schedule: row: fail: a timer cannot be had', async () => {
    const { bench, seen, at } = await running({
      at: 'clock.schedule',
      when: { nth: 1 },
      do: { fault: 'fail', errno: 'EAGAIN' },
    });
    await using _ = bench;
    expect(outcome(() => at(1))).to.equal('EAGAIN fault.injected');
    at(2);
    bench.clock.advance(2);
    expect(seen).to.deep.equal([['2', 2]]);
  });

  it('row: memory-pressure: timers answer ENOMEM', async () => {
    const { bench, at } = await running({
      at: 'clock.schedule',
      when: { nth: 1 },
      do: { fault: 'memory-pressure' },
    });
    await using _ = bench;
    expect([outcome(() => at(1)), outcome(() => at(1))]).to.deep.equal([
      'ENOMEM fault.injected',
      'ENOMEM fault.injected',
    ]);
  });

  it('row: clock.fire: row: stall: a timer has its effect later', async () => {
    const { bench, seen, at } = await running({
      at: 'clock.fire',
      when: { nth: 1 },
      do: { fault: 'stall', ms: 7 },
    });
    await using _ = bench;
    at(1);
    bench.clock.advance(7);
    expect(seen).to.deep.equal([]);
    bench.clock.advance(1);
    expect(seen).to.deep.equal([['1', 8]]);
  });

  it('row: stall: a timer that is disposed meanwhile does not come any more', async () => {
    const { bench, seen, at } = await running({
      at: 'clock.fire',
      when: { nth: 1 },
      do: { fault: 'stall', ms: 7 },
    });
    await using _ = bench;
    const timer = at(1);
    bench.clock.advance(1);
    timer[Symbol.dispose]();
    bench.clock.advance(100);
    expect([seen, bench.clock.pendingCount]).to.deep.equal([[], 0]);
  });

  it('row: clock-jump: time is further on, what became due runs in its order, the rest comes earlier', async () => {
    const { bench, seen, at } = await running({
      at: 'dma.read',
      when: { nth: 1 },
      do: { fault: 'clock-jump', ms: 100 },
    });
    await using _ = bench;
    at(110);
    at(90);
    at(50);
    bench.clock.advance(1);
    bench.model.dma.read(0, new Uint8Array(1));
    expect([seen, bench.model.clock.now()]).to.deep.equal([[], 101]);
    bench.clock.advance(0);
    expect(seen).to.deep.equal([
      ['50', 101],
      ['90', 101],
    ]);
    bench.clock.advance(8);
    expect(seen).to.have.lengthOf(2);
    bench.clock.advance(1);
    expect(seen[2]).to.deep.equal(['110', 110]);
  });

  it('row: clock-jump: as a timer fires, it fires nevertheless and once', async () => {
    const { bench, seen, at } = await running({
      at: 'clock.fire',
      when: { nth: 1 },
      do: { fault: 'clock-jump', ms: 10 },
    });
    await using _ = bench;
    at(1);
    at(5);
    bench.clock.advance(1);
    expect(seen).to.deep.equal([
      ['1', 11],
      ['5', 11],
    ]);
    bench.clock.advance(100);
    expect(seen).to.have.lengthOf(2);
  });

  it('row: link-down: its time is that of the model', async () => {
    const { bench } = await running(
      { at: 'dma.read', when: { nth: 1 }, do: { fault: 'link-down', ms: 100 } },
      { at: 'dma.read', when: { nth: 2 }, do: { fault: 'clock-jump', ms: 100 } },
    );
    await using _ = bench;
    const read = (): string | number =>
      outcome(() => {
        bench.model.dma.read(0, new Uint8Array(1));
        return 0;
      });
    expect([read(), read()]).to.deep.equal(['EIO fault.injected', 0]);
  });
});
