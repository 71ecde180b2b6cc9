import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { MdevHost } from './mdev-host.js';
import { hostWith, outcome } from './host.test-support.js';
import { openMdev, smallestFirst, type MdevSource } from './open-mdev.js';

/** The same host, one call of which is another. */
function withCall(host: MdevHost, call: Partial<MdevSource>): MdevSource {
  return {
    findTypes: (query) => host.findTypes(query),
    create: (options) => host.create(options),
    open: (uuid) => host.open(uuid),
    remove: (uuid) => host.remove(uuid),
    ...call,
  };
}

const unitsOf = ({ id }: { readonly id: string }): number => (id === 'test-two' ? 2 : 1);

describe('smallestFirst (UADK wd.c, wd_get_accel_dev: the nearest first)', () => {
  it('keeps the order of parents', async () => {
    const { host } = await hostWith({ parents: ['p0', 'p1'] });
    await using _ = host;
    const types = [...host.findTypes({})];
    const parents = [...new Set(types.map(({ parent }) => parent))];
    const sorted = smallestFirst(types.reverse(), unitsOf);
    expect(sorted.map(({ parent, id }) => `${parent} ${id}`)).to.deep.equal(
      parents.reverse().flatMap((parent) => [`${parent} test-one`, `${parent} test-two`]),
    );
  });
});

describe('openMdev (own rule: what fails leaves no mdev behind)', () => {
  it('creates the first that is left, and release closes and removes it', async () => {
    const { host } = await hostWith({ capacity: 1 });
    await using _ = host;
    const types = host.findTypes({}).filter(({ id }) => id === 'test-one');
    const release = await openMdev(host, types, (_device, undo) => Promise.resolve(undo));
    expect(host.mdevs.length).to.equal(1);
    // Others were faster.
    expect(await openMdev(host, types, () => Promise.resolve(1))).to.equal(undefined);
    await release?.();
    expect(host.mdevs).to.deep.equal([]);
  });

  it('tells the first error, and leaves nothing, whatever fails', async () => {
    const { host } = await hostWith();
    await using _ = host;
    const types = host.findTypes({});
    const use = (): Promise<never> => Promise.reject(new Error('use'));
    expect(await outcome(() => openMdev(host, types, use))).to.include('use');
    const closed = withCall(host, { open: () => Promise.reject(new Error('open')) });
    expect(await outcome(() => openMdev(closed, types, use))).to.include('open');
    expect(host.mdevs).to.deep.equal([]);
    const kept = withCall(host, {
      remove: async (uuid) => {
        await host.remove(uuid);
        throw new Error('remove');
      },
    });
    expect(await outcome(() => openMdev(kept, types, use))).to.include('use');
    expect(host.mdevs).to.deep.equal([]);
  });

  it('a device whose close fails is removed all the same (bug: the mdev was kept)', async () => {
    const { host } = await hostWith();
    await using _ = host;
    const broken = withCall(host, {
      open: async (uuid) => {
        const device = await host.open(uuid);
        const close = device.close.bind(device);
        device.close = async (): Promise<void> => {
          await close();
          throw new Error('EPIPE');
        };
        return device;
      },
    });
    const release = await openMdev(broken, host.findTypes({}), (_device, undo) =>
      Promise.resolve(undo),
    );
    expect(await outcome(async () => release?.())).to.include('EPIPE');
    expect(host.mdevs).to.deep.equal([]);
  });

  it('an mdev that somebody else has removed is no error (drivers/vfio/mdev/mdev_sysfs.c, remove_store: ENODEV)', async () => {
    const { host } = await hostWith();
    await using _ = host;
    const release = await openMdev(host, host.findTypes({}), async (device, undo) => {
      await device.close();
      return undo;
    });
    await host.remove(host.mdevs[0]?.uuid ?? '');
    expect(await outcome(async () => release?.())).to.equal('ok');
  });
});
