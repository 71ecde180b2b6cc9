import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  BAD_FD,
  BOOL,
  EVENTFD,
  IrqBench,
  LEVEL,
  MESSAGE,
  NONE,
  NOT_EVENTFD,
  RESIZABLE,
  TRIGGER,
  VECTORS,
} from './irq.test-support.js';

const BIND = EVENTFD | TRIGGER;

function fires(bench: IrqBench, index: number): string[] {
  return Array.from({ length: VECTORS }, (_, vector) => bench.fire(index, vector));
}

function enabled(index: number, slots: readonly number[] = [0, 1, 2]): IrqBench {
  const bench = new IrqBench();
  expect(bench.set(index, BIND, 0, slots.length, slots)).to.equal(0);
  return bench;
}

for (const [index, name] of [
  [MESSAGE, 'fixed'],
  [RESIZABLE, 'resizable'],
] as const) {
  describe(`a ${name} message index (vfio_pci_intrs.c, vfio_msi_set_block)`, () => {
    it('binds each vector to its own target', () => {
      expect(fires(enabled(index), index)).to.deep.equal(['0×1', '1×1', '2×1', '-']);
    });

    it('enables start + count vectors and binds the range', () => {
      const bench = new IrqBench();
      expect(bench.set(index, BIND, 2, 2, [0, 1])).to.equal(0);
      expect(fires(bench, index)).to.deep.equal(['-', '-', '0×1', '1×1']);
      expect(bench.set(index, BIND, 0, 1, [5]), 'within what was allocated').to.equal(0);
      expect(fires(bench, index)).to.deep.equal(['5×1', '-', '0×1', '1×1']);
    });

    it('rebinds a range and leaves the rest', () => {
      const bench = enabled(index);
      expect(bench.set(index, BIND, 1, 2, [5, -1])).to.equal(0);
      expect(fires(bench, index)).to.deep.equal(['0×1', '5×1', '-', '-']);
    });

    it('negative fd: every negative descriptor unbinds, -2 like -1', () => {
      const bench = enabled(index);
      expect(bench.set(index, BIND, 0, 1, [-2])).to.equal(0);
      expect(fires(bench, index)).to.deep.equal(['-', '1×1', '2×1', '-']);
    });

    it('stays enabled when its last vector is unbound', () => {
      const bench = enabled(index);
      bench.set(index, BIND, 0, 3, [-1, -1, -1]);
      expect(bench.controller.enabled(index)).to.equal(true);
      expect(bench.set(LEVEL, BIND, 0, 1, [0])).to.equal('EINVAL irq.other-active');
    });

    it('loopback signals the bound ones of a range and skips the others', () => {
      const bench = enabled(index, [0, -1, 2]);
      expect(bench.set(index, NONE | TRIGGER, 0, 3)).to.equal(0);
      expect(bench.signalled()).to.equal('0×1 2×1');
      expect(bench.set(index, BOOL | TRIGGER, 0, 3, [0, 1, 1])).to.equal(0);
      expect(bench.signalled()).to.equal('2×1');
    });

    it('disables as a whole, wherever the empty range starts, and frees the device', () => {
      const bench = enabled(index);
      expect(bench.set(index, NONE | TRIGGER, 2, 0)).to.equal(0);
      expect(fires(bench, index)).to.deep.equal(['-', '-', '-', '-']);
      expect(bench.set(LEVEL, BIND, 0, 1, [0])).to.equal(0);
    });

    for (const [what, bad, answer] of [
      ['a bad descriptor', BAD_FD, 'EBADF irq.bad-descriptor'],
      ['not an eventfd', NOT_EVENTFD, 'EINVAL irq.not-eventfd'],
    ] as const) {
      it(`message partial: ${what} in a range: ${answer}; what was touched is unbound and not restored`, () => {
        const bench = enabled(index, [0, 1, 2, 3]);
        expect(bench.set(index, BIND, 1, 3, [5, bad, 6])).to.equal(answer);
        expect(fires(bench, index)).to.deep.equal(['0×1', '-', '-', '3×1']);
        expect(bench.controller.enabled(index)).to.equal(true);
      });

      it(`message enabling: ${what} in the enabling call: ${answer}; the index is disabled`, () => {
        const bench = new IrqBench();
        expect(bench.set(index, BIND, 0, 3, [5, bad, 6])).to.equal(answer);
        expect(bench.controller.enabled(index)).to.equal(false);
        expect(fires(bench, index)).to.deep.equal(['-', '-', '-', '-']);
        expect(bench.set(LEVEL, BIND, 0, 1, [0]), 'nothing is active').to.equal(0);
      });
    }

    it('a trigger beyond the vectors is dropped', () => {
      const bench = enabled(index);
      expect(bench.controller.trigger(index, VECTORS)).to.equal(false);
      expect(bench.controller.trigger(index, -1)).to.equal(false);
    });

    it('message no vector: EVENTFD with start 0 and count 0 wants no vector and is EINVAL while disabled', () => {
      const bench = new IrqBench();
      expect(bench.set(index, BIND, 0, 0, [])).to.equal('EINVAL irq.range');
      expect(bench.controller.enabled(index)).to.equal(false);
    });
  });
}

describe('growing a message index (vfio_pci_intrs.c, vfio_msi_alloc_irq)', () => {
  it('message fixed: fixed: a vector that was not allocated is EINVAL and is not bound', () => {
    const bench = enabled(MESSAGE, [0, 1]);
    expect(bench.set(MESSAGE, BIND, 2, 1, [5])).to.equal('EINVAL irq.resize');
    expect(bench.set(MESSAGE, BIND, 2, 1, [5]), 'nor the second time').to.equal(
      'EINVAL irq.resize',
    );
    expect(fires(bench, MESSAGE)).to.deep.equal(['0×1', '1×1', '-', '-']);
  });

  it('fixed: a range that runs over the end unbinds what it touched', () => {
    const bench = enabled(MESSAGE, [0, 1]);
    expect(bench.set(MESSAGE, BIND, 1, 2, [5, 6])).to.equal('EINVAL irq.resize');
    expect(fires(bench, MESSAGE)).to.deep.equal(['0×1', '-', '-', '-']);
  });

  it('fixed: unbinding a vector that was not allocated does nothing, and allocates nothing', () => {
    const bench = enabled(MESSAGE, [0, 1]);
    expect(bench.set(MESSAGE, BIND, 3, 1, [-1])).to.equal(0);
    expect(bench.set(MESSAGE, BIND, 2, 1, [5])).to.equal('EINVAL irq.resize');
  });

  it('fixed: the vector comes before the descriptor: EINVAL, not EBADF', () => {
    const bench = enabled(MESSAGE, [0, 1]);
    expect(bench.set(MESSAGE, BIND, 2, 1, [BAD_FD])).to.equal('EINVAL irq.resize');
  });

  it('fixed: disabled and enabled again may be larger', () => {
    const bench = enabled(MESSAGE, [0]);
    bench.set(MESSAGE, NONE | TRIGGER, 0, 0);
    expect(bench.set(MESSAGE, BIND, 0, 4, [0, 1, 2, 3])).to.equal(0);
  });

  it('message resizable: resizable: a later range allocates what it needs', () => {
    const bench = enabled(RESIZABLE, [0]);
    expect(bench.set(RESIZABLE, BIND, 3, 1, [5])).to.equal(0);
    expect(fires(bench, RESIZABLE)).to.deep.equal(['0×1', '-', '-', '5×1']);
  });

  it('resizable: ENOSPC when no more vectors can be had; what was touched is unbound', () => {
    const bench = new IrqBench(8, () => 2);
    expect(bench.set(RESIZABLE, BIND, 0, 2, [0, 1])).to.equal(0);
    expect(bench.set(RESIZABLE, BIND, 1, 2, [5, 6])).to.equal('ENOSPC irq.no-vectors');
    expect(fires(bench, RESIZABLE)).to.deep.equal(['0×1', '-', '-', '-']);
  });
});

describe('fewer vectors than wanted (vfio_pci_intrs.c, vfio_msi_enable)', () => {
  it('message vectors: returns how many there are and stays disabled; the smaller request then succeeds', () => {
    const bench = new IrqBench(8, () => 3);
    expect(bench.set(MESSAGE, BIND, 0, 4, [0, 1, 2, 3])).to.equal(3);
    expect(bench.controller.enabled(MESSAGE)).to.equal(false);
    expect(fires(bench, MESSAGE)).to.deep.equal(['-', '-', '-', '-']);
    expect(bench.set(LEVEL, BIND, 0, 1, [0]), 'nothing is active').to.equal(0);
    bench.set(LEVEL, NONE | TRIGGER, 0, 0);
    expect(bench.set(MESSAGE, BIND, 0, 3, [0, 1, 2])).to.equal(0);
  });

  it('the vectors are counted before a descriptor is looked at', () => {
    const bench = new IrqBench(8, () => 1);
    expect(bench.set(MESSAGE, BIND, 0, 2, [BAD_FD, BAD_FD])).to.equal(1);
  });

  it('message exhausted: none at all is ENOSPC, for 0 would say that all went well (pci_alloc_irq_vectors)', () => {
    const bench = new IrqBench(8, () => 0);
    expect(bench.set(MESSAGE, BIND, 0, 1, [0])).to.equal('ENOSPC irq.no-vectors');
    expect(bench.controller.enabled(MESSAGE)).to.equal(false);
  });

  it('more than the index has are as many as it has', () => {
    const bench = new IrqBench(8, () => 1000);
    expect(bench.set(MESSAGE, BIND, 0, 4, [0, 1, 2, 3])).to.equal(0);
  });

  for (const count of [-1, 1.5, NaN, Infinity]) {
    it(`model count: a model that says ${count} is EIO, and the index stays disabled`, () => {
      const bench = new IrqBench(8, () => count);
      expect(bench.set(MESSAGE, BIND, 0, 1, [0])).to.equal('EIO model.count');
      expect(bench.controller.enabled(MESSAGE)).to.equal(false);
    });
  }
});
