import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  ABSENT,
  BAD_FD,
  BOOL,
  EMPTY,
  ERROR,
  EVENTFD,
  IrqBench,
  MESSAGE,
  NONE,
  NOT_EVENTFD,
  REQUEST,
  TRIGGER,
} from './irq.test-support.js';
import { IrqController } from './irq-controller.js';

const BIND = EVENTFD | TRIGGER;

describe('a signal index (vfio_pci_intrs.c, vfio_pci_set_ctx_trigger_single)', () => {
  it('negative fd, signal: a descriptor below -1 is EINVAL and keeps what is bound', () => {
    const bench = new IrqBench();
    bench.set(ERROR, BIND, 0, 1, [0]);
    expect(bench.set(ERROR, BIND, 0, 1, [-2])).to.equal('EINVAL irq.bad-slot');
    expect(bench.fire(ERROR)).to.equal('0×1');
  });

  for (const [name, fd, answer] of [
    ['a bad descriptor', BAD_FD, 'EBADF irq.bad-descriptor'],
    ['not an eventfd', NOT_EVENTFD, 'EINVAL irq.not-eventfd'],
  ] as const) {
    it(`${name} is ${answer} and keeps what is bound`, () => {
      const bench = new IrqBench();
      bench.set(ERROR, BIND, 0, 1, [0]);
      expect(bench.set(ERROR, BIND, 0, 1, [fd])).to.equal(answer);
      expect(bench.fire(ERROR)).to.equal('0×1');
    });
  }

  it('signal range: BOOL and EVENTFD with count 0 are EINVAL', () => {
    const bench = new IrqBench();
    bench.set(ERROR, BIND, 0, 1, [0]);
    expect(bench.set(ERROR, BOOL | TRIGGER, 0, 0)).to.equal('EINVAL irq.signal-range');
    expect(bench.set(ERROR, BIND, 0, 0, [])).to.equal('EINVAL irq.signal-range');
    expect(bench.fire(ERROR)).to.equal('0×1');
  });

  it('is not in the way of the index that is to become active', () => {
    const bench = new IrqBench();
    bench.set(ERROR, BIND, 0, 1, [0]);
    bench.set(REQUEST, BIND, 0, 1, [1]);
    expect(bench.set(MESSAGE, BIND, 0, 1, [2])).to.equal(0);
    expect(bench.set(MESSAGE, NONE | TRIGGER, 0, 0)).to.equal(0);
    expect([bench.fire(ERROR), bench.fire(REQUEST)]).to.deep.equal(['0×1', '1×1']);
  });

  it('raised is signalled once; it has no level', () => {
    const bench = new IrqBench();
    bench.set(ERROR, BIND, 0, 1, [0]);
    bench.controller.assert(ERROR);
    bench.controller.deassert(ERROR);
    expect(bench.signalled()).to.equal('0×1');
  });
});

describe('the request of the host to let go (vfio_pci_core.c, vfio_pci_core_request)', () => {
  it('request: signals the index of that role', () => {
    const bench = new IrqBench();
    expect(bench.controller.triggerRequest(), 'nobody listens').to.equal(false);
    bench.set(REQUEST, BIND, 0, 1, [0]);
    expect(bench.controller.triggerRequest()).to.equal(true);
    expect(bench.signalled()).to.equal('0×1');
  });

  it('does nothing on a device without one, and before the device is there', () => {
    const bare = new IrqController(() => undefined);
    expect([bare.triggerRequest(), bare.trigger(0), bare.assert(0)]).to.deep.equal([
      false,
      false,
      false,
    ]);
    bare.deassert(0);
    bare.configure([{ kind: 'level', name: 'intx', count: 1 }]);
    expect(bare.triggerRequest()).to.equal(false);
  });
});

describe('indexes without interrupts (vfio_main.c, vfio_set_irqs_validate_and_prepare)', () => {
  it('reject everything, unimplemented and absent alike', () => {
    const bench = new IrqBench();
    for (const index of [ABSENT, EMPTY]) {
      expect(bench.set(index, NONE | TRIGGER, 0, 0)).to.equal('EINVAL irq.range');
      expect(bench.set(index, BIND, 0, 1, [0])).to.equal('EINVAL irq.range');
    }
    expect(bench.fire(EMPTY)).to.equal('-');
    expect(bench.fire(ABSENT)).to.equal('-');
  });
});
