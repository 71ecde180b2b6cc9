import { VFIO_DEVICE_STATE_ERROR } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import { microtasks, settled } from '../../errors/outcome.test-support.js';
import { deferred } from '../endpoint.test-support.js';
import type { Guard } from './migration-data.js';
import { MigrationMachine } from './migration-machine.js';
import { FakeMigration, nameOf, STATES, type StateName } from './migration.test-support.js';

const SOURCE = 'include/uapi/linux/vfio.h, enum vfio_device_mig_state';
const plain: Guard = async (_what, run) => await run();

/** The arcs of every way, from the device's state to the target, for all abilities. */
const paths: readonly [p2p: boolean, preCopy: boolean, from: StateName, path: string][] = [
  [true, true, 'RUNNING', 'RUNNING>RUNNING_P2P RUNNING_P2P>STOP'],
  [true, true, 'RUNNING', 'RUNNING>PRE_COPY save'],
  [true, true, 'RUNNING', 'RUNNING>RUNNING_P2P RUNNING_P2P>PRE_COPY_P2P save'],
  [true, true, 'RUNNING', 'RUNNING>RUNNING_P2P RUNNING_P2P>STOP STOP>STOP_COPY save'],
  [true, true, 'RUNNING', 'RUNNING>RUNNING_P2P RUNNING_P2P>STOP STOP>RESUMING restore'],
  [true, true, 'STOP', 'STOP>RUNNING_P2P RUNNING_P2P>RUNNING'],
  [true, true, 'STOP', 'STOP>RUNNING_P2P RUNNING_P2P>RUNNING RUNNING>PRE_COPY save'],
  [true, true, 'STOP', 'STOP>RUNNING_P2P RUNNING_P2P>PRE_COPY_P2P save'],
  [true, true, 'PRE_COPY', 'PRE_COPY>PRE_COPY_P2P PRE_COPY_P2P>STOP_COPY'],
  [true, true, 'PRE_COPY', 'PRE_COPY>RUNNING RUNNING>RUNNING_P2P RUNNING_P2P>STOP'],
  [true, true, 'PRE_COPY_P2P', 'PRE_COPY_P2P>PRE_COPY'],
  [true, true, 'PRE_COPY_P2P', 'PRE_COPY_P2P>STOP_COPY'],
  [true, true, 'PRE_COPY_P2P', 'PRE_COPY_P2P>RUNNING_P2P RUNNING_P2P>STOP STOP>RESUMING restore'],
  [true, true, 'STOP_COPY', 'STOP_COPY>STOP STOP>RUNNING_P2P RUNNING_P2P>RUNNING'],
  [true, true, 'STOP_COPY', 'STOP_COPY>STOP STOP>RESUMING restore'],
  [
    true,
    true,
    'RESUMING',
    'RESUMING>STOP STOP>RUNNING_P2P RUNNING_P2P>RUNNING RUNNING>PRE_COPY save',
  ],
  [true, true, 'RESUMING', 'RESUMING>STOP STOP>STOP_COPY save'],
  [true, false, 'RUNNING', 'RUNNING>RUNNING_P2P RUNNING_P2P>STOP STOP>STOP_COPY save'],
  [true, false, 'RESUMING', 'RESUMING>STOP STOP>RUNNING_P2P RUNNING_P2P>RUNNING'],
  [false, true, 'RUNNING', 'RUNNING>STOP STOP>STOP_COPY save'],
  [false, true, 'PRE_COPY', 'PRE_COPY>STOP_COPY'],
  [false, true, 'PRE_COPY', 'PRE_COPY>RUNNING RUNNING>STOP'],
  [false, true, 'STOP', 'STOP>RUNNING RUNNING>PRE_COPY save'],
  [false, true, 'RESUMING', 'RESUMING>STOP STOP>RUNNING RUNNING>PRE_COPY save'],
  [false, false, 'RUNNING', 'RUNNING>STOP'],
  [false, false, 'RUNNING', 'RUNNING>STOP STOP>RESUMING restore'],
  [false, false, 'STOP_COPY', 'STOP_COPY>STOP STOP>RUNNING'],
];

async function at(model: FakeMigration, state: StateName): Promise<MigrationMachine> {
  const machine = new MigrationMachine(model, plain);
  await machine.set(STATES[state]);
  model.take();
  return machine;
}

function targetOf(path: string): number {
  const arc = path.split(' ').findLast((part) => part.includes('>')) ?? '';
  return STATES[arc.split('>')[1] as StateName];
}

describe(`the walk of a migration (${SOURCE})`, () => {
  for (const [p2p, preCopy, from, path] of paths) {
    const target = targetOf(path);
    const has = `${p2p ? 'P2P' : 'no P2P'}, ${preCopy ? 'PRE_COPY' : 'no PRE_COPY'}`;
    it(`session opens: ${has}: ${from} to ${nameOf(target)} takes ${path}`, async () => {
      const model = new FakeMigration(p2p, preCopy);
      const machine = await at(model, from);
      const session = await machine.set(target);
      expect(model.take()).to.deep.equal(path.split(' '));
      expect(machine.state).to.equal(target);
      const opens = path.endsWith('save') || path.endsWith('restore');
      expect(session !== undefined, 'only the last hop returns data').to.equal(opens);
    });
  }

  for (const [p2p, preCopy] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const) {
    it(`migration target: p2p ${p2p}, preCopy ${preCopy}: every pair of states has unbroken arcs or EINVAL`, async () => {
      const own = Object.values(STATES).filter(
        (state) =>
          state !== STATES.ERROR &&
          (p2p || (state !== STATES.RUNNING_P2P && state !== STATES.PRE_COPY_P2P)) &&
          (preCopy || (state !== STATES.PRE_COPY && state !== STATES.PRE_COPY_P2P)),
      );
      for (const from of own) {
        for (const to of Object.values(STATES)) {
          const model = new FakeMigration(p2p, preCopy);
          const machine = await at(model, nameOf(from) as StateName);
          const saving = from === STATES.STOP_COPY;
          const forbidden = !own.some((state) => state === to) || (saving && to >= STATES.PRE_COPY);
          const answer = await settled(machine.set(to));
          const arcs = model.take().filter((call) => call.includes('>'));
          if (forbidden) {
            expect(answer).to.equal('EINVAL migration.arc');
            expect(arcs).to.deep.equal([]);
            expect(machine.state).to.equal(from);
          } else {
            const stops = [nameOf(from), ...arcs.map((arc) => arc.split('>')[1] ?? '')];
            expect(arcs.map((arc) => arc.split('>')[0])).to.deep.equal(stops.slice(0, -1));
            expect(stops.at(-1)).to.equal(nameOf(to));
            expect(machine.state).to.equal(to);
          }
        }
      }
    });
  }

  it('flags are those of the model (vfio_ioctl_device_feature_migration)', () => {
    const flags = (p2p: boolean, preCopy: boolean): number =>
      new MigrationMachine(new FakeMigration(p2p, preCopy), plain).flags;
    const all = [flags(false, false), flags(true, false), flags(false, true), flags(true, true)];
    expect(all).to.deep.equal([1, 3, 5, 7]);
  });

  it('a device starts in RUNNING', () => {
    expect(new MigrationMachine(new FakeMigration(), plain).state).to.equal(STATES.RUNNING);
  });
});

describe(`a walk that fails (${SOURCE})`, () => {
  it('migration failure: leaves the device where it got to, and says why', async () => {
    const model = new FakeMigration();
    const machine = await at(model, 'RUNNING');
    model.onTransition = (_from, to) => {
      if (to === STATES.STOP_COPY) {
        throw failure('model.threw');
      }
    };
    expect(await settled(machine.set(STATES.STOP_COPY))).to.equal('EIO model.threw');
    expect(nameOf(machine.state)).to.equal('STOP');
    model.take();
    model.onTransition = () => undefined;
    await machine.set(STATES.STOP_COPY);
    expect(model.take(), 'and goes on from there').to.deep.equal(['STOP>STOP_COPY', 'save']);
  });

  it('transition fails: keeps the session when the first arc fails', async () => {
    const model = new FakeMigration();
    const machine = await at(model, 'RUNNING');
    const session = await machine.set(STATES.PRE_COPY);
    model.onTransition = () => {
      throw failure('model.threw');
    };
    expect(await settled(machine.set(STATES.STOP_COPY))).to.equal('EIO model.threw');
    expect(nameOf(machine.state)).to.equal('PRE_COPY');
    expect(await settled(session?.read(new Uint8Array(1)) ?? Promise.resolve(0))).to.equal(
      'ENOMSG migration.no-data-yet',
    );
  });

  it('save fails: a save that fails leaves the state without a session', async () => {
    const model = new FakeMigration();
    model.save = () => {
      throw failure('model.threw');
    };
    const machine = await at(model, 'RUNNING');
    expect(await settled(machine.set(STATES.PRE_COPY))).to.equal('EIO model.threw');
    expect(nameOf(machine.state)).to.equal('PRE_COPY');
    expect(await settled(machine.set(STATES.RUNNING)), 'the way back is open').to.equal(undefined);
  });
});

describe(`one walk at a time (${SOURCE})`, () => {
  it('migration busy: a second request is EBUSY until the first has ended', async () => {
    const model = new FakeMigration();
    const machine = await at(model, 'RUNNING');
    const arc = deferred();
    model.onTransition = () => arc.promise;
    const first = machine.set(STATES.RUNNING_P2P);
    expect(await settled(machine.set(STATES.STOP))).to.equal('EBUSY migration.busy');
    expect(nameOf(machine.state), 'not there yet').to.equal('RUNNING');
    arc.resolve();
    await first;
    model.onTransition = () => undefined;
    expect(await settled(machine.set(STATES.STOP))).to.equal(undefined);
  });

  it('migration and reset: a reset overtakes a walk, which then stops with EBUSY and does not go on', async () => {
    const model = new FakeMigration();
    const machine = await at(model, 'RUNNING');
    const arc = deferred();
    model.onTransition = () => arc.promise;
    const walk = settled(machine.set(STATES.STOP));
    machine.reset();
    arc.resolve();
    expect(await walk).to.equal('EBUSY device.resetting');
    expect(model.take()).to.deep.equal(['RUNNING>RUNNING_P2P']);
    expect(nameOf(machine.state)).to.equal('RUNNING');
  });

  it('bug: a reset between arc and save ends the walk and leaves no session', async () => {
    const model = new FakeMigration();
    const machine = new MigrationMachine(model, async (what, run) => {
      const result = await run();
      if (what === 'migration save') {
        machine.reset();
      }
      return result;
    });
    const walk = settled(machine.set(STATES.PRE_COPY));
    await microtasks();
    expect(await walk).to.equal('EBUSY device.resetting');
    expect(model.take(), 'the walk does not go on').to.deep.equal(['RUNNING>PRE_COPY', 'save']);
    expect(nameOf(machine.state)).to.equal('RUNNING');
  });
});

describe(`a migration that goes wrong (${SOURCE})`, () => {
  /** A guard whose next call misses its deadline. */
  function impatient(): { guard: Guard; miss: () => void } {
    let missing = false;
    return {
      guard: async (what, run) => {
        if (missing) {
          missing = false;
          throw failure('model.deadline', { handler: what });
        }
        return run();
      },
      miss: () => {
        missing = true;
      },
    };
  }

  it('an arc that does not end in time leads to ERROR, which only a reset leaves (bug)', async () => {
    const { guard, miss } = impatient();
    const machine = new MigrationMachine(new FakeMigration(true, true), guard);
    miss();
    expect(await settled(machine.set(STATES.STOP))).to.equal('ETIMEDOUT model.deadline');
    expect(machine.state).to.equal(VFIO_DEVICE_STATE_ERROR);
    for (const target of Object.values(STATES)) {
      expect(await settled(machine.set(target))).to.equal('EINVAL migration.arc');
    }
    machine.reset();
    await machine.set(STATES.STOP);
    expect(nameOf(machine.state)).to.equal('STOP');
  });

  it('a reset gives up a walk that hangs, and the next one can begin at once (bug)', async () => {
    const model = new FakeMigration(true, true);
    const hanging = deferred();
    model.onTransition = () => hanging.promise;
    const machine = new MigrationMachine(model, plain);
    const walk = settled(machine.set(STATES.STOP));
    await microtasks();
    machine.reset();
    expect(await walk).to.equal('EBUSY device.resetting');
    model.onTransition = () => undefined;
    await machine.set(STATES.STOP);
    expect(nameOf(machine.state)).to.equal('STOP');
    hanging.resolve();
    await microtasks();
    expect(nameOf(machine.state)).to.equal('STOP');
  });

  it('a session that could not be opened is opened by the next request (bug)', async () => {
    const model = new FakeMigration(true, true);
    let broken = true;
    model.save = () => {
      if (broken) {
        throw failure('model.threw');
      }
      return model.source;
    };
    const machine = new MigrationMachine(model, plain);
    expect(await settled(machine.set(STATES.PRE_COPY))).to.equal('EIO model.threw');
    expect(nameOf(machine.state)).to.equal('PRE_COPY');
    broken = false;
    expect(await machine.set(STATES.PRE_COPY)).not.to.equal(undefined);
    expect(await machine.set(STATES.PRE_COPY), 'and only once').to.equal(undefined);
  });
});
