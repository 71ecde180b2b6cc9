import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { irqRuns } from './irq-runs.js';

describe('SET_IRQS in messages (docs/interop/vfio-user.rst, max_msg_fds)', () => {
  it('vectors in runs: 20 vectors with 8 descriptors a message are 8, 8 and 4', () => {
    const binds = new Array<boolean>(20).fill(true);
    expect(irqRuns(3, binds, 8)).to.deep.equal([
      { start: 3, count: 8, binds: true },
      { start: 11, count: 8, binds: true },
      { start: 19, count: 4, binds: true },
    ]);
  });

  it('a message binds or unbinds, and unbinds as many as there are', () => {
    const binds = [...new Array<boolean>(30).fill(false), true, false];
    expect(irqRuns(0, binds, 8)).to.deep.equal([
      { start: 0, count: 30, binds: false },
      { start: 30, count: 1, binds: true },
      { start: 31, count: 1, binds: false },
    ]);
  });

  it('every vector is in one message, in order, and no message has more descriptors than allowed', () => {
    const request = fc.tuple(
      fc.nat({ max: 100 }),
      fc.array(fc.boolean()),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(request, ([start, binds, most]) => {
        const runs = irqRuns(start, binds, most);
        const flat = runs.flatMap((run) =>
          Array.from({ length: run.count }, (_, i) => [run.start + i, run.binds]),
        );
        expect(flat).to.deep.equal(binds.map((kind, i) => [start + i, kind]));
        expect(runs.every((run) => run.count > 0 && (!run.binds || run.count <= most))).to.equal(
          true,
        );
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
