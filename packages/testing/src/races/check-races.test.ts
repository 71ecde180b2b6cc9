import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkRaces, RaceFailure, type Race, type RaceOptions } from './index.js';

/** Each adds 1, with a step between its look and its answer. */
async function lostUpdate(race: Race): Promise<void> {
  let count = 0;
  for (const name of ['a', 'b', 'c']) {
    void race.actor(name, async (step) => {
      await step('before');
      const seen = count;
      await step('between');
      count = seen + 1;
      await step('after');
    });
  }
  await race.done();
  expect(count).to.equal(3);
}

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    opened,
    open: () => {
      open();
    },
  };
}

/** What is found, and how often `body` ran. */
async function find(
  options: RaceOptions,
  body: (race: Race) => Promise<void>,
): Promise<{ failure: RaceFailure; runs: number }> {
  let runs = 0;
  try {
    await checkRaces(options, (race) => {
      runs += 1;
      return body(race);
    });
  } catch (error) {
    if (error instanceof RaceFailure) {
      return { failure: error, runs };
    }
    throw error;
  }
  throw new Error('no race was found');
}

describe('checkRaces (own rule: interleavings are chosen by a seed)', () => {
  it('finds a lost update, and shrinks it to the fewest switches', async () => {
    for (const seed of [1, 2, 3]) {
      const { failure } = await find({ seed }, lostUpdate);
      const switches = failure.interleaving.filter((step, at, steps) => {
        const before = steps[at - 1] ?? step;
        return step.slice(0, 1) !== before.slice(0, 1);
      });
      // Into the gap of another, and back; to the third.
      expect(switches.length, failure.message).to.equal(3);
      expect(failure.cause).to.be.instanceOf(Error);
    }
  });

  it('the same seed finds the same failure', async () => {
    const [one, two] = [await find({ seed: 5 }, lostUpdate), await find({ seed: 5 }, lostUpdate)];
    expect(two.failure.message).to.equal(one.failure.message);
    expect(two.runs).to.equal(one.runs);
  });

  it('seed and path of a failure show the same interleaving in one run', async () => {
    const { failure } = await find({ seed: 7 }, lostUpdate);
    const { seed, path } = failure;
    const again = await find({ seed, path }, lostUpdate);
    expect(again.runs).to.equal(1);
    expect(again.failure.interleaving).to.deep.equal(failure.interleaving);
  });

  it('a failure reads as what to do about it', async () => {
    const { failure } = await find({ seed: 1 }, lostUpdate);
    expect(failure.message.split('\n').slice(0, 4)).to.deep.equal([
      `run ${failure.run} is a race: expected 1 to equal 3`,
      `again: { seed: 1, path: '${failure.path}' }`,
      'interleaving:',
      '   1. a: starts',
    ]);
    expect(failure.interleaving.length).to.equal(12);
  });

  it('different seeds try different interleavings, and what holds is run as often as was asked', async () => {
    const seen = new Set<string>();
    let runs = 0;
    for (const seed of [1, 2]) {
      await checkRaces({ seed, runs: 40 }, async (race) => {
        runs += 1;
        let order = '';
        for (const name of ['a', 'b', 'c']) {
          void race.actor(name, async (step) => {
            order += name;
            await step();
            order += name;
          });
        }
        await race.done();
        seen.add(order);
        expect(order).to.have.length(6);
      });
    }
    expect(runs).to.equal(80);
    // Of the 90 orders that there are.
    expect(seen.size).to.be.greaterThan(40);
  });

  it('what an actor throws fails the race, and is its cause', async () => {
    const broken = new RangeError('broken');
    const { failure } = await find({}, async (race) => {
      void race.actor('a', async (step) => {
        await step();
        throw broken;
      });
    });
    expect(failure.cause).to.equal(broken);
    expect(failure.interleaving).to.deep.equal([
      'a: starts',
      'a: step 1',
      'a: fails, RangeError: broken',
    ]);
  });

  it('actors who wait for each other are named', async () => {
    const { failure } = await find({ runs: 3 }, async (race) => {
      void race.actor('a', () => new Promise<void>(() => undefined));
      void race.actor('b', async (step) => step());
      await race.done();
    });
    expect(failure.message).to.contain('nobody has a turn, and these wait: a\n');
  });

  it('actors that a body waits for, and who wait for each other, are named: the body ends', async () => {
    const { failure } = await find({ runs: 3 }, async (race) => {
      const [left, right] = [gate(), gate()];
      const wait = (mine: Gate, other: Gate) => async () => {
        await other.opened;
        mine.open();
      };
      await Promise.all([
        race.actor('a', wait(left, right)),
        race.actor('b', wait(right, left)),
        race.actor('c', async (step) => step()),
      ]);
    });
    expect(failure.message).to.contain('nobody has a turn, and these wait: a, b\n');
    expect(failure.interleaving).to.include('c: step 1');
  });

  it('a body that waits for what an actor did not do, because it threw, fails with that', async () => {
    const { failure } = await find({ runs: 3 }, async (race) => {
      void race.actor('a', async () => {
        throw new RangeError('broken');
      });
      await new Promise<void>(() => undefined);
    });
    expect(failure.cause).to.be.instanceOf(RangeError);
  });

  it('a body may wait for something from outside while its actors wait for it', async () => {
    let runs = 0;
    await checkRaces({ runs: 3 }, async (race) => {
      const { opened, open } = gate();
      const actors = ['a', 'b'].map((name) => race.actor(name, () => opened));
      for (let at = 0; at < 10; at++) {
        await readFile(new URL(import.meta.url));
        await new Promise((resolve) => setImmediate(resolve));
      }
      open();
      await Promise.all(actors);
      runs += 1;
    });
    expect(runs).to.equal(3);
  });

  it('nobody of a run that failed takes part in the next one', async () => {
    let late = 0;
    let runs = 0;
    await find({ runs: 5 }, async (race) => {
      runs += 1;
      void race.actor('a', async (step) => {
        await step();
        late += 1;
      });
      throw new Error('at once');
    });
    expect(late).to.equal(runs);
  });

  it('a race that cannot find anything is a mistake: no runs, or nobody to choose from', async () => {
    const none = async (race: Race): Promise<void> => {
      await race.actor('alone', (step) => step());
    };
    for (const [options, error] of [
      [{ runs: 0 }, 'RangeError: a race is run once or more, not 0 times'],
      [{ runs: 0.5 }, 'RangeError: a race is run once or more, not 0.5 times'],
      [{ runs: 3 }, 'TypeError: never did two wait at once, so there was no order to choose'],
    ] as const) {
      const thrown: unknown = await checkRaces(options, none).catch((reason: unknown) => reason);
      expect(String(thrown)).to.equal(error);
    }
  });
});
