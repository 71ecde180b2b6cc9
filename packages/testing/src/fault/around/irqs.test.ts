import { irqCallback, unmaskIrq, bindIrqs } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FaultBench, LINE, VECTORS } from '../bench.test-support.js';
import type { FaultAction } from '../plan.js';

async function ringing(action: FaultAction, index = VECTORS): Promise<FaultBench> {
  const bench = await FaultBench.open({ at: 'irq', when: { nth: 1 }, do: action });
  await bench.bind(index);
  return bench;
}

describe('row: irq: interrupts of a plan (docs/reference/fault-plans.md)', () => {
  it('row: drop: is lost, and the model cannot tell', async () => {
    await using bench = await ringing({ fault: 'drop' });
    const { irqs } = bench.model;
    expect([irqs.trigger(VECTORS, 1), irqs.trigger(VECTORS, 1)]).to.deep.equal([true, true]);
    expect(bench.rung).to.deep.equal(['0.1']);
    expect([irqs.enabled(VECTORS), irqs.enabled(LINE)]).to.deep.equal([true, false]);
  });

  it('row: drop: of an index that nobody has enabled says so', async () => {
    await using bench = await FaultBench.open({
      at: 'irq',
      when: { nth: 1 },
      do: { fault: 'drop' },
    });
    expect(bench.model.irqs.trigger(VECTORS)).to.equal(false);
  });

  it('row: duplicate: comes twice', async () => {
    await using bench = await ringing({ fault: 'duplicate' });
    bench.model.irqs.trigger(VECTORS, 1);
    bench.model.irqs.trigger(VECTORS);
    expect(bench.rung).to.deep.equal(['0.1', '0.1', '0.0']);
  });

  it('row: delay: comes later by the clock, and others before it', async () => {
    await using bench = await ringing({ fault: 'delay', ms: 5 });
    bench.model.irqs.trigger(VECTORS, 0);
    bench.model.irqs.trigger(VECTORS, 1);
    bench.clock.advance(4);
    expect(bench.rung).to.deep.equal(['0.1']);
    bench.clock.advance(1);
    expect(bench.rung).to.deep.equal(['0.1', '0.0']);
  });

  it('row: delay: does not outlive a reset or a close (PCIe Base Spec 6.6.2)', async () => {
    for (const end of ['reset', 'close'] as const) {
      await using bench = await ringing({ fault: 'delay', ms: 5 });
      bench.model.irqs.trigger(VECTORS, 0);
      await bench.device[end]();
      bench.clock.advance(10);
      expect([end, bench.rung]).to.deep.equal([end, []]);
    }
  });

  it('row: drop: a line that is not raised can be raised again', async () => {
    await using bench = await ringing({ fault: 'drop' }, LINE);
    expect([bench.model.irqs.assert(LINE), bench.rung.length]).to.deep.equal([true, 0]);
    expect([bench.model.irqs.assert(LINE), bench.rung.length]).to.deep.equal([true, 1]);
  });

  it('row: delay: a line is raised later, unless it was lowered meanwhile', async () => {
    for (const lowered of [false, true]) {
      await using bench = await ringing({ fault: 'delay', ms: 5 }, LINE);
      bench.model.irqs.assert(LINE);
      if (lowered) {
        bench.model.irqs.deassert(LINE);
      }
      bench.clock.advance(5);
      expect(bench.rung).to.have.lengthOf(lowered ? 0 : 1);
    }
  });

  it('row: duplicate: a line stays up for one unmask, and is quiet after it', async () => {
    await using bench = await ringing({ fault: 'duplicate' }, LINE);
    bench.model.irqs.assert(LINE);
    bench.model.irqs.deassert(LINE);
    expect(bench.rung).to.have.lengthOf(1);
    await unmaskIrq(bench.device, LINE);
    expect(bench.rung).to.have.lengthOf(2);
    await unmaskIrq(bench.device, LINE);
    expect(bench.rung).to.have.lengthOf(2);
  });

  it('row: duplicate: a line is not up for ever, if nobody unmasks it', async () => {
    await using bench = await ringing({ fault: 'duplicate' }, LINE);
    bench.model.irqs.assert(LINE);
    bench.model.irqs.deassert(LINE);
    bench.clock.advance(1);
    await unmaskIrq(bench.device, LINE);
    expect(bench.rung).to.have.lengthOf(1);
  });

  it('row: link-down: are lost until a reset', async () => {
    await using bench = await FaultBench.open({
      at: 'irq',
      when: { nth: 2 },
      do: { fault: 'link-down' },
    });
    await bench.bind();
    const { irqs } = bench.model;
    irqs.trigger(VECTORS);
    irqs.trigger(VECTORS);
    bench.clock.advance(100_000);
    irqs.trigger(VECTORS);
    expect(bench.rung).to.have.lengthOf(1);
    await bench.device.reset();
    irqs.trigger(VECTORS);
    expect(bench.rung).to.have.lengthOf(2);
  });

  for (const index of [VECTORS, LINE]) {
    it(`row: link-down: row: delay: what comes late is lost if the link is down by then: index ${index}`, async () => {
      await using bench = await FaultBench.open(
        { at: 'irq', when: { nth: 1 }, do: { fault: 'delay', ms: 5 } },
        { at: 'client.info', when: { nth: 1 }, do: { fault: 'link-down', ms: 10 } },
      );
      await bench.bind(index);
      const { irqs } = bench.model;
      const raise = (): boolean => (index === VECTORS ? irqs.trigger(VECTORS) : irqs.assert(LINE));
      expect(raise()).to.equal(true);
      await bench.device.info();
      bench.clock.advance(5);
      expect(bench.rung).to.deep.equal([]);
      bench.clock.advance(5);
      raise();
      expect(bench.rung).to.deep.equal([`${index}.0`]);
    });
  }

  it('row: duplicate: a line that was doubled before a reset comes once after it', async () => {
    await using bench = await ringing({ fault: 'duplicate' }, LINE);
    const { irqs } = bench.model;
    irqs.assert(LINE);
    await bench.device.reset();
    await unmaskIrq(bench.device, LINE);
    const before = bench.rung.length;
    irqs.assert(LINE);
    irqs.deassert(LINE);
    await unmaskIrq(bench.device, LINE);
    expect(bench.rung.length - before).to.equal(1);
  });

  it('row: where index, subindex: let only those interrupts through', async () => {
    await using bench = await FaultBench.open({
      at: 'irq',
      where: { index: VECTORS, subindex: 1 },
      when: { every: 1 },
      do: { fault: 'drop' },
    });
    const rung: number[] = [];
    await bindIrqs(
      bench.device,
      VECTORS,
      [0, 1].map((n) => irqCallback(() => rung.push(n))),
    );
    bench.model.irqs.trigger(VECTORS, 0);
    bench.model.irqs.trigger(VECTORS, 1);
    expect([rung, bench.faults]).to.deep.equal([[0], ['0 irq 1 drop']]);
  });
});
