import { VFIO_DEVICE_FEATURE_GET as GET, VFIO_DEVICE_FEATURE_SET as SET } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, settled } from '../errors/outcome.test-support.js';
import type { Device } from './contract.js';
import { DEADLINE_MS, deferred, makeEndpoint, trappedRegion } from './endpoint.test-support.js';
import { DEFAULT_HANDLER_DEADLINE_MS } from './endpoint-services.js';
import { FakeMigration, STATES } from './migration/migration.test-support.js';
import type { DeviceModel } from './model.js';

const SOURCE = 'docs/reference/device-rules.md, deadlines';
const LATE = 'ETIMEDOUT model.deadline';

/** Handlers that never answer, except while `quick` says so. */
class SlowModel implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  readonly irqs = [];
  readonly regions = [trappedRegion({ read: () => this.#wait(0), write: () => this.#wait(0) })];
  readonly features = [
    {
      id: 500,
      name: 'slow',
      payloadSize: 1,
      get: () => this.#wait(Uint8Array.of(0)),
      set: () => this.#wait(undefined),
    },
  ];
  readonly migration = new FakeMigration();
  readonly reset = (): Promise<void> => this.#wait(undefined);
  quick = true;
  readonly #unanswered: (() => void)[] = [];

  constructor() {
    this.migration.onTransition = () => this.#wait(undefined);
    this.migration.source = { read: () => this.#wait(0) };
    this.migration.sink = { write: () => this.#wait(undefined) };
  }

  answerLate(): void {
    for (const answer of this.#unanswered.splice(0)) {
      answer();
    }
  }

  #wait<T>(value: T): Promise<T> {
    const { promise, resolve } = deferred<T>();
    this.#unanswered.push(() => {
      resolve(value);
    });
    if (this.quick) {
      this.answerLate();
    }
    return promise;
  }
}

const calls: Readonly<Record<string, (device: Device) => Promise<unknown>>> = {
  read: (device) => device.read(0, 0, new Uint8Array(4)),
  write: (device) => device.write(0, 0, new Uint8Array(4)),
  'feature get': (device) => device.feature(500 | GET, new Uint8Array(1)),
  'feature set': (device) => device.feature(500 | SET, new Uint8Array(1)),
  'migration transition': (device) => device.setMigrationState(STATES.STOP),
  reset: (device) => device.reset(),
};

describe(`a handler that never answers (${SOURCE})`, () => {
  for (const [name, call] of Object.entries(calls)) {
    it(`${name === 'reset' ? 'deadline of reset' : 'deadline'}: ${name}: ETIMEDOUT at the deadline and not before; the device answers again`, async () => {
      const model = new SlowModel();
      await using bench = makeEndpoint(model);
      const client = await bench.open();
      model.quick = false;
      let answer: unknown = 'waiting';
      const pending = settled(() => call(client)).then((settledTo) => {
        answer = settledTo;
      });
      await microtasks();
      bench.clock.advance(DEADLINE_MS - 1);
      await microtasks();
      expect(answer).to.equal('waiting');
      bench.clock.advance(1);
      await pending;
      expect(answer).to.equal(LATE);
      expect(bench.clock.pendingCount).to.equal(0);
      model.quick = true;
      if (name === 'reset') {
        expect(await settled(client.read(0, 0, new Uint8Array(0)))).to.equal('EIO device.failed');
        model.answerLate();
        await microtasks();
        await client.reset();
      }
      expect(await settled(client.feature(500 | GET, new Uint8Array(1)))).to.be.an('object');
    });
  }

  it('a read and a write of a data session: ETIMEDOUT', async () => {
    const model = new SlowModel();
    await using bench = makeEndpoint(model);
    const client = await bench.open();
    for (const state of [STATES.STOP_COPY, STATES.RESUMING]) {
      model.quick = true;
      const session = await client.setMigrationState(state);
      model.quick = false;
      const bytes = new Uint8Array(4);
      const use = state === STATES.RESUMING ? session?.write(bytes) : session?.read(bytes);
      const pending = settled(use ?? Promise.resolve(0));
      await microtasks();
      bench.clock.advance(DEADLINE_MS);
      expect(await pending).to.equal(LATE);
    }
  });

  it('deadline: is told to the log, with its name', async () => {
    const model = new SlowModel();
    await using bench = makeEndpoint(model);
    const client = await bench.open();
    model.quick = false;
    const pending = settled(client.read(0, 0, new Uint8Array(4)));
    bench.clock.advance(DEADLINE_MS);
    await pending;
    expect(bench.logger.lines).to.deep.equal([
      {
        level: 'error',
        message: 'a handler of the device missed its deadline',
        fields: { handler: 'read' },
      },
    ]);
  });

  it('the default deadline is 4.2 s', () => {
    expect(DEFAULT_HANDLER_DEADLINE_MS).to.equal(4200);
  });
});

describe(`an open that is given up (${SOURCE})`, () => {
  interface Slow {
    readonly model: Partial<DeviceModel>;
    readonly order: string[];
    readonly finish: (() => void)[];
  }

  function slowOpen(): Slow {
    const order: string[] = [];
    const finish: (() => void)[] = [];
    const open = async (): Promise<void> => {
      const opened = deferred();
      finish.push(opened.resolve);
      await opened.promise;
      order.push('opened');
    };
    return { model: { open, close: () => void order.push('closed') }, order, finish };
  }

  it('deadline of open: at its deadline is ETIMEDOUT, and is closed when it finishes late', async () => {
    const { model, order, finish } = slowOpen();
    await using bench = makeEndpoint(model);
    const opening = settled(bench.open());
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    expect(await opening).to.equal(LATE);
    expect(bench.endpoint.state).to.equal('closed');
    expect(order).to.deep.equal([]);
    finish[0]?.();
    await microtasks();
    expect(order).to.deep.equal(['opened', 'closed']);
  });

  it('open of a late one: bug: nobody else gets the device until then, so that no late close hits his session', async () => {
    const { model, order, finish } = slowOpen();
    await using bench = makeEndpoint(model);
    const opening = settled(bench.open());
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    await opening;
    expect(await settled(bench.open())).to.equal('EBUSY device.busy');
    finish[0]?.();
    await microtasks();
    const next = bench.open();
    await microtasks();
    finish[1]?.();
    await (await next).close();
    expect(order).to.deep.equal(['opened', 'closed', 'opened', 'closed']);
  });

  it('that fails late is not closed, and frees the device', async () => {
    const opened = deferred();
    let closes = 0;
    await using bench = makeEndpoint({
      open: () => opened.promise,
      close: () => void (closes += 1),
    });
    const opening = settled(bench.open());
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    await opening;
    opened.reject(new Error('late'));
    await microtasks();
    expect(closes).to.equal(0);
    expect(await settled(bench.open())).to.equal('EIO model.threw');
  });

  it('by a revoke is ENODEV at once; revoke while opening: waits until the late model was closed (bug)', async () => {
    const { model, order, finish } = slowOpen();
    await using bench = makeEndpoint(model);
    const opening = settled(bench.open());
    await microtasks();
    const revoking = bench.endpoint.revoke('removed').then(() => order.push('revoked'));
    expect(await opening).to.equal('ENODEV device.revoked');
    await microtasks();
    expect(order).to.deep.equal([]);
    finish[0]?.();
    await revoking;
    expect(order).to.deep.equal(['opened', 'closed', 'revoked']);
    expect(bench.endpoint.state).to.equal('revoked');
  });

  it('before a revoke: the revoke waits for the late model, too (bug)', async () => {
    const { model, order, finish } = slowOpen();
    await using bench = makeEndpoint(model);
    const opening = settled(bench.open());
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    await opening;
    const revoking = bench.endpoint.revoke('removed').then(() => order.push('revoked'));
    await microtasks();
    finish[0]?.();
    await revoking;
    expect(order).to.deep.equal(['opened', 'closed', 'revoked']);
  });

  it('deadline of revoke: by a revoke that waits no longer than a deadline for a model that never answers (bug)', async () => {
    await using bench = makeEndpoint(slowOpen().model);
    const opening = settled(bench.open());
    await microtasks();
    let revoked = false;
    const revoking = bench.endpoint.revoke('removed').then(() => {
      revoked = true;
    });
    await opening;
    await microtasks();
    bench.clock.advance(DEADLINE_MS - 1);
    await microtasks();
    expect(revoked).to.equal(false);
    bench.clock.advance(1);
    await revoking;
  });

  it('open against remove: a revoke in the turn of the open does not open the model any more (bug)', async () => {
    const { model, order } = slowOpen();
    await using bench = makeEndpoint({ ...model, reset: () => void order.push('reset') });
    const opening = settled(bench.open());
    await bench.endpoint.revoke('removed');
    expect(await opening).to.equal('ENODEV device.revoked');
    await microtasks();
    expect(order).to.deep.equal(['reset']);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('bug: that finishes in the same turn as the revoke is closed, too', async () => {
    for (const finishesFirst of [true, false]) {
      const { model, order, finish } = slowOpen();
      await using bench = makeEndpoint(model);
      const opening = settled(bench.open());
      await microtasks();
      if (finishesFirst) {
        finish[0]?.();
      }
      const revoking = bench.endpoint.revoke('removed');
      if (!finishesFirst) {
        finish[0]?.();
      }
      await revoking;
      expect(await opening).to.equal('ENODEV device.revoked');
      expect(order).to.deep.equal(['opened', 'closed']);
    }
  });

  for (let turns = 0; turns < 12; turns++) {
    it(`a revoke ${turns} turns after a quick open ends when the model is closed (bug)`, async () => {
      const order: string[] = [];
      await using bench = makeEndpoint({
        open: async () => {
          await Promise.resolve();
          order.push('opened');
        },
        close: async () => {
          await microtasks();
          order.push('closed');
        },
      });
      const opening = settled(bench.open());
      for (let i = 0; i < turns; i++) {
        await Promise.resolve();
      }
      await bench.endpoint.revoke('removed');
      order.push('revoked');
      await opening;
      await microtasks();
      expect(['revoked', 'opened closed revoked']).to.include(order.join(' '));
      expect(bench.endpoint.state).to.equal('revoked');
    });
  }
});

describe('promises that are not of this realm (own rule)', () => {
  it('bug: a thenable that never settles hits the deadline, too', async () => {
    const never = { then: () => undefined } as unknown as Promise<Uint8Array>;
    const feature = { id: 500, name: 'odd', payloadSize: 1, get: () => never };
    await using bench = makeEndpoint({ features: [feature] });
    const client = await bench.open();
    const pending = settled(client.feature(500 | GET, new Uint8Array(1)));
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    expect(await pending).to.equal(LATE);
  });
});

describe('a read that is answered after its deadline', () => {
  it("does not touch the client's buffer any more (bug)", async () => {
    const late = deferred<number>();
    let answer: () => void = () => undefined;
    await using bench = makeEndpoint({
      regions: [
        trappedRegion({
          read: (_offset, data, at) => {
            answer = () => {
              data.setUint8(at, 90);
              late.resolve(4);
            };
            return late.promise;
          },
          write: () => 0,
        }),
      ],
    });
    const client = await bench.open();
    const into = new Uint8Array(4);
    const read = settled(client.read(0, 0, into));
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    expect(await read).to.equal(LATE);
    answer();
    await microtasks();
    expect([...into]).to.deep.equal([0, 0, 0, 0]);
  });

  it('nothing to do comes before a region that is not there (vfio_pci_core.c, vfio_pci_core_read)', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    expect(await client.read(99, 0, new Uint8Array(0))).to.equal(0);
    expect(await settled(client.read(99, 0, new Uint8Array(1)))).to.equal('EINVAL region.index');
  });
});
