import { expect } from 'chai';
import { describe, it } from 'mocha';
import { burndownLines } from './burndown-lines.js';
import { Ledger } from './ledger.js';
import type { BurndownFinding } from './row.js';

const read: BurndownFinding = {
  type: 't',
  kind: 'hole',
  access: 'read',
  where: 'bar0 0x0',
  offset: 0,
  width: 4,
  sawZeros: true,
};

describe('the rows of a burndown (own rule)', () => {
  it('burndown zeros: sawZeros holds as long as all reads saw zeros', () => {
    const ledger = new Ledger();
    ledger.add(read);
    ledger.add({ ...read, sawZeros: false });
    ledger.add(read);
    expect(ledger.rows()).to.deep.equal([{ ...read, count: 3, sawZeros: false }]);
  });

  it('burndown row: another width is another row', () => {
    const ledger = new Ledger();
    ledger.add(read);
    ledger.add({ ...read, width: 8 });
    expect(ledger.rows().map(({ width }) => width)).to.deep.equal([4, 8]);
  });

  it('burndown limit: a client that touches everything does not fill the memory', () => {
    const ledger = new Ledger();
    for (let offset = 0; offset < 10_003; offset += 1) {
      ledger.add({ ...read, offset });
    }
    ledger.add(read);
    expect([ledger.rows().length, ledger.beyond, ledger.rows()[0]?.count]).to.deep.equal([
      10_000, 3, 2,
    ]);
    expect(burndownLines(ledger.rows(), ledger.beyond).at(-1)).to.equal(
      'and 3 more that had no room',
    );
    ledger.clear();
    expect([ledger.rows(), ledger.beyond]).to.deep.equal([[], 0]);
  });
});
