import { expect } from 'chai';
import { ContainerModule } from 'inversify';
import { describe, it } from 'mocha';
import { Clock } from '../clock/index.js';
import { DeviceModel } from '../device/index.js';
import { MdevError } from '../errors/index.js';
import { Irqs } from '../irq/index.js';
import { MdevIdentity } from '../mdev/index.js';
import { hostWith, outcome, testDriver } from './host.test-support.js';
import { MdevHost } from './mdev-host.js';
import { MediatingDriver } from './mediating-driver.js';
import { Scope } from './scope.js';

const one = { parent: 'p0', type: 'test-one' };

describe('MdevHost: drivers', () => {
  it('two drivers of one name, or two parents of one name: EEXIST, and the first stays', async () => {
    const { host } = await hostWith();
    await using _ = host;
    expect(await outcome(() => host.load(testDriver({ parents: ['p1'] })))).to.equal(
      'EEXIST driver.exists',
    );
    expect(await outcome(() => host.load(testDriver({ name: 'other' })))).to.equal(
      'EEXIST parent.exists',
    );
    expect(host.parents).to.deep.equal(['p0']);
    await host.load(testDriver({ name: 'other', parents: ['p1'] }));
    expect(host.parents).to.deep.equal(['p0', 'p1']);
  });

  it('unload removes the parents of the driver; an unknown driver is ENOENT', async () => {
    const { host } = await hostWith();
    await using _ = host;
    await host.create(one);
    await host.unload('test');
    expect(host.parents).to.deep.equal([]);
    expect(await outcome(() => host.unload('test'))).to.equal('ENOENT driver.not-found');
    await host.load(testDriver());
  });

  it('register: device_api is required (drivers/vfio/mdev/mdev_driver.c, mdev_register_driver)', async () => {
    await using host = new MdevHost();
    const valid = {
      name: 'd',
      deviceApi: 'vfio-pci' as const,
      types: [{ id: 'one' }],
      parents: [],
    };
    const changes: readonly Record<string, unknown>[] = [
      { deviceApi: 'vfio-unknown' },
      { name: '' },
      { types: [] },
      { types: [{ id: 'a' }, { id: 'a' }] },
      { types: [{ id: 'a', units: 0 }] },
      { parents: [{ name: 'p', capacity: 1.5 }] },
      { parents: [{ name: 'p', capacity: 1, numaNode: -7.5 }] },
      { name: undefined },
      { types: undefined },
      { parents: undefined },
      { types: [{ id: 'a', algorithms: 'deflate' }] },
    ];
    for (const change of changes) {
      const driver = { ...valid, mdevModule: new ContainerModule(() => undefined), ...change };
      const module = new ContainerModule(({ bind }) => {
        bind(MediatingDriver).toConstantValue(driver);
      });
      expect(await outcome(() => host.load(module)), JSON.stringify(change)).to.equal(
        'EINVAL driver.invalid',
      );
    }
  });
});

describe('MdevHost: containers', () => {
  it('nest host → parent → mdev, and release in reverse order', async () => {
    const released: string[] = [];
    const note = (name: string): Disposable => ({ [Symbol.dispose]: () => released.push(name) });
    const Shared = Symbol('Shared');
    const mdevModule = new ContainerModule(({ bind }) => {
      bind(DeviceModel).toDynamicValue((context) => {
        const scope = context.get<Scope>(Scope);
        scope.add(note('mdev first'));
        scope.add(note('mdev second'));
        expect(context.get(Shared)).to.equal(context.get(Shared));
        expect(context.get<MdevIdentity>(MdevIdentity).parent).to.equal('p0');
        expect(context.get<Clock>(Clock).now()).to.equal(0);
        expect(context.get<Irqs>(Irqs).enabled(0)).to.equal(false);
        return { deviceApi: 'vfio-platform', regions: [], irqs: [], ...note('model') };
      });
    });
    const parentModule = new ContainerModule(({ bind }) => {
      bind(Shared)
        .toDynamicValue((context) => {
          context.get<Scope>(Scope).add(note('parent service'));
          return {};
        })
        .inSingletonScope();
    });
    const { host } = await hostWith({ name: 'unused', parents: ['unused0'] });
    await host.load(
      new ContainerModule(({ bind, onDeactivation }) => {
        bind<MediatingDriver>(MediatingDriver).toConstantValue({
          name: 'test',
          deviceApi: 'vfio-platform',
          types: [{ id: 'one' }],
          parents: [{ name: 'p0', capacity: 1, module: parentModule }],
          mdevModule,
        });
        onDeactivation(MediatingDriver, () => void released.push('driver'));
      }),
    );
    await host.create(one);
    await host.close();
    expect(released).to.deep.equal([
      'model',
      'mdev second',
      'mdev first',
      'parent service',
      'driver',
    ]);
  });
});

describe('MdevHost: drivers that misbehave', () => {
  const boom = (): never => {
    throw new Error('boom');
  };

  it('a model that cannot be made fails the creation with its error and leaves nothing', async () => {
    const refusal = new MdevError('ENOSPC', 'test.full', 'no memory left');
    const { host } = await hostWith({
      model: () => {
        throw refusal;
      },
    });
    await using _ = host;
    expect(await host.create(one).catch((error: unknown) => error)).to.equal(refusal);
    expect(host.mdevs).to.deep.equal([]);
    expect(host.types[0]?.availableInstances).to.equal(4);
  });

  it('a constructor that throws anything else is EIO', async () => {
    const { host } = await hostWith({ model: boom });
    await using _ = host;
    expect(await outcome(() => host.create(one))).to.equal('EIO model.threw');
  });

  it('open that fails leaves the mdev idle, and it can be opened later', async () => {
    let broken = true;
    const { host } = await hostWith({
      model: () => ({
        open: () => {
          if (broken) {
            boom();
          }
        },
      }),
    });
    await using _ = host;
    const { uuid } = await host.create(one);
    expect(await outcome(() => host.open(uuid))).to.equal('EIO model.threw');
    expect(host.info(uuid).state).to.equal('idle');
    broken = false;
    await (await host.open(uuid)).close();
  });

  it('close and dispose that fail do not keep the mdev or its capacity', async () => {
    const { host } = await hostWith({
      model: () => ({ close: () => Promise.reject(new Error('boom')), [Symbol.dispose]: boom }),
    });
    await using _ = host;
    const { uuid } = await host.create(one);
    await (await host.open(uuid)).close();
    await host.remove(uuid);
    expect(host.mdevs).to.deep.equal([]);
    expect(host.types[0]?.availableInstances).to.equal(4);
  });

  it('close that never ends is cut off by the deadline, and removal goes on', async () => {
    const { host, clock } = await hostWith(
      { model: () => ({ close: () => new Promise(() => undefined) }) },
      { handlerDeadlineMs: 50 },
    );
    await using _ = host;
    const { uuid } = await host.create(one);
    const closing = (await host.open(uuid)).close();
    clock.advance(50);
    await closing;
    await host.remove(uuid);
    expect(host.mdevs).to.deep.equal([]);
  });
});
