import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import {
  BOOL,
  ERROR,
  EVENTFD,
  IrqBench,
  LEVEL,
  MESSAGE,
  NONE,
  TRIGGER,
  UNMASK,
} from './irq.test-support.js';
import { irqCallback } from './callback-target.js';
import { noDescriptors } from './slot.js';

const BIND = EVENTFD | TRIGGER;
const failing = irqCallback(() => {
  throw new Error('the target of the client is broken');
});

describe('a target that throws does not break the device (own rule)', () => {
  it('throwing target: the trigger of the device says that nobody was signalled, and goes on', () => {
    const bench = new IrqBench();
    bench.set(MESSAGE, BIND, 0, 2, [failing, 1]);
    expect(bench.controller.trigger(MESSAGE, 0)).to.equal(false);
    expect(bench.controller.trigger(MESSAGE, 1)).to.equal(true);
    expect(bench.errors).to.have.length(1);
    expect(bench.controller.delivered).to.equal(1);
  });

  it('loopback goes on with the next vector and answers 0', () => {
    const bench = new IrqBench();
    bench.set(MESSAGE, BIND, 0, 3, [failing, failing, 2]);
    expect(bench.set(MESSAGE, NONE | TRIGGER, 0, 3)).to.equal(0);
    expect(bench.set(MESSAGE, BOOL | TRIGGER, 0, 3, [1, 0, 1])).to.equal(0);
    expect(bench.signalled()).to.equal('2×2');
    expect(bench.errors).to.have.length(3);
  });

  it('loopback of a signal and of a level index answers 0', () => {
    const bench = new IrqBench();
    for (const index of [ERROR, LEVEL]) {
      bench.set(index, BIND, 0, 1, [failing]);
      expect(bench.set(index, NONE | TRIGGER, 0, 1)).to.equal(0);
      expect(bench.set(index, BOOL | TRIGGER, 0, 1, [1])).to.equal(0);
    }
    expect(bench.errors).to.have.length(4);
  });

  it('a raised line that is enabled with it is enabled, and masked', () => {
    const bench = new IrqBench();
    bench.controller.assert(LEVEL);
    expect(bench.set(LEVEL, BIND, 0, 1, [failing])).to.equal(0);
    expect(bench.controller.enabled(LEVEL)).to.equal(true);
    expect(bench.set(LEVEL, BIND, 0, 1, [0])).to.equal(0);
    expect(bench.signalled(), 'masked').to.equal('-');
    bench.set(LEVEL, NONE | UNMASK, 0, 1);
    expect(bench.signalled()).to.equal('0×1');
  });

  it('whoever signals the source of UNMASK does not see it', () => {
    const bench = new IrqBench();
    bench.set(LEVEL, BIND, 0, 1, [failing]);
    bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [5]);
    bench.controller.assert(LEVEL);
    bench.fds[5]?.signal();
    expect(bench.errors).to.have.length(2);
  });
});

describe('a source that does not let go does not keep the rest bound (own rule)', () => {
  const stubborn = {
    subscribe: () => ({
      [Symbol.dispose]: () => {
        throw new Error('the source of the client is broken');
      },
    }),
  };

  it('when the client goes, every index is disabled', () => {
    const bench = new IrqBench();
    bench.set(LEVEL, BIND, 0, 1, [0]);
    bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [stubborn]);
    bench.set(ERROR, BIND, 0, 1, [1]);
    bench.controller.disableAll();
    expect([bench.fire(LEVEL), bench.fire(ERROR)]).to.deep.equal(['-', '-']);
    expect(bench.controller.enabled(LEVEL)).to.equal(false);
    expect(bench.errors).to.have.length(1);
  });
});

describe('targets without descriptors', () => {
  it('are given as they are; every number of 0 or more is EBADF (fs/eventfd.c, eventfd_ctx_fdget)', () => {
    const bench = new IrqBench(0);
    let called = 0;
    const target = irqCallback(() => {
      called += 1;
    });
    expect(bench.set(ERROR, BIND, 0, 1, [target])).to.equal(0);
    bench.fire(ERROR);
    expect(called).to.equal(1);
    expect(outcome(() => noDescriptors(0))).to.equal('EBADF irq.bad-descriptor');
  });
});
