import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../errors/outcome.test-support.js';
import { defineDriver, MdevHost } from '../driver/index.js';
import { createObject, EventChannelClass, implement, objectClass, readEvents } from '../index.js';

const Box = objectClass({ name: 'BOX', id: 0, methods: { create: createObject(0, {}) } });

/** A host with one mdev that has boxes, and what became of them. */
async function boxes(): Promise<{ host: MdevHost; uuid: string; seen: string[] }> {
  const seen: string[] = [];
  const host = new MdevHost();
  await host.load(
    defineDriver({
      name: 'boxes',
      deviceApi: 'vfio-platform',
      types: [{ id: 'one' }],
      parents: [{ name: 'boxes0', capacity: 1 }],
      objects: [Box],
      model: () => ({
        deviceApi: 'vfio-platform',
        regions: [],
        irqs: [],
        objects: [
          implement(Box).withState<string>(
            { create: () => ({ state: 'box' }) },
            { release: (state, why) => void seen.push(`${state} ${why}`) },
          ),
        ],
        close: () => void seen.push('model closed'),
      }),
    }),
  );
  const { uuid } = await host.create({ parent: 'boxes0', type: 'boxes-one' });
  return { host, uuid, seen };
}

describe('Device.control (docs/reference/device-rules.md, The control plane)', () => {
  it("'control open': every caller has a table of objects of its own", async () => {
    const { host, uuid } = await boxes();
    await using _host = host;
    await using device = await host.open(uuid);
    const [first, second] = [await device.control(), await device.control()];
    await first.call(Box, 'create', {});
    const handles = [await first.handles(Box), await second.handles(Box)];
    expect(handles.map(({ length }) => length)).to.deep.equal([1, 0]);
  });

  it("'control close': the device's close ends the tables, objects before the model", async () => {
    const { host, uuid, seen } = await boxes();
    await using _host = host;
    const device = await host.open(uuid);
    const control = await device.control();
    await control.call(Box, 'create', {});
    await device.close();
    expect(seen).to.deep.equal(['box close', 'model closed']);
    expect(await settled(() => control.call(Box, 'create', {}))).to.equal('EBADF object.closed');
    expect(await settled(() => device.control())).to.equal('EBADF device.closed');
  });

  it("'control removal': objects go before the model is closed, then calls answer EIO and events end", async () => {
    const { host, uuid, seen } = await boxes();
    await using _host = host;
    await using device = await host.open(uuid);
    const control = await device.control();
    await control.call(Box, 'create', {});
    const { handle: channel } = await control.call(EventChannelClass, 'openDefault', {});
    await host.remove(uuid, 0);
    expect(seen).to.deep.equal(['box driver-remove', 'model closed']);
    expect(await settled(() => control.call(Box, 'create', {}))).to.equal(
      'EIO object.disassociated',
    );
    const types: number[] = [];
    for await (const { type } of readEvents(channel)) {
      types.push(type);
    }
    expect(types).to.deep.equal([2]);
    expect(await settled(() => device.control())).to.equal('ENODEV device.revoked');
  });

  it("'control declared': a driver whose classes are wrong is not loaded, and nothing of it stays", async () => {
    await using host = new MdevHost();
    const driver = defineDriver({
      name: 'twice',
      deviceApi: 'vfio-platform',
      types: [{ id: 'one' }],
      parents: [{ name: 'twice0', capacity: 1 }],
      objects: [Box, { ...Box, name: 'CRATE' }],
      model: () => ({ deviceApi: 'vfio-platform', regions: [], irqs: [] }),
    });
    expect(await settled(() => host.load(driver))).to.equal('EEXIST schema.duplicate');
    expect(host.parents).to.deep.equal([]);
  });

  it("'control undeclared': a model that implements what its driver did not declare cannot be created", async () => {
    await using host = new MdevHost();
    await host.load(
      defineDriver({
        name: 'more',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'more0', capacity: 1 }],
        model: () => ({
          deviceApi: 'vfio-platform',
          regions: [],
          irqs: [],
          objects: [implement(Box).withState({ create: () => ({ state: 1 }) })],
        }),
      }),
    );
    const creation = host.create({ parent: 'more0', type: 'more-one' });
    expect(await settled(creation)).to.equal('EINVAL schema.not-declared');
    expect(host.mdevs).to.deep.equal([]);
  });
});
