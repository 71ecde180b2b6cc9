import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../errors/index.js';
import { outcome } from '../errors/outcome.test-support.js';
import { IrqController } from './irq-controller.js';
import { EVENTFD, NONE, TRIGGER } from './irq.test-support.js';
import type { IrqTarget } from './target.js';

const INDEXES = [
  { name: 'level', index: 0, count: 1 },
  { name: 'message', index: 1, count: 4 },
  { name: 'signal', index: 2, count: 1 },
] as const;

function controller(): IrqController {
  const irqs = new IrqController(() => undefined);
  irqs.configure([
    { kind: 'level', name: 'level', count: 1 },
    { kind: 'message', name: 'message', count: 4, resizable: true },
    { kind: 'signal', name: 'signal', count: 1, role: 'error' },
  ]);
  return irqs;
}

function counted(): IrqTarget & { readonly ended: () => number } {
  let ended = 0;
  return {
    signal: () => undefined,
    unbound: () => {
      ended += 1;
    },
    ended: () => ended,
  };
}

function bind(
  irqs: IrqController,
  index: number,
  start: number,
  slots: readonly (IrqTarget | number)[],
): void {
  irqs.set({ index, flags: EVENTFD | TRIGGER, start, count: slots.length, slots: [...slots] });
}

describe('irq unbound (own rule: a target is told of the end of every binding, once)', () => {
  for (const { name, index } of INDEXES) {
    it(`irq unbound ${name}: when another takes its place, and when the index is disabled`, () => {
      const irqs = controller();
      const [first, second] = [counted(), counted()];
      bind(irqs, index, 0, [first]);
      bind(irqs, index, 0, [second]);
      expect([first.ended(), second.ended()]).to.deep.equal([1, 0]);
      irqs.set({ index, flags: NONE | TRIGGER, start: 0, count: 0 });
      expect([first.ended(), second.ended()]).to.deep.equal([1, 1]);
    });

    it(`irq unbound ${name}: when the client is gone, once`, () => {
      const irqs = controller();
      const target = counted();
      bind(irqs, index, 0, [target]);
      irqs.disableAll();
      irqs.disableAll();
      expect(target.ended()).to.equal(1);
    });

    it(`irq unbound ${name}: by -1`, () => {
      const irqs = controller();
      const target = counted();
      bind(irqs, index, 0, [target]);
      bind(irqs, index, 0, [-1]);
      expect(target.ended()).to.equal(1);
    });
  }

  it('irq unbound failure: of a request that fails no target stays bound', () => {
    const irqs = controller();
    const targets = [counted(), counted()];
    const refuse = (): never => {
      throw failure('irq.bad-descriptor', { descriptor: 9 });
    };
    const slots = [...targets, 9];
    const request = { index: 1, flags: EVENTFD | TRIGGER, start: 0, count: 3, slots };
    expect(outcome(() => irqs.set(request, refuse))).to.equal('EBADF irq.bad-descriptor');
    expect(targets.map((target) => target.ended())).to.deep.equal([1, 1]);
    expect(irqs.enabled(1)).to.equal(false);
  });

  it('irq unbound throws: is told to whoever logs, and nothing else happens', () => {
    const errors: unknown[] = [];
    const irqs = new IrqController((error) => errors.push(error));
    irqs.configure([{ kind: 'signal', name: 'signal', count: 1, role: 'error' }]);
    const mistake = new Error('mistake');
    const target = {
      signal: () => undefined,
      unbound: () => {
        throw mistake;
      },
    };
    bind(irqs, 0, 0, [target]);
    irqs.disableAll();
    expect(errors).to.deep.equal([mistake]);
  });
});
