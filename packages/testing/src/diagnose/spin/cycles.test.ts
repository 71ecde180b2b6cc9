import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Cycles, LONGEST_CYCLE } from './cycles.js';

/** The slow and obvious way: how many reads at the end are the one `length` before, in rounds. */
function roundsAtEnd(reads: readonly number[], length: number): number {
  let matches = 0;
  for (let at = reads.length - 1; at >= length && reads[at] === reads[at - length]; at -= 1) {
    matches += 1;
  }
  return Math.floor(matches / length) + 1;
}

describe('Cycles: reads that go round (own rule)', () => {
  it('spin loop: counts the rounds of every cycle as somebody who remembers all reads would', () => {
    const reads = fc.array(fc.nat({ max: 2 }), { maxLength: 40 });
    fc.assert(
      fc.property(reads, (values) => {
        const cycles = new Cycles();
        values.forEach((low, at) => {
          cycles.add({ region: 0, offset: 0, length: 4, low, high: 0, at });
        });
        for (let length = 1; length <= LONGEST_CYCLE; length += 1) {
          expect(cycles.rounds(length)).to.equal(roundsAtEnd(values, length));
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('spin time: since is the time of the first read of the first round', () => {
    const cycles = new Cycles();
    [9, 1, 2, 1, 2, 1].forEach((low, at) => {
      cycles.add({ region: 0, offset: 0, length: 4, low, high: 0, at: at * 10 });
    });
    expect([cycles.rounds(2), cycles.since(2)]).to.deep.equal([2, 10]);
    expect(cycles.round(2).map(({ low }) => low)).to.deep.equal([2, 1]);
  });

  it('spin same: place, length and both halves of the value tell reads apart', () => {
    const read = { region: 0, offset: 0, length: 8, low: 1, high: 1, at: 0 };
    const others = [{ region: 1 }, { offset: 4 }, { length: 4 }, { low: 2 }, { high: 2 }];
    for (const other of others) {
      const cycles = new Cycles();
      cycles.add(read);
      cycles.add({ ...read, ...other });
      expect(cycles.rounds(1), Object.keys(other)[0]).to.equal(1);
    }
    const cycles = new Cycles();
    cycles.add(read);
    cycles.clear();
    cycles.add(read);
    expect(cycles.rounds(1)).to.equal(1);
  });
});
