import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkRaces, RaceFailure, type Race } from './index.js';

async function failureOf(body: (race: Race) => Promise<void>): Promise<RaceFailure> {
  const found: unknown = await checkRaces({}, body).catch((error: unknown) => error);
  if (found instanceof RaceFailure) {
    return found;
  }
  throw new Error('no race was found', { cause: found });
}

describe('Race (own rule: whoever takes part waits for turns)', () => {
  it('what is wrapped may be overtaken before it begins and before it answers', async () => {
    const orders = new Set<string>();
    await checkRaces({ runs: 100 }, async (race) => {
      let order = '';
      const add = race.wrap((what: string) => {
        order += what;
        return what;
      }, 'add');
      for (const name of ['a', 'b']) {
        void race.actor(name, async () => {
          expect(await add(name)).to.equal(name);
          order += name.toUpperCase();
        });
      }
      await race.done();
      orders.add(order);
    });
    expect([...orders].sort()).to.deep.equal(['aAbB', 'abAB', 'abBA', 'bBaA', 'baAB', 'baBA']);
  });

  it('a wrapped function that throws answers in its turn, and the steps carry its name', async () => {
    const failure = await failureOf(async (race) => {
      const fail = race.wrap(function book(): never {
        throw new Error('full');
      });
      await race.actor('guest', () => fail());
    });
    expect(failure.interleaving).to.deep.equal([
      'guest: starts',
      'guest: book',
      'guest: book is answered',
      'guest: fails, Error: full',
    ]);
  });

  it('timers that are due fire in any order, none too early, and not when they were disposed', async () => {
    const orders = new Set<string>();
    await checkRaces({ runs: 40 }, async (race) => {
      let order = '';
      for (const delay of [10, 20, 30]) {
        race.clock.schedule(delay, () => (order += `${delay} `));
      }
      const never = race.clock.schedule(5, () => (order += 'never '));
      const late = race.clock.schedule(31, () => (order += 'late '));
      race.clock.advance(30);
      never[Symbol.dispose]();
      await race.done();
      orders.add(order);
      late[Symbol.dispose]();
      race.clock.advance(10);
      expect(race.clock.now()).to.equal(40);
    });
    expect(orders.size).to.equal(6);
    expect([...orders].every((order) => order.length === 9)).to.equal(true);
  });

  it('a clock that is moved by what is no time, or back, is a RangeError, and goes on', async () => {
    const rang: string[] = [];
    await checkRaces({ runs: 2 }, async (race) => {
      for (const delay of [10, 20]) {
        race.clock.schedule(delay, () => rang.push(`${delay}`));
      }
      for (const time of [NaN, -5, Infinity]) {
        expect(() => {
          race.clock.advance(time);
        }).to.throw(RangeError, `not by ${time}`);
      }
      expect(race.clock.now()).to.equal(0);
      race.clock.advance(0);
      race.clock.advance(20);
      await race.done();
    });
    expect(rang.toSorted()).to.deep.equal(['10', '10', '20', '20']);
  });

  it('what a timer throws fails the race', async () => {
    const failure = await failureOf(async (race) => {
      race.clock.schedule(1, () => {
        throw new Error('rang');
      });
      race.clock.advance(1);
    });
    expect(failure.message).to.match(/^run 1 is a race: rang\n/);
    expect(failure.interleaving).to.deep.equal(['test: timer of 1 ms fires']);
  });

  it('two actors of one name are a TypeError', async () => {
    const failure = await failureOf(async (race) => {
      void race.actor('a', async () => undefined);
      void race.actor('a', async () => undefined);
    });
    expect(failure.cause).to.be.instanceOf(TypeError);
  });
});
