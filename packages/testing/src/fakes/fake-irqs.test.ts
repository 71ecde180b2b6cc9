import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FakeIrqs } from './fake-irqs.js';

describe('FakeIrqs (core, irq/irqs.ts)', () => {
  it('records what fires, and answers that somebody was signalled', () => {
    const irqs = new FakeIrqs();
    expect([irqs.trigger(2), irqs.trigger(2, 5), irqs.assert(0)]).to.deep.equal([true, true, true]);
    expect(irqs.fires).to.deep.equal([
      { index: 2, subindex: 0, kind: 'trigger' },
      { index: 2, subindex: 5, kind: 'trigger' },
      { index: 0, subindex: 0, kind: 'assert' },
    ]);
    expect([irqs.fired(), irqs.fired(2), irqs.fired(2, 5), irqs.fired(1)]).to.deep.equal([
      3, 2, 1, 0,
    ]);
  });

  it('an interrupt that nobody has enabled is dropped, and the answer says so', () => {
    const irqs = new FakeIrqs({ enabled: [1] });
    expect([irqs.enabled(0), irqs.trigger(0), irqs.trigger(1)]).to.deep.equal([false, false, true]);
    expect(irqs.dropped).to.deep.equal([{ index: 0, subindex: 0, kind: 'trigger' }]);
    irqs.disable(1);
    irqs.enable(0);
    expect([irqs.trigger(0), irqs.trigger(1), irqs.fired()]).to.deep.equal([true, false, 2]);
  });

  it('a line fires once while it is up (vfio_pci_intrs.c, vfio_intx_handler: masked until it is unmasked)', () => {
    const irqs = new FakeIrqs();
    expect([irqs.assert(0), irqs.assert(0), irqs.lines]).to.deep.equal([true, false, [0]]);
    irqs.deassert(0);
    expect([irqs.lines, irqs.assert(0), irqs.fired(0)]).to.deep.equal([[], true, 2]);
  });

  it('a line that is up when its index is enabled fires at once (vfio_pci_intrs.c, vfio_pci_set_intx_trigger)', () => {
    const irqs = new FakeIrqs({ enabled: [] });
    expect(irqs.assert(3)).to.equal(false);
    irqs.enable(3);
    irqs.enable(3);
    expect([irqs.fired(3), irqs.dropped.length]).to.deep.equal([1, 1]);
    irqs.clear();
    expect([irqs.fires, irqs.dropped, irqs.lines]).to.deep.equal([[], [], [3]]);
  });
});
