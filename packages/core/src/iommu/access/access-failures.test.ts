import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import type { AddressSpace } from '../space/index.js';
import {
  holdsOf,
  memoryAt,
  personalities,
  pinsOf,
  spaceOf,
  type TestDriver,
  Made,
} from './access.test-support.js';

const made = new Made();

const SOURCE = 'tools/testing/selftests/iommu/iommufd_fail_nth.c';
const PIECES = 5;

/** Throws at its `nth` call. */
function failing(nth: number): { readonly fail: () => void; readonly calls: () => number } {
  let calls = 0;
  return {
    fail: () => {
      calls += 1;
      if (calls === nth) {
        throw new Error(`failure ${nth}`);
      }
    },
    calls: () => calls,
  };
}

function state(space: AddressSpace, driver: TestDriver): unknown[] {
  const { access } = driver;
  return [pinsOf(space, 7), holdsOf(space), access.pinCount, access.space === space];
}

/** The error of a call, if any. */
function thrown(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

for (const name of personalities) {
  describe(`a pin of several maps that fails at its nth step, ${name} (${SOURCE}, access_pin)`, () => {
    made.disposeAfterEach();

    const pieces = Array.from({ length: PIECES }, (_, at) => [at + 1, 1] as const);

    it('pin memory: memory that refuses: nothing is held, the error is the cause, and the next pin works', () => {
      for (let nth = 1; nth <= PIECES + 1; nth++) {
        const space = spaceOf(name, ...pieces);
        const driver = made.driver();
        driver.access.attach(space);
        const kept = driver.pin(2, 3);
        const before = state(space, driver);
        const { fail, calls } = failing(nth);
        pieces.forEach(([page]) => (memoryAt(space, page).refusePin = fail));
        const error = thrown(() => driver.pin(1, PIECES));
        if (nth > PIECES) {
          expect(error).to.equal(undefined);
          expect(pinsOf(space, 7)).to.equal('.12221.');
        } else {
          expect(MdevError.is(error) && `${error.code} ${error.reason}`).to.equal(
            'EFAULT access.memory',
          );
          expect(error).to.have.nested.property('cause.message', `failure ${nth}`);
          expect(state(space, driver), `step ${nth}`).to.deep.equal(before);
          driver.pin(1, PIECES).unpin();
        }
        expect(calls()).to.equal(nth > PIECES ? PIECES : nth + PIECES);
        kept.unpin();
      }
    });

    it('pin step fails: a checkpoint that fails: nothing is held; attach, replace and pin are all or nothing', () => {
      let nth = 1;
      for (let error: unknown = true; error !== undefined; nth++) {
        const { fail } = failing(nth);
        const [home, space] = [spaceOf(name, [1, 1]), spaceOf(name, ...pieces)];
        const driver = made.driver({ checkpoint: fail });
        error = thrown(() => {
          driver.access.attach(home);
          driver.access.replace(space);
          driver.pin(1, PIECES);
        });
        if (error !== undefined) {
          expect(error).to.have.property('message', `failure ${nth}`);
          const at = [undefined, home, space][Math.min(nth - 1, 2)];
          expect(driver.access.space === at, `step ${nth}`).to.equal(true);
          expect([home.isBusy, space.isBusy]).to.deep.equal([at === home, at === space]);
          expect([holdsOf(space), driver.access.pinCount]).to.deep.equal([[], 0]);
        }
        driver.access[Symbol.dispose]();
        expect([home.isBusy, space.isBusy, holdsOf(space)]).to.deep.equal([false, false, []]);
      }
      expect(nth - 1, 'attach, replace, a step for each map, and none').to.equal(2 + PIECES + 1);
    });
  });

  describe(`memory whose own code changes the space during a pin, ${name} (own rule)`, () => {
    made.disposeAfterEach();

    for (const [what, change] of [
      ['unmaps', (space: AddressSpace): unknown => space.unmapAll()],
      ['detaches', (_: AddressSpace, driver: TestDriver): unknown => driver.access.detach()],
    ] as const) {
      it(`pin overtaken: ${what}: the pin is EINVAL and holds nothing`, () => {
        const space = spaceOf(name, [1, 1], [2, 1]);
        const driver = made.driver();
        driver.access.attach(space);
        const memories = [memoryAt(space, 1), memoryAt(space, 2)];
        const [, second] = memories;
        if (second !== undefined) {
          second.refusePin = () => {
            change(space, driver);
          };
        }
        const error = thrown(() => driver.pin(1, 2));
        expect(error).to.have.property('reason', 'access.unmapping');
        expect(memories.flatMap(({ holds }) => holds)).to.deep.equal([]);
        expect(driver.access.pinCount).to.equal(0);
      });
    }

    it('pin undo: an undo that fails, too: both errors are told, and the other pieces are let go', () => {
      const space = spaceOf(name, [1, 1], [2, 1], [3, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      memoryAt(space, 2).breakRelease = () => {
        throw new Error('stuck');
      };
      memoryAt(space, 3).refusePin = () => {
        throw new Error('full');
      };
      const error = thrown(() => driver.pin(1, 3));
      expect(error).to.have.property('reason', 'access.memory');
      expect(error).to.have.nested.property('cause.errors[0].cause.message', 'full');
      expect(error).to.have.nested.property('cause.errors[1].message', 'stuck');
      expect(holdsOf(space)).to.deep.equal([]);
    });

    it('pin memory: memory that is shorter than its map is EFAULT, and nothing is held', () => {
      const space = spaceOf(name, [1, 1], [2, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      memoryAt(space, 2).size = 1;
      expect(thrown(() => driver.pin(1, 2))).to.have.property('reason', 'access.memory');
      expect(holdsOf(space)).to.deep.equal([]);
    });
  });
}
