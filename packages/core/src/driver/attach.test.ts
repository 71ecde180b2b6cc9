import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../clock/index.js';
import { settled } from '../errors/outcome.test-support.js';
import type { DeviceModel } from '../device/index.js';
import { defineDriver } from './define-driver.js';
import { MdevHost } from './mdev-host.js';

const model = (): DeviceModel => ({ deviceApi: 'vfio-platform', regions: [], irqs: [] });

async function hostWithMdev(): Promise<{ host: MdevHost; uuid: string }> {
  const host = new MdevHost({ clock: new ManualClock() });
  const types = [{ id: 'one' }];
  const parents = [{ name: 'p', capacity: 1 }];
  await host.load(defineDriver({ name: 'd', deviceApi: 'vfio-platform', types, parents, model }));
  const { uuid } = await host.create({ parent: 'p', type: 'd-one' });
  return { host, uuid };
}

describe('attach: an mdev in the hands of a transport (own rule: as a client that opens it)', () => {
  it('attach: has the device open until it is closed; nobody else can have it meanwhile', async () => {
    const { host, uuid } = await hostWithMdev();
    const attached = await host.attach(uuid);
    expect(attached.identity.uuid).to.equal(uuid);
    expect(attached.endpoint.info().numRegions).to.equal(0);
    expect(await settled(host.open(uuid))).to.equal('EBUSY device.busy');
    expect(await settled(host.attach(uuid))).to.equal('EBUSY device.busy');
    await Promise.all([attached.close(), attached.close()]);
    await (await host.open(uuid)).close();
    await host.close();
  });

  it('attach removal: the mdev is taken away from a transport as from a client', async () => {
    const { host, uuid } = await hostWithMdev();
    await using attached = await host.attach(uuid);
    await host.remove(uuid, 0);
    expect(attached.endpoint.state).to.equal('revoked');
    await host.close();
  });

  it('attach unknown: throws as open does', async () => {
    const { host } = await hostWithMdev();
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await settled(host.attach(unknown))).to.equal(await settled(host.open(unknown)));
    await host.close();
  });
});
