import {
  irqCallback,
  IrqController,
  type IrqIndexSpec,
  type IrqTarget,
  type Irqs,
} from '@mdevkit/core';
import {
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import fc from 'fast-check';
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

  it('a line that is up is masked, for pulses as well (vfio_pci_intrs.c, vfio_intx_handler)', () => {
    const irqs = new FakeIrqs();
    irqs.assert(0);
    expect([irqs.trigger(0), irqs.fired()]).to.deep.equal([false, 1]);
    irqs.deassert(0);
    expect([irqs.trigger(0), irqs.trigger(0), irqs.fired()]).to.deep.equal([true, true, 3]);
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

  const irqs: readonly IrqIndexSpec[] = [
    { kind: 'level', name: 'intx', count: 1 },
    { kind: 'message', name: 'msi', count: 2, resizable: false },
    { kind: 'signal', name: 'err', count: 1 },
    { kind: 'absent', name: 'none' },
    { kind: 'message', name: 'empty', count: 0, resizable: false },
  ];

  it('what the model has not declared is dropped, from declare on', () => {
    const fake = new FakeIrqs();
    expect(fake.trigger(7)).to.equal(true);
    fake.declare(irqs);
    for (const [index, subindex] of [
      [7, 0],
      [1, 2],
      [3, 0],
      [4, 0],
      [-1, 0],
      [NaN, 0],
      [1, 0.5],
      [1, -1],
    ] as const) {
      fake.clear();
      expect(fake.trigger(index, subindex), `${index}, ${subindex}`).to.equal(false);
      expect([fake.fires, fake.dropped]).to.deep.equal([
        [],
        [{ index, subindex, kind: 'trigger' }],
      ]);
    }
    expect([fake.enabled(7), fake.assert(7), fake.lines]).to.deep.equal([false, false, []]);
    expect([fake.trigger(1, 1), fake.trigger(2)]).to.deep.equal([true, true]);
  });

  it('without a declaration what can never be one is dropped all the same', () => {
    const fake = new FakeIrqs();
    for (const [index, subindex] of [
      [-1, 0],
      [NaN, 0],
      [0.5, 0],
      [0, -1],
      [0, NaN],
      [0, 2048],
    ] as const) {
      expect(fake.trigger(index, subindex), `${index}, ${subindex}`).to.equal(false);
    }
    expect([fake.assert(NaN), fake.enabled(-1), fake.lines]).to.deep.equal([false, false, []]);
    expect([fake.fired(), fake.dropped.length]).to.deep.equal([0, 7]);
  });

  it('to enable an index that there is not is a mistake of the test', () => {
    expect(() => new FakeIrqs({ enabled: [5], irqs })).to.throw(RangeError, 'irq index 5');
    expect(() => {
      new FakeIrqs({ irqs }).enable(3);
    }).to.throw(RangeError);
    expect(() => new FakeIrqs({ enabled: [-1] })).to.throw(RangeError);
  });

  it('any calls answer and signal as those of an mdev whose client has enabled everything it can', () => {
    const numbers = fc.constantFrom(0, 0, 1, 1, 2, 3, 4, 5, -1, NaN, 0.5);
    const calls = fc.array(
      fc.tuple(fc.constantFrom('trigger', 'assert', 'deassert', 'enabled'), numbers, numbers),
      { maxLength: 40, size: 'max' },
    );
    // At most one of the level and message indexes is enabled.
    fc.assert(
      fc.property(calls, fc.constantFrom(0, 1), (script, active) => {
        const fake = new FakeIrqs({ irqs, enabled: [active, 2] });
        const real = new IrqController((error) => {
          throw error;
        });
        real.configure(irqs);
        let signals = 0;
        const target = irqCallback(() => (signals += 1));
        for (const index of [active, 2]) {
          const slots = new Array<IrqTarget>(real.unit(index).count).fill(target);
          const flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
          real.set({ index, flags, start: 0, count: slots.length, slots });
        }
        for (const [call, index, subindex] of script) {
          const [mine, theirs] = [fake, real].map((one) => run(one, call, index, subindex));
          expect(mine, `${call} ${index} ${subindex}`).to.equal(theirs);
          if (active === 0 && !fake.lines.includes(0)) {
            // As the client that a FakeIrqs stands for.
            const flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK;
            real.set({ index: 0, flags, start: 0, count: 1 });
          }
        }
        expect(fake.fired()).to.equal(signals);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});

function run(irqs: Irqs, call: string, index: number, subindex: number): boolean | undefined {
  switch (call) {
    case 'trigger':
      return irqs.trigger(index, subindex);
    case 'assert':
      return irqs.assert(index);
    case 'enabled':
      return irqs.enabled(index);
    default:
      irqs.deassert(index);
      return undefined;
  }
}
