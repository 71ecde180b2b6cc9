import { MdevError, MdevHost } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkRaces, RaceFailure, type Race } from './index.js';
import { lendingDriver, Shelf, type Lending } from './lending-driver.test-support.js';

const place = { parent: 'shelf', type: 'lending-place' };

/** Looks, waits, and writes what it has looked at: whoever comes in between is forgotten. */
function careless(race: Race): Lending {
  const wait = race.wrap(() => undefined, 'the hardware answers');
  const change = (by: number) => async (shelf: Shelf) => {
    const seen = shelf.free;
    await wait();
    shelf.free = seen + by;
  };
  return { take: change(-1), give: change(1) };
}

/** The same with the change in one piece. */
function careful(race: Race): Lending {
  const wait = race.wrap(() => undefined, 'the hardware answers');
  const change = (by: number) => async (shelf: Shelf) => {
    await wait();
    shelf.free += by;
  };
  return { take: change(-1), give: change(1) };
}

/** Two clients, each with a device of its own that it opens and closes. */
async function twoClients(race: Race, lending: Lending): Promise<void> {
  const shelf = new Shelf();
  await using host = new MdevHost({ clock: race.clock });
  await host.load(lendingDriver(shelf, lending));
  for (const client of ['left', 'right']) {
    const { uuid } = await host.create(place);
    void race.actor(client, async (step) => {
      await using device = await host.open(uuid);
      await step('works');
      await device.info();
    });
  }
  await race.done();
  expect(shelf.free).to.equal(2);
}

async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    return MdevError.is(error) ? error.code : String(error);
  }
}

describe('races of a driver in a host (own rule: the seed finds what a test with one order does not)', () => {
  it('a lost update between the open of one device and the close of another is found and shrunk', async () => {
    const found: unknown = await checkRaces({ seed: 3 }, (race) =>
      twoClients(race, careless(race)),
    ).catch((error: unknown) => error);
    expect(found).to.be.instanceOf(RaceFailure);
    const { interleaving, message } = found as RaceFailure;
    expect(message).to.match(/^run \d+ is a race: expected \d to equal 2\n/);
    const actors = interleaving.map((step) => step.split(':')[0]);
    const switches = actors.filter((actor, at) => at > 0 && actor !== actors[at - 1]);
    // Both look at the same number, and then one of them at the other's.
    expect(switches.length, message).to.equal(3);
  });

  it('the same driver with its change in one piece holds', async () => {
    await checkRaces({ seed: 3, runs: 60 }, (race) => twoClients(race, careful(race)));
  });

  it('open, close and remove in 200 orders: one client at a time, everything given back (vfio_main.c; mdev/mdev_core.c)', async () => {
    const seen = new Set<string>();
    await checkRaces({ runs: 200 }, async (race) => {
      const shelf = new Shelf();
      await using host = new MdevHost({ clock: race.clock, removalGraceMs: 100 });
      await host.load(lendingDriver(shelf, careful(race)));
      const { uuid } = await host.create(place);
      const answers: string[] = [];
      for (const client of ['left', 'right']) {
        void race.actor(client, async (step) => {
          const open = race.wrap(() => host.open(uuid), 'open');
          const opened = await codeOf(async () => {
            await using device = race.device(await open());
            await step('works');
            answers.push(`info ${await codeOf(() => device.info())}`);
          });
          answers.push(`open ${opened}`);
        });
      }
      void race.actor('remover', async () => host.remove(uuid));
      void race.actor('time', async (step) => {
        for (let at = 0; at < 300; at += 50) {
          await step(`it is ${at} ms`);
          race.clock.advance(50);
        }
      });
      await race.done();
      for (const answer of answers) {
        seen.add(answer);
      }
      expect(host.mdevs).to.deep.equal([]);
      expect([shelf.free, shelf.closed, shelf.released]).to.deep.equal([2, shelf.opened, 1]);
    });
    expect([...seen].sort()).to.deep.equal([
      'info ENODEV',
      'info ok',
      'open EBUSY',
      'open ENODEV',
      'open ok',
    ]);
  });
});
