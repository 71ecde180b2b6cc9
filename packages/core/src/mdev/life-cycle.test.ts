import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ManualClock } from '../clock/manual-clock.js';
import { bindIrqs } from '../device/index.js';
import { irqCallback } from '../irq/index.js';
import { hostWith, outcome, settled, uuidOf } from '../driver/host.test-support.js';
import type { MdevHost } from '../driver/index.js';

const one = { parent: 'p0', type: 'test-one' };

describe('the life of an mdev (drivers/vfio/mdev/mdev_core.c)', () => {
  let host: MdevHost;
  let clock: ManualClock;

  const available = (): number | undefined => host.types[0]?.availableInstances;

  beforeEach(async () => {
    ({ host, clock } = await hostWith({ parents: ['p0', 'p1'] }));
  });

  afterEach(async () => {
    await host.close();
  });

  it('create: a bad UUID is EINVAL before anything else is looked at', async () => {
    const bad = { parent: 'nowhere', type: 'none', uuid: 'x' };
    expect(await outcome(() => host.create(bad))).to.equal('EINVAL mdev.uuid');
  });

  it('create: an unknown parent is ENODEV, an unknown type ENOENT', async () => {
    const uuid = uuidOf(1);
    expect(await outcome(() => host.create({ ...one, parent: 'p9', uuid }))).to.equal(
      'ENODEV parent.not-found',
    );
    expect(await outcome(() => host.create({ ...one, type: 'test-three', uuid }))).to.equal(
      'ENOENT type.not-found',
    );
  });

  it('create: a UUID is unique across parents (EEXIST), also while the first is being created', async () => {
    const uuid = uuidOf(1);
    const first = host.create({ ...one, uuid });
    expect(await outcome(() => host.create({ ...one, parent: 'p1', uuid }))).to.equal(
      'EEXIST mdev.exists',
    );
    await first;
    expect(await outcome(() => host.create({ ...one, parent: 'p1', uuid }))).to.equal(
      'EEXIST mdev.exists',
    );
  });

  it('create: all types of a parent share its capacity (EUSERS); available_instances shows it', async () => {
    await host.create({ parent: 'p0', type: 'test-two', uuid: uuidOf(1) });
    await host.create({ ...one, uuid: uuidOf(2) });
    expect(host.types.map((type) => [type.parent, type.id, type.availableInstances])).to.deep.equal(
      [
        ['p0', 'test-one', 1],
        ['p0', 'test-two', 0],
        ['p1', 'test-one', 4],
        ['p1', 'test-two', 2],
      ],
    );
    expect(await outcome(() => host.create({ parent: 'p0', type: 'test-two' }))).to.equal(
      'EUSERS mdev.no-instances',
    );
    await host.create({ ...one, uuid: uuidOf(3) });
    expect(await outcome(() => host.create(one))).to.equal('EUSERS mdev.no-instances');
  });

  it('remove: bad text is EINVAL, an unknown UUID ENODEV', async () => {
    expect(await outcome(() => host.remove('1'))).to.equal('EINVAL mdev.uuid');
    expect(await outcome(() => host.remove(uuidOf(1)))).to.equal('ENODEV mdev.not-found');
  });

  it('remove: not active yet, or being removed already, is EAGAIN', async () => {
    const uuid = uuidOf(1);
    const creation = host.create({ ...one, uuid });
    expect(await outcome(() => host.remove(uuid))).to.equal('EAGAIN mdev.removing');
    await creation;
    const device = await host.open(uuid);
    const removal = host.remove(uuid);
    expect(await outcome(() => host.remove(uuid))).to.equal('EAGAIN mdev.removing');
    await device.close();
    await removal;
  });

  it('open: exclusive (EBUSY), and again after close', async () => {
    const { uuid } = await host.create(one);
    const first = await host.open(uuid);
    expect(await outcome(() => host.open(uuid))).to.equal('EBUSY device.busy');
    expect(host.info(uuid).state).to.equal('open');
    await first.close();
    expect(host.info(uuid).state).to.equal('idle');
    await using second = await host.open(uuid);
    expect((await second.info()).numRegions).to.equal(0);
  });

  it('two clients race for one mdev: one wins, the other gets EBUSY', async () => {
    const { uuid } = await host.create(one);
    const results = await Promise.allSettled([host.open(uuid), host.open(uuid)]);
    expect(results.map((result) => result.status)).to.deep.equal(['fulfilled', 'rejected']);
    for (const result of results) {
      if (result.status === 'fulfilled') {
        await result.value.close();
      }
    }
  });

  it('removal of an open mdev: request, grace, and no revocation when the client closes in time', async () => {
    const { uuid } = await host.create(one);
    const device = await host.open(uuid);
    const events = device.events();
    const removal = host.remove(uuid);
    expect((await events.next()).value).to.deep.equal({ kind: 'request', graceMs: 100 });
    expect(await outcome(() => host.open(uuid))).to.equal('ENODEV device.revoked');
    clock.advance(99);
    expect((await device.info()).numIrqs).to.equal(0);
    await device.close();
    await removal;
    expect((await events.next()).done).to.equal(true);
    expect(clock.pendingCount).to.equal(0);
    expect(await outcome(() => host.info(uuid))).to.equal('ENODEV mdev.not-found');
  });

  it('removal of an open mdev triggers its request irq (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_request)', async () => {
    const { host: other } = await hostWith({
      model: () => ({
        irqs: [{ kind: 'signal', name: 'REQ', count: 1, role: 'request' }],
      }),
    });
    await using _ = other;
    const { uuid } = await other.create(one);
    const device = await other.open(uuid);
    let requests = 0;
    await bindIrqs(device, 0, [irqCallback(() => (requests += 1))]);
    const removal = other.remove(uuid);
    expect(requests).to.equal(1);
    await device.close();
    await removal;
  });

  it('removal of an open mdev: when the grace ends it is revoked, waiters wake, calls answer ENODEV', async () => {
    const { uuid } = await host.create(one);
    const device = await host.open(uuid);
    const events = device.events();
    const removal = host.remove(uuid);
    await settled();
    clock.advance(100);
    await removal;
    expect((await events.next()).value).to.have.property('kind', 'request');
    expect((await events.next()).value).to.deep.equal({
      kind: 'hangup',
      reason: 'the mdev was removed',
    });
    expect((await events.next()).done).to.equal(true);
    expect(await outcome(() => device.info())).to.equal('ENODEV device.revoked');
    await device.close();
    expect(await outcome(() => device.info())).to.equal('EBADF device.closed');
  });

  it('capacity returns at the final release, not at removal', async () => {
    const { uuid } = await host.create(one);
    const device = await host.open(uuid);
    const before = available();
    await host.remove(uuid, 0);
    expect(available()).to.equal(before);
    await device.close();
    expect(available()).to.equal((before ?? 0) + 1);
  });

  it('parent removal: creations fail ENODEV, children go, then the parent', async () => {
    const { uuid } = await host.create(one);
    const device = await host.open(uuid);
    const removal = host.removeParent('p0');
    expect(await outcome(() => host.create(one))).to.equal('ENODEV parent.leaving');
    expect(await outcome(() => host.removeParent('p0'))).to.equal('EAGAIN mdev.removing');
    expect(available()).to.equal(0);
    await device.close();
    await removal;
    expect(host.parents).to.deep.equal(['p1']);
    expect(await outcome(() => host.create(one))).to.equal('ENODEV parent.not-found');
  });

  it('parent removal while an mdev is being created: the creation is undone with ENODEV', async () => {
    const creation = outcome(() => host.create({ ...one, uuid: uuidOf(7) }));
    await host.removeParent('p0');
    expect(await creation).to.equal('ENODEV parent.leaving');
    expect(host.mdevs).to.deep.equal([]);
  });

  it('parent removal, while a creation still has to end: open and remove are ENODEV (bug)', async () => {
    const { uuid } = await host.create(one);
    void outcome(() => host.create(one));
    const removal = host.removeParent('p0');
    expect(await outcome(() => host.open(uuid))).to.equal('ENODEV parent.leaving');
    expect(await outcome(() => host.remove(uuid))).to.equal('ENODEV parent.leaving');
    await removal;
  });

  it('create: EEXIST and EUSERS come before a leaving parent (mdev_device_create)', async () => {
    const { uuid } = await host.create(one);
    const device = await host.open(uuid);
    const removal = host.removeParent('p0');
    const two = { parent: 'p0', type: 'test-two' };
    expect(await outcome(() => host.create({ ...one, uuid }))).to.equal('EEXIST mdev.exists');
    expect(await outcome(() => host.create(two))).to.equal('ENODEV parent.leaving');
    expect(await outcome(() => host.create(one))).to.equal('ENODEV parent.leaving');
    await device.close();
    await removal;
  });

  it('parent removal takes its mdevs away newest first, one after the other (bug)', async () => {
    const order: string[] = [];
    const { host: other } = await hostWith({
      model: ({ identity }) => ({
        close: async () => {
          await settled();
          order.push(`close ${identity.uuid.slice(-1)}`);
        },
        [Symbol.dispose]: () => order.push(`gone ${identity.uuid.slice(-1)}`),
      }),
    });
    await using _ = other;
    const devices = [];
    for (const n of [1, 2]) {
      await other.create({ ...one, uuid: uuidOf(n) });
      devices.push(await other.open(uuidOf(n)));
    }
    await other.removeParent('p0', 0);
    expect(order).to.deep.equal(['close 2', 'gone 2', 'close 1', 'gone 1']);
    await Promise.all(devices.map((device) => device.close()));
  });

  it('parent removal waits for a removal that is under way', async () => {
    const { uuid } = await host.create(one);
    const device = await host.open(uuid);
    const removal = host.remove(uuid);
    const parentRemoval = host.removeParent('p0');
    await device.close();
    await Promise.all([removal, parentRemoval]);
    expect(host.mdevs).to.deep.equal([]);
  });

  it('a closed host refuses with ENODEV', async () => {
    await host.close();
    expect(await outcome(() => host.create(one))).to.equal('ENODEV host.closed');
    expect(await outcome(() => host.open(uuidOf(1)))).to.equal('ENODEV host.closed');
  });
});
