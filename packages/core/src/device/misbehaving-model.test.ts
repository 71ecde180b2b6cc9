import { VFIO_DEVICE_FEATURE_GET as GET, VFIO_DEVICE_FEATURE_SET as SET } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../errors/index.js';
import { settled } from '../errors/outcome.test-support.js';
import { TestFd } from '../irq/irq.test-support.js';
import type { Device } from './contract.js';
import { makeEndpoint, trappedRegion, type Bench } from './endpoint.test-support.js';
import { bindIrqs } from './irq-calls.js';
import { FakeMigration, STATES } from './migration/migration.test-support.js';
import type { DeviceModel } from './model.js';

const SOURCE = 'docs/reference/device-rules.md, device models';

/** Three ways to fail, and what the client gets. */
const failures: Readonly<
  Record<string, { readonly fail: () => never | Promise<never>; readonly answer: string }>
> = {
  throws: {
    fail: () => {
      throw new Error('broken');
    },
    answer: 'EIO model.threw',
  },
  rejects: { fail: () => Promise.reject(new Error('broken')), answer: 'EIO model.threw' },
  'throws an MdevError': {
    fail: () => {
      throw failure('dma.fault');
    },
    answer: 'EFAULT dma.fault',
  },
};

/** A model whose handlers all do what `act` does, while it is set. */
class BadModel implements DeviceModel {
  act: (() => never | Promise<never>) | undefined;
  readonly deviceApi = 'vfio-pci';
  readonly irqs;
  readonly regions;
  readonly features;
  readonly migration = new FakeMigration();
  opens = 0;

  constructor() {
    const run = <T>(value: T): T | Promise<T> => this.#run(value);
    this.regions = [trappedRegion({ read: () => run(4), write: () => run(4) })];
    this.features = [
      {
        id: 500,
        name: 'bad',
        payloadSize: 1,
        get: () => run(Uint8Array.of(0)),
        set: () => run(undefined),
      },
    ];
    this.migration.onTransition = () => run(undefined);
    this.migration.source = { read: () => run(0) };
    this.migration.sink = { write: () => run(undefined) };
    this.irqs = [
      {
        kind: 'message' as const,
        name: 'm',
        count: 4,
        resizable: false,
        available: () => run(4) as number,
      },
    ];
  }

  open(): void | Promise<void> {
    this.opens += 1;
    return this.#run(undefined);
  }

  close(): void | Promise<void> {
    return this.#run(undefined);
  }

  reset(): void | Promise<void> {
    return this.#run(undefined);
  }

  #run<T>(value: T): T | Promise<T> {
    return this.act === undefined ? value : this.act();
  }
}

function benchOf(model: BadModel): Bench {
  return makeEndpoint({
    regions: model.regions,
    irqs: model.irqs,
    features: model.features,
    migration: model.migration,
    open: () => model.open(),
    close: () => model.close(),
    reset: () => model.reset(),
  });
}

const handlers: Readonly<Record<string, (device: Device) => Promise<unknown>>> = {
  read: (device) => device.read(0, 0, new Uint8Array(4)),
  write: (device) => device.write(0, 0, new Uint8Array(4)),
  'feature get': (device) => device.feature(500 | GET, new Uint8Array(1)),
  'feature set': (device) => device.feature(500 | SET, new Uint8Array(1)),
  'migration transition': (device) => device.setMigrationState(STATES.STOP),
};

/** The device does all that it should. */
async function expectSound(client: Device): Promise<void> {
  expect(await client.read(0, 0, new Uint8Array(4))).to.equal(4);
  expect((await client.info()).numRegions).to.equal(1);
  expect(await bindIrqs(client, 0, [new TestFd()])).to.equal(0);
}

for (const [how, { fail, answer }] of Object.entries(failures)) {
  describe(`a model that ${how} (${SOURCE})`, () => {
    for (const [name, call] of Object.entries(handlers)) {
      it(`model failure, model error: from ${name}: ${answer}, and the device goes on`, async () => {
        const model = new BadModel();
        await using bench = benchOf(model);
        const client = await bench.open();
        model.act = fail;
        expect(await settled(() => call(client))).to.equal(answer);
        model.act = undefined;
        expect(await client.migrationState()).to.equal(STATES.RUNNING);
        await expectSound(client);
      });
    }

    it(`open fails: from open: ${answer}; the device is closed and may be opened`, async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      let closes = 0;
      model.close = () => void (closes += 1);
      model.reset = () => undefined;
      model.act = fail;
      expect(await settled(bench.open())).to.equal(answer);
      expect([bench.endpoint.state, model.opens, closes]).to.deep.equal(['closed', 1, 0]);
      model.act = undefined;
      await expectSound(await bench.open());
    });

    it(`from reset at open: ${answer}; open is not called`, async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      model.act = fail;
      expect(await settled(bench.open())).to.equal(answer);
      expect([bench.endpoint.state, model.opens]).to.deep.equal(['closed', 0]);
      model.act = undefined;
      await expectSound(await bench.open());
    });

    it('close fails: from close: it is logged, and the device is closed', async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      const client = await bench.open();
      model.act = fail;
      await client.close();
      model.act = undefined;
      expect(bench.endpoint.state).to.equal('closed');
      expect(bench.closed()).to.equal(1);
      expect(bench.logger.lines.at(-1)?.message).to.equal('the device did not close cleanly');
      await expectSound(await bench.open());
    });

    it('from close at revoke: it is logged, and the device is revoked', async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      await bench.open();
      model.act = fail;
      await bench.endpoint.revoke('removed');
      expect(bench.endpoint.state).to.equal('revoked');
    });

    it(`reset breaks: from reset: ${answer}; EIO until a reset succeeds`, async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      const client = await bench.open();
      model.act = fail;
      expect(await settled(client.reset())).to.equal(answer);
      model.act = undefined;
      expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal('EIO device.failed');
      await client.reset();
      await expectSound(client);
    });

    it(`from a data session: ${answer}; the session and the state stay`, async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      const client = await bench.open();
      for (const state of [STATES.STOP_COPY, STATES.RESUMING]) {
        const session = await client.setMigrationState(state);
        const use = (): Promise<number> =>
          (state === STATES.RESUMING
            ? session?.write(new Uint8Array(2))
            : session?.read(new Uint8Array(2))) ?? Promise.resolve(-1);
        model.act = fail;
        expect(await settled(use())).to.equal(answer);
        model.act = undefined;
        expect(await settled(use())).to.equal(state === STATES.RESUMING ? 2 : 0);
        expect(await client.migrationState()).to.equal(state);
      }
    });

    it('save fails: from save, restore and the estimate of bytes: the device goes on', async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      const client = await bench.open();
      const broken = fail as () => never;
      Object.assign(model.migration, { save: broken, restore: broken, dataSize: broken });
      expect(await settled(client.setMigrationState(STATES.STOP_COPY))).to.equal(answer);
      expect(await client.migrationState(), 'the arc was taken').to.equal(STATES.STOP_COPY);
      expect(await settled(client.setMigrationState(STATES.RESUMING))).to.equal(answer);
      expect(await settled(client.feature(9 | GET, new Uint8Array(8)))).to.equal(answer);
      expect(await settled(client.setMigrationState(STATES.RUNNING))).to.equal(undefined);
      await expectSound(client);
    });
  });
}

describe(`bug: a model whose irq vectors cannot be counted (${SOURCE})`, () => {
  for (const [how, expected] of [
    ['throws', 'EIO model.threw'],
    ['rejects', 'EIO model.count'],
    ['throws an MdevError', 'EFAULT dma.fault'],
  ] as const) {
    it(`${how}: ${expected}, and the index stays disabled`, async () => {
      const model = new BadModel();
      await using bench = benchOf(model);
      const client = await bench.open();
      const fail = failures[how]?.fail;
      model.act = () => {
        const answer = fail?.();
        // A promise where a number belongs; nobody will look at its rejection.
        void Promise.resolve(answer).catch(() => undefined);
        return answer ?? expect.fail();
      };
      expect(await settled(bindIrqs(client, 0, [new TestFd()]))).to.equal(expected);
      model.act = undefined;
      expect(bench.endpoint.irqs.enabled(0)).to.equal(false);
      await expectSound(client);
    });
  }
});

describe(`a model that counts wrong (${SOURCE})`, () => {
  for (const promised of [false, true]) {
    for (const count of [-1, 1.5, NaN, 5, undefined as unknown as number]) {
      it(`model count: ${promised ? 'a promise of ' : ''}${String(count)} for 4 bytes is EIO`, async () => {
        const answer = (): number | Promise<number> => (promised ? Promise.resolve(count) : count);
        const region = trappedRegion({ read: answer, write: answer });
        await using bench = makeEndpoint({ regions: [region] });
        const client = await bench.open();
        expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal('EIO model.count');
        expect(await settled(client.write(0, 0, new Uint8Array(4)))).to.equal('EIO model.count');
        expect((await client.info()).numRegions).to.equal(1);
      });
    }
  }

  it('a reset handler of a region that throws fails the reset', async () => {
    let broken = false;
    const reset = (): void => {
      if (broken) {
        throw new Error('broken');
      }
    };
    const region = trappedRegion({ read: () => 0, write: () => 0, reset });
    await using bench = makeEndpoint({ regions: [region], reset: () => undefined });
    const client = await bench.open();
    broken = true;
    expect(await settled(client.reset())).to.equal('EIO model.threw');
    expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal('EIO device.failed');
    broken = false;
    await client.reset();
  });
});
