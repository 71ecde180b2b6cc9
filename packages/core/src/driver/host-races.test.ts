import { expect } from 'chai';
import { ContainerModule } from 'inversify';
import { describe, it } from 'mocha';
import { ManualClock } from '../clock/index.js';
import { DeviceModel } from '../device/index.js';
import { hostWith, outcome, settled, testDriver } from './host.test-support.js';
import { MdevHost } from './mdev-host.js';
import { MediatingDriver } from './mediating-driver.js';
import { Scope } from './scope.js';

const one = { parent: 'p0', type: 'test-one' };
const platform = { deviceApi: 'vfio-platform', types: [{ id: 'one' }] } as const;

/** A module of drivers that nothing is made of. */
function driversOf(
  ...drivers: readonly { name: string; parents: readonly string[] }[]
): ContainerModule {
  return new ContainerModule(({ bind }) => {
    for (const { name, parents } of drivers) {
      bind<MediatingDriver>(MediatingDriver).toConstantValue({
        ...platform,
        name,
        parents: parents.map((parent) => ({ name: parent, capacity: 1 })),
        mdevModule: new ContainerModule(() => undefined),
      });
    }
  });
}

describe('MdevHost: what goes on at the same time', () => {
  it('close during a removal with a grace cuts the grace short and ends (bug)', async () => {
    const { host } = await hostWith();
    const { uuid } = await host.create(one);
    await using device = await host.open(uuid);
    const removal = host.removeParent('p0', 60_000);
    await settled();
    await host.close();
    await removal;
    expect(await outcome(() => device.info())).to.equal('ENODEV device.revoked');
  });

  it('close during an unload with a grace ends as well, and both are done (bug)', async () => {
    const { host } = await hostWith();
    const { uuid } = await host.create(one);
    await using device = await host.open(uuid);
    const unloading = Promise.all([host.unload('test', 60_000), host.unload('test', 60_000)]);
    await settled();
    await host.close();
    await unloading;
    expect(host.parents).to.deep.equal([]);
    expect(await outcome(() => device.info())).to.equal('ENODEV device.revoked');
  });

  it('a driver that is being loaded when the host closes is released, not left behind (bug)', async () => {
    const host = new MdevHost();
    let released = false;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const module = new ContainerModule(async ({ bind }) => {
      await gate;
      bind<MediatingDriver>(MediatingDriver)
        .toDynamicValue((context) => {
          context.get<Scope>(Scope).add({ [Symbol.dispose]: () => void (released = true) });
          return {
            ...platform,
            name: 'late',
            parents: [{ name: 'p0', capacity: 1 }],
            mdevModule: new ContainerModule(() => undefined),
          };
        })
        .inSingletonScope();
    });
    const loading = outcome(() => host.load(module));
    await host.close();
    open();
    expect(await loading).to.equal('ENODEV host.closed');
    expect([host.parents, released]).to.deep.equal([[], true]);
  });

  it('one module with a name twice is EEXIST and leaves nothing (bug)', async () => {
    await using host = new MdevHost();
    const twoParents = driversOf({ name: 'a', parents: ['p'] }, { name: 'b', parents: ['p'] });
    expect(await outcome(() => host.load(twoParents))).to.equal('EEXIST parent.exists');
    const twoDrivers = driversOf({ name: 'a', parents: [] }, { name: 'a', parents: [] });
    expect(await outcome(() => host.load(twoDrivers))).to.equal('EEXIST driver.exists');
    expect([host.parents, host.types]).to.deep.equal([[], []]);
    await host.load(driversOf({ name: 'a', parents: ['p'] }));
  });

  it('a parent that is removed releases its services at once, not when its driver goes (bug)', async () => {
    await using host = new MdevHost();
    const released: string[] = [];
    const Service = Symbol('Service');
    const module = new ContainerModule(({ bind }) => {
      bind(Service).toDynamicValue((context) => {
        context.get<Scope>(Scope).add({ [Symbol.dispose]: () => released.push('service') });
        return {};
      });
    });
    await host.load(
      new ContainerModule(({ bind }) => {
        bind<MediatingDriver>(MediatingDriver).toConstantValue({
          ...platform,
          name: 'd',
          parents: [{ name: 'p0', capacity: 1, module }],
          mdevModule: new ContainerModule(() => undefined),
        });
      }),
    );
    await host.removeParent('p0');
    expect(released).to.deep.equal(['service']);
    await host.unload('d');
    expect(released).to.deep.equal(['service']);
  });

  it('a model that is never made holds up neither other parents nor, after its deadline, the host (bug)', async () => {
    const clock = new ManualClock();
    const host = new MdevHost({ clock, handlerDeadlineMs: 50 });
    await host.load(testDriver());
    await host.load(
      new ContainerModule(({ bind }) => {
        bind<MediatingDriver>(MediatingDriver).toConstantValue({
          ...platform,
          name: 'hanging',
          parents: [{ name: 'h0', capacity: 1 }],
          mdevModule: new ContainerModule(({ bind: bindModel }) => {
            bindModel(DeviceModel).toDynamicValue(() => new Promise<DeviceModel>(() => undefined));
          }),
        });
      }),
    );
    const creation = outcome(() => host.create({ parent: 'h0', type: 'hanging-one' }));
    await host.removeParent('p0');
    expect(host.parents).to.deep.equal(['h0']);
    const closing = host.close();
    await settled();
    clock.advance(50);
    expect(await creation).to.equal('ETIMEDOUT model.deadline');
    await closing;
  });

  it('a model that is made after its deadline is released', async () => {
    const clock = new ManualClock();
    await using host = new MdevHost({ clock, handlerDeadlineMs: 50 });
    let make: (model: DeviceModel) => void = () => undefined;
    let released = false;
    await host.load(
      new ContainerModule(({ bind }) => {
        bind<MediatingDriver>(MediatingDriver).toConstantValue({
          ...platform,
          name: 'late',
          parents: [{ name: 'l0', capacity: 1 }],
          mdevModule: new ContainerModule(({ bind: bindModel }) => {
            bindModel(DeviceModel).toDynamicValue(
              () =>
                new Promise<DeviceModel>((resolve) => {
                  make = resolve;
                }),
            );
          }),
        });
      }),
    );
    const creation = outcome(() => host.create({ parent: 'l0', type: 'late-one' }));
    await settled();
    clock.advance(50);
    expect(await creation).to.equal('ETIMEDOUT model.deadline');
    make({
      deviceApi: 'vfio-platform',
      regions: [],
      irqs: [],
      [Symbol.dispose]: () => void (released = true),
    });
    await settled();
    expect(released).to.equal(true);
    expect(host.types[0]?.availableInstances).to.equal(1);
  });

  for (const grace of [-1, NaN, 5n, '10', null]) {
    it(`a grace of ${String(grace)} (${typeof grace}) is EINVAL, and nothing has begun (bug)`, async () => {
      const { host } = await hostWith();
      await using _ = host;
      const { uuid } = await host.create(one);
      await using device = await host.open(uuid);
      // What a caller in JavaScript may pass.
      const wrong = grace as never;
      expect(await outcome(() => host.remove(uuid, wrong))).to.equal('EINVAL mdev.grace');
      expect(await outcome(() => host.removeParent('p0', wrong))).to.equal('EINVAL mdev.grace');
      expect(host.info(uuid).state).to.equal('open');
      expect((await device.info()).numIrqs).to.equal(0);
    });
  }
});
