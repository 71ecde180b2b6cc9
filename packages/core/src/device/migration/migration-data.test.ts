import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../../errors/outcome.test-support.js';
import { deferred } from '../endpoint.test-support.js';
import type { Guard, MigrationData } from './migration-data.js';
import { MigrationMachine } from './migration-machine.js';
import { FakeMigration, STATES, type StateName } from './migration.test-support.js';

const UAPI = 'include/uapi/linux/vfio.h';
const OVER = 'ENODEV migration.session-over';
const plain: Guard = async (_what, run) => await run();

interface SessionBench {
  readonly model: FakeMigration;
  readonly machine: MigrationMachine;
  readonly session: MigrationData;
}

async function session(state: StateName, model = new FakeMigration()): Promise<SessionBench> {
  const machine = new MigrationMachine(model, plain);
  const opened = await machine.set(STATES[state]);
  if (opened === undefined) {
    throw new Error(`no session in ${state}`);
  }
  return { model, machine, session: opened };
}

function read(data: MigrationData, length = 4): Promise<unknown> {
  return settled(data.read(new Uint8Array(length)));
}

describe(`reading a data session (${UAPI}, VFIO_DEVICE_STATE_PRE_COPY, STOP_COPY)`, () => {
  it('gives what the source gives, in the front of the buffer', async () => {
    const { model, session: data } = await session('STOP_COPY');
    model.source.read = (into) => {
      into.set([1, 2, 3]);
      return 3;
    };
    const into = new Uint8Array(8);
    expect(await data.read(into)).to.equal(3);
    expect([...into]).to.deep.equal([1, 2, 3, 0, 0, 0, 0, 0]);
  });

  it('pre-copy end, stop-copy end: the end is ENOMSG in PRE_COPY and PRE_COPY_P2P, and 0 in STOP_COPY', async () => {
    const { machine, session: data } = await session('PRE_COPY');
    expect(await read(data)).to.equal('ENOMSG migration.no-data-yet');
    await machine.set(STATES.PRE_COPY_P2P);
    expect(await read(data)).to.equal('ENOMSG migration.no-data-yet');
    await machine.set(STATES.STOP_COPY);
    expect(await read(data)).to.equal(0);
  });

  it('of nothing is 0 in pre-copy, too', async () => {
    const { session: data } = await session('PRE_COPY');
    expect(await read(data, 0)).to.equal(0);
  });

  it('bug: a read that began in PRE_COPY does not report the end of STOP_COPY', async () => {
    const { model, machine, session: data } = await session('PRE_COPY');
    const answer = deferred<number>();
    model.source.read = () => answer.promise;
    const pending = read(data);
    await machine.set(STATES.STOP_COPY);
    answer.resolve(0);
    expect(await pending).to.equal('ENOMSG migration.no-data-yet');
  });

  for (const count of [-1, 1.5, NaN, 5, undefined as unknown as number]) {
    it(`a source that answers ${String(count)} for 4 bytes is EIO`, async () => {
      const { model, session: data } = await session('STOP_COPY');
      model.source.read = () => count;
      expect(await read(data)).to.equal('EIO model.count');
    });
  }
});

describe(`writing a data session (${UAPI}, VFIO_DEVICE_STATE_RESUMING)`, () => {
  it('takes all of it, in any segmentation', async () => {
    const { model, session: data } = await session('RESUMING');
    const got: number[] = [];
    model.sink.write = (from) => void got.push(...from);
    expect(await data.write(Uint8Array.of(1, 2))).to.equal(2);
    expect(await data.write(Uint8Array.of(3))).to.equal(1);
    expect(await data.write(new Uint8Array(0))).to.equal(0);
    expect(got).to.deep.equal([1, 2, 3]);
  });

  it('session direction: the other direction is EBADF (read(2), write(2))', async () => {
    const saving = await session('STOP_COPY');
    expect(await settled(saving.session.write(new Uint8Array(1)))).to.equal(
      'EBADF migration.direction',
    );
    const resuming = await session('RESUMING');
    expect(await read(resuming.session)).to.equal('EBADF migration.direction');
  });
});

describe(`the life of a data session (${UAPI}, VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE)`, () => {
  it('session goes on, session over: is the same from PRE_COPY to STOP_COPY, and ends there', async () => {
    const { machine, session: data } = await session('PRE_COPY');
    expect(await machine.set(STATES.STOP_COPY), 'no new one').to.equal(undefined);
    expect(await read(data)).to.equal(0);
    await machine.set(STATES.STOP);
    expect(await read(data)).to.equal(OVER);
  });

  it('ends when pre-copy is given up', async () => {
    const { machine, session: data } = await session('PRE_COPY');
    await machine.set(STATES.RUNNING);
    expect(await read(data)).to.equal(OVER);
    expect(outcome(() => data.precopyInfo())).to.equal(OVER);
  });

  it('ends when RESUMING is left, and a second one begins anew', async () => {
    const { model, machine, session: first } = await session('RESUMING');
    await machine.set(STATES.STOP);
    expect(await settled(first.write(new Uint8Array(1)))).to.equal(OVER);
    const second = await machine.set(STATES.RESUMING);
    expect(await settled(second?.write(new Uint8Array(1)) ?? Promise.resolve(0))).to.equal(1);
    expect(await settled(first.write(new Uint8Array(1)))).to.equal(OVER);
    expect(model.calls.filter((call) => call === 'restore')).to.have.length(2);
  });

  it('a reset ends it and returns to RUNNING', async () => {
    for (const state of ['PRE_COPY', 'STOP_COPY', 'RESUMING'] as const) {
      const { machine, session: data } = await session(state);
      machine.reset();
      expect(machine.state).to.equal(STATES.RUNNING);
      expect(await read(data)).to.equal(OVER);
    }
  });

  it('a read or write that is pending at the end is ENODEV', async () => {
    const saving = await session('STOP_COPY');
    const count = deferred<number>();
    saving.model.source.read = () => count.promise;
    const pendingRead = read(saving.session);
    saving.machine.reset();
    count.resolve(4);
    expect(await pendingRead).to.equal(OVER);

    const resuming = await session('RESUMING');
    const taken = deferred();
    resuming.model.sink.write = () => taken.promise;
    const pendingWrite = settled(resuming.session.write(new Uint8Array(4)));
    resuming.machine.reset();
    taken.resolve();
    expect(await pendingWrite).to.equal(OVER);
  });
});

describe(`precopyInfo (${UAPI}, VFIO_MIG_GET_PRECOPY_INFO)`, () => {
  const remaining = { initialBytes: 7, dirtyBytes: 3 };

  it('pre-copy info: tells in the pre-copy states, and is EINVAL outside', async () => {
    const { model, machine, session: data } = await session('PRE_COPY');
    model.source.remaining = () => remaining;
    expect(data.precopyInfo()).to.deep.equal(remaining);
    await machine.set(STATES.PRE_COPY_P2P);
    expect(data.precopyInfo()).to.deep.equal(remaining);
    await machine.set(STATES.STOP_COPY);
    expect(outcome(() => data.precopyInfo())).to.equal('EINVAL migration.not-precopy');
  });

  it('is EINVAL for a sink, and for a source that cannot tell', async () => {
    const resuming = await session('RESUMING');
    expect(outcome(() => resuming.session.precopyInfo())).to.equal('EINVAL migration.not-precopy');
    const saving = await session('PRE_COPY');
    expect(outcome(() => saving.session.precopyInfo())).to.equal('EINVAL migration.not-precopy');
  });

  it('bug: a source that throws is EIO, and not asked outside of pre-copy', async () => {
    const { model, machine, session: data } = await session('PRE_COPY');
    model.source.remaining = () => {
      throw new Error('broken');
    };
    expect(outcome(() => data.precopyInfo())).to.equal('EIO model.threw');
    await machine.set(STATES.STOP_COPY);
    expect(outcome(() => data.precopyInfo())).to.equal('EINVAL migration.not-precopy');
  });

  for (const wrong of [-1, 0.5, NaN]) {
    it(`${wrong} bytes of a model are EIO`, async () => {
      const { model, session: data } = await session('PRE_COPY');
      model.source.remaining = () => ({ initialBytes: 0, dirtyBytes: wrong });
      expect(outcome(() => data.precopyInfo())).to.equal('EIO model.payload');
    });
  }
});
