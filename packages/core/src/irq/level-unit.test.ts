import { expect } from 'chai';
import { describe, it } from 'mocha';
import { irqCallback } from './callback-target.js';
import { IrqController } from './irq-controller.js';
import {
  BAD_FD,
  BOOL,
  EVENTFD,
  IrqBench,
  LEVEL,
  MASK,
  NONE,
  NOT_EVENTFD,
  TestFd,
  TRIGGER,
  UNMASK,
} from './irq.test-support.js';
import type { IrqSource } from './target.js';

const SOURCE = 'vfio_pci_intrs.c';

function enabled(): IrqBench {
  const bench = new IrqBench();
  expect(bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [0])).to.equal(0);
  return bench;
}

function unmask(bench: IrqBench): string {
  expect(bench.set(LEVEL, NONE | UNMASK, 0, 1)).to.equal(0);
  return bench.signalled();
}

describe(`the line of a level index (${SOURCE}, vfio_intx_handler, vfio_pci_intx_unmask_handler)`, () => {
  it('auto-mask: masks itself when it fires, and is quiet until UNMASK', () => {
    const bench = enabled();
    expect(bench.controller.assert(LEVEL)).to.equal(true);
    expect(bench.signalled()).to.equal('0×1');
    expect(bench.controller.assert(LEVEL)).to.equal(false);
    expect(bench.fire(LEVEL)).to.equal('-');
  });

  it('still raised: fires again on UNMASK while it is raised, as often as it is unmasked', () => {
    const bench = enabled();
    bench.controller.assert(LEVEL);
    bench.signalled();
    expect(unmask(bench)).to.equal('0×1');
    expect(unmask(bench)).to.equal('0×1');
    bench.controller.deassert(LEVEL);
    expect(unmask(bench)).to.equal('-');
    expect(bench.fire(LEVEL), 'open again').to.equal('0×1');
  });

  it('that was raised while masked fires on UNMASK', () => {
    const bench = enabled();
    bench.set(LEVEL, NONE | MASK, 0, 1);
    expect(bench.controller.assert(LEVEL)).to.equal(false);
    expect(bench.signalled()).to.equal('-');
    expect(unmask(bench)).to.equal('0×1');
  });

  it('raised early: that was raised while disabled fires when it is enabled', () => {
    const bench = new IrqBench();
    expect(bench.controller.assert(LEVEL)).to.equal(false);
    bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [0]);
    expect(bench.signalled()).to.equal('0×1');
  });

  it('pulsed while masked is lost, for a pulse has no level', () => {
    const bench = enabled();
    bench.set(LEVEL, NONE | MASK, 0, 1);
    expect(bench.fire(LEVEL)).to.equal('-');
    expect(unmask(bench)).to.equal('-');
  });

  it('irqs at reset: falls with a reset of the device, and what is bound stays bound', () => {
    const bench = enabled();
    bench.controller.assert(LEVEL);
    bench.signalled();
    bench.controller.resetLines();
    expect(unmask(bench)).to.equal('-');
    expect(bench.fire(LEVEL)).to.equal('0×1');
  });

  it('disabled and enabled again is not masked', () => {
    const bench = enabled();
    bench.fire(LEVEL);
    bench.set(LEVEL, NONE | TRIGGER, 0, 0);
    bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [1]);
    expect(bench.fire(LEVEL)).to.equal('1×1');
  });

  it('counts what reached a target, re-signals of UNMASK included', () => {
    const bench = enabled();
    bench.controller.assert(LEVEL);
    unmask(bench);
    bench.controller.assert(LEVEL);
    expect(bench.controller.delivered).to.equal(2);
  });
});

describe(`SET_IRQS of a level index, ranges and descriptors (${SOURCE})`, () => {
  it('level range: start 0, count 1 or EINVAL for BOOL with count 0 (vfio_pci_set_intx_trigger)', () => {
    const bench = enabled();
    for (const action of [TRIGGER, MASK, UNMASK]) {
      expect(bench.set(LEVEL, BOOL | action, 0, 0)).to.equal('EINVAL irq.level-range');
    }
  });

  it('TRIGGER EVENTFD count 0 is EINVAL, not a disable (vfio_pci_set_intx_trigger)', () => {
    const bench = enabled();
    expect(bench.set(LEVEL, EVENTFD | TRIGGER, 0, 0, [])).to.equal('EINVAL irq.level-range');
    expect(bench.fire(LEVEL)).to.equal('0×1');
  });

  for (const [name, fd, answer] of [
    ['bad fd: a bad descriptor', BAD_FD, 'EBADF irq.bad-descriptor'],
    ['not an eventfd: a descriptor of something else', NOT_EVENTFD, 'EINVAL irq.not-eventfd'],
    [
      'not an eventfd: a source where a target belongs',
      { subscribe: () => ({}) },
      'EINVAL irq.not-eventfd',
    ],
  ] as const) {
    const slot = fd as number;
    it(`TRIGGER EVENTFD with ${name} is ${answer}; off stays off (eventfd_ctx_fdget)`, () => {
      const bench = new IrqBench();
      expect(bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [slot])).to.equal(answer);
      expect(bench.controller.enabled(LEVEL)).to.equal(false);
    });

    it(`TRIGGER EVENTFD with ${name} leaves an active line as it was`, () => {
      const bench = enabled();
      expect(bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [slot])).to.equal(answer);
      expect(bench.fire(LEVEL)).to.equal('0×1');
    });
  }

  it('negative fd: every negative descriptor unbinds, -2 like -1 (vfio_pci_set_intx_trigger)', () => {
    const bench = enabled();
    expect(bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [-2])).to.equal(0);
    expect(bench.controller.enabled(LEVEL)).to.equal(true);
    expect(bench.fire(LEVEL)).to.equal('-');
  });
});

describe('UNMASK of a level index by an eventfd (drivers/vfio/virqfd.c, vfio_virqfd_enable)', () => {
  const bindSource = (bench: IrqBench, slot: number): unknown =>
    bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [slot]);

  it('unmasks whenever the source is signalled', () => {
    const bench = enabled();
    expect(bindSource(bench, 5)).to.equal(0);
    bench.controller.assert(LEVEL);
    expect(bench.signalled()).to.equal('0×1');
    bench.fds[5]?.signal();
    expect(bench.signalled(), 're-signalled, and the source is consumed').to.equal('0×1');
  });

  it('unmask second: a second source is EBUSY, and the first one stays', () => {
    const bench = enabled();
    bindSource(bench, 5);
    expect(bindSource(bench, 6)).to.equal('EBUSY irq.unmask-bound');
    bench.fire(LEVEL);
    bench.fds[6]?.signal();
    expect(bench.fire(LEVEL), 'the second does nothing').to.equal('6×1');
    bench.fds[5]?.signal();
    expect(bench.fire(LEVEL), 'the first unmasks').to.equal('0×1');
  });

  it('a bad descriptor is EBADF also when one is bound already', () => {
    const bench = enabled();
    bindSource(bench, 5);
    expect(bindSource(bench, BAD_FD)).to.equal('EBADF irq.bad-descriptor');
    expect(bindSource(bench, NOT_EVENTFD)).to.equal('EINVAL irq.not-eventfd');
  });

  it('a target that is no source is EINVAL', () => {
    const bench = enabled();
    const target = { signal: () => undefined };
    expect(bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [target])).to.equal('EINVAL irq.not-eventfd');
  });

  it('unmask signalled: a source that is signalled already fires at once', () => {
    const bench = enabled();
    bench.controller.assert(LEVEL);
    bench.signalled();
    bench.fds[5]?.signal();
    expect(bindSource(bench, 5)).to.equal(0);
    expect(bench.signalled()).to.equal('0×1');
  });

  it('a negative descriptor unbinds; another source may follow', () => {
    const bench = enabled();
    bindSource(bench, 5);
    expect(bindSource(bench, -1)).to.equal(0);
    bench.fire(LEVEL);
    bench.fds[5]?.signal();
    expect(bench.fire(LEVEL)).to.equal('5×1');
    expect(bindSource(bench, 6)).to.equal(0);
    bench.fds[6]?.signal();
    expect(bench.fire(LEVEL)).to.equal('0×1');
  });

  for (const rebinds of [false, true]) {
    it(`a source whose first signal disables the index${rebinds ? ', and enables it with another source,' : ''} is let go at once (bug)`, () => {
      const bench = new IrqBench();
      const source = new TestFd();
      let armed = false;
      const target = irqCallback(() => {
        if (armed) {
          bench.set(LEVEL, NONE | TRIGGER, 0, 0);
        }
        if (armed && rebinds) {
          bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [0]);
          bindSource(bench, 5);
        }
      });
      bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [target]);
      bench.controller.assert(LEVEL);
      armed = true;
      source.signal();
      expect(bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [source])).to.equal(0);
      bench.signalled();
      source.signal();
      expect(source.take(), 'nobody is subscribed').to.equal(1);
      expect(bench.signalled()).to.equal('-');
      bench.fds[5]?.signal();
      expect(bench.signalled()).to.equal(rebinds ? '0×1' : '5×1');
    });
  }

  it('a source that does not let go unmasks nothing of the next client (bug)', () => {
    const bench = enabled();
    let signal = (): void => expect.fail('not subscribed');
    const deaf: IrqSource = {
      subscribe: (callback) => {
        signal = callback;
        return { [Symbol.dispose]: () => undefined };
      },
    };
    bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [deaf]);
    bench.controller.disableAll();
    bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [1]);
    bench.controller.assert(LEVEL);
    expect(bench.signalled()).to.equal('1×1');
    signal();
    expect(bench.signalled()).to.equal('-');
  });

  it('a source that throws when it is subscribed to leaves the place free (bug)', () => {
    const bench = enabled();
    const broken: IrqSource = {
      subscribe: () => {
        throw new Error('broken');
      },
    };
    expect(() => bench.set(LEVEL, EVENTFD | UNMASK, 0, 1, [broken])).to.throw('broken');
    expect(bindSource(bench, 5)).to.equal(0);
  });

  it('disabling the index unbinds the source', () => {
    const bench = enabled();
    bindSource(bench, 5);
    bench.set(LEVEL, NONE | TRIGGER, 0, 0);
    bench.set(LEVEL, EVENTFD | TRIGGER, 0, 1, [0]);
    bench.fire(LEVEL);
    bench.fds[5]?.signal();
    expect(bench.fire(LEVEL)).to.equal('5×1');
    expect(bindSource(bench, 6), 'free for another').to.equal(0);
  });
});

describe(`a client that unmasks inside its target (${SOURCE}, vfio_pci_intx_unmask_handler)`, () => {
  it('is called again as long as the line is raised, without recursion; a storm ends masked (bug)', () => {
    const errors: unknown[] = [];
    const irqs = new IrqController((error) => {
      errors.push(error);
    });
    irqs.configure([{ kind: 'level', name: 'intx', count: 1 }]);
    let calls = 0;
    let depth = 0;
    let stopAfter = 3;
    const signal = (): void => {
      calls += 1;
      depth += 1;
      expect(depth).to.equal(1);
      if (calls === stopAfter) {
        irqs.deassert(0);
      }
      irqs.set({ index: 0, flags: NONE | UNMASK, start: 0, count: 1 });
      depth -= 1;
    };
    irqs.set({ index: 0, flags: EVENTFD | TRIGGER, start: 0, count: 1, slots: [{ signal }] });
    irqs.assert(0);
    expect([calls, errors]).to.deep.equal([3, []]);
    stopAfter = Infinity;
    calls = 0;
    irqs.assert(0);
    expect([calls, errors]).to.deep.equal([1000, []]);
  });
});
