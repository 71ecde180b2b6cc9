import { expect } from 'chai';
import { describe, it } from 'mocha';
import { STATES, type StateName } from './migration.test-support.js';
import { isSupportedState, nextHop } from './next-hop.js';

const SOURCE = 'drivers/vfio/vfio_main.c, vfio_mig_get_next_state';

/** Rows are where the device is, columns are S R R2 P P2 C M; `-` is EINVAL, `=` is already there. */
const short: Readonly<Record<string, StateName>> = {
  S: 'STOP',
  R: 'RUNNING',
  R2: 'RUNNING_P2P',
  P: 'PRE_COPY',
  P2: 'PRE_COPY_P2P',
  C: 'STOP_COPY',
  M: 'RESUMING',
};
const columns = Object.keys(short);

const tables = [
  {
    name: 'P2P and PRE_COPY',
    has: { p2p: true, preCopy: true },
    rows: {
      S: '=  R2 R2 R2 R2 C  M',
      R: 'R2 =  R2 P  R2 R2 R2',
      R2: 'S  R  =  R  P2 S  S',
      P: 'R  R  R  =  P2 P2 R',
      P2: 'R2 R2 R2 P  =  C  R2',
      C: 'S  S  S  -  -  =  S',
      M: 'S  S  S  S  S  S  =',
    },
  },
  {
    name: 'P2P',
    has: { p2p: true, preCopy: false },
    rows: {
      S: '=  R2 R2 -  -  C  M',
      R: 'R2 =  R2 -  -  R2 R2',
      R2: 'S  R  =  -  -  S  S',
      P: '-  -  -  -  -  -  -',
      P2: '-  -  -  -  -  -  -',
      C: 'S  S  S  -  -  =  S',
      M: 'S  S  S  -  -  S  =',
    },
  },
  {
    name: 'PRE_COPY',
    has: { p2p: false, preCopy: true },
    rows: {
      S: '=  R  -  R  -  C  M',
      R: 'S  =  -  P  -  S  S',
      R2: '-  -  -  -  -  -  -',
      P: 'R  R  -  =  -  C  R',
      P2: '-  -  -  -  -  -  -',
      C: 'S  S  -  -  -  =  S',
      M: 'S  S  -  S  -  S  =',
    },
  },
  {
    name: 'neither',
    has: { p2p: false, preCopy: false },
    rows: {
      S: '=  R  -  -  -  C  M',
      R: 'S  =  -  -  -  S  S',
      R2: '-  -  -  -  -  -  -',
      P: '-  -  -  -  -  -  -',
      P2: '-  -  -  -  -  -  -',
      C: 'S  S  -  -  -  =  S',
      M: 'S  S  -  -  -  S  =',
    },
  },
] as const;

function stateOf(letters: string): number {
  const name = short[letters];
  return name === undefined ? -1 : STATES[name];
}

for (const { name, has, rows } of tables) {
  describe(`hop over, migration target: the next hop of a device with ${name} (${SOURCE})`, () => {
    for (const [from, row] of Object.entries(rows)) {
      row.split(/ +/).forEach((hop, column) => {
        const to = columns[column] ?? '';
        it(`${from} to ${to}: ${hop}`, () => {
          const expected = hop === '-' ? undefined : stateOf(hop === '=' ? from : hop);
          expect(nextHop(stateOf(from), stateOf(to), has)).to.equal(expected);
        });
      });
    }

    it('ERROR is left and entered by nobody; neither are states that do not exist', () => {
      for (const strange of [STATES.ERROR, 8, -1, 1.5, NaN, 0xffff_ffff]) {
        expect(isSupportedState(strange, has), String(strange)).to.equal(false);
        for (const state of Object.values(STATES)) {
          expect(nextHop(strange, state, has)).to.equal(undefined);
          expect(nextHop(state, strange, has)).to.equal(undefined);
        }
      }
    });

    it('every way ends, and leads through no saving state but the last one', () => {
      const states = columns.map(stateOf).filter((state) => isSupportedState(state, has));
      const saving: readonly number[] = [STATES.PRE_COPY, STATES.PRE_COPY_P2P, STATES.STOP_COPY];
      for (const from of states) {
        for (const to of states.filter((state) => nextHop(from, state, has) !== undefined)) {
          const path = [from];
          while (path.at(-1) !== to) {
            path.push(nextHop(path.at(-1) ?? -1, to, has) ?? -1);
            expect(path.length).to.be.at.most(7);
          }
          const interior = path.slice(1, -1).filter((state) => saving.includes(state));
          expect(interior.length === 0 || saving.includes(from)).to.equal(true);
        }
      }
    });
  });
}
