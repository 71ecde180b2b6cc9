import { expect } from 'chai';
import { describe, it } from 'mocha';
import { deferred } from '../device/endpoint.test-support.js';
import { DEFAULT_HANDLER_DEADLINE_MS } from '../device/index.js';
import { hostWith, outcome, settled, uuidOf } from '../driver/host.test-support.js';

const one = { parent: 'p0', type: 'test-one' };

describe('races of open and removal (drivers/vfio/mdev/mdev_core.c; vfio_main.c, vfio_unregister_group_dev)', () => {
  it('removal while the model opens: the open fails ENODEV, a late model is closed, nothing is left', async () => {
    const opening = deferred();
    const order: string[] = [];
    const { host } = await hostWith({
      model: () => ({
        open: () => opening.promise,
        close: () => void order.push('close'),
        [Symbol.dispose]: () => order.push('gone'),
      }),
    });
    await using _ = host;
    const { uuid } = await host.create(one);
    const open = outcome(() => host.open(uuid));
    await settled();
    const removal = host.remove(uuid);
    expect(await open).to.equal('ENODEV device.revoked');
    expect(host.types[0]?.availableInstances).to.equal(3);
    opening.resolve();
    await removal;
    expect(order).to.deep.equal(['close', 'gone']);
    expect(host.types[0]?.availableInstances).to.equal(4);
  });

  it('removal while the model opens and never answers ends with the deadline of its handlers', async () => {
    const { host, clock } = await hostWith({
      model: () => ({ open: () => new Promise(() => undefined) }),
    });
    await using _ = host;
    const { uuid } = await host.create(one);
    const open = outcome(() => host.open(uuid));
    await settled();
    const removal = host.remove(uuid);
    expect(await open).to.equal('ENODEV device.revoked');
    await settled();
    clock.advance(DEFAULT_HANDLER_DEADLINE_MS);
    await removal;
    expect(host.mdevs).to.deep.equal([]);
  });

  it('open and removal started together: either the client got the device and lost it, or never had it', async () => {
    for (const removeFirst of [false, true]) {
      const { host } = await hostWith({}, { removalGraceMs: 0 });
      await using _ = host;
      const { uuid } = await host.create(one);
      const calls = [() => host.open(uuid), () => host.remove(uuid)];
      const results = await Promise.allSettled(
        (removeFirst ? calls.reverse() : calls).map((run) => run()),
      );
      expect(host.mdevs).to.deep.equal([]);
      for (const result of results) {
        const device = result.status === 'fulfilled' ? result.value : undefined;
        if (device !== undefined) {
          expect(await outcome(() => device.info())).to.equal('ENODEV device.revoked');
          await device.close();
        }
      }
      expect(host.types[0]?.availableInstances).to.equal(4);
    }
  });

  it('two clients and a removal: at most one has the device, and the capacity is right at the end', async () => {
    const { host, clock } = await hostWith();
    await using _ = host;
    const { uuid } = await host.create({ ...one, uuid: uuidOf(1) });
    const first = host.open(uuid);
    const second = outcome(() => host.open(uuid));
    const removal = host.remove(uuid);
    expect(await second).to.equal('EBUSY device.busy');
    await Promise.allSettled([first]);
    await settled();
    clock.advance(100);
    await removal;
    await first.then(
      (device) => device.close(),
      () => undefined,
    );
    expect(host.types[0]?.availableInstances).to.equal(4);
  });

  it('a reader that waits for events when its device is removed is woken', async () => {
    const { host } = await hostWith({}, { removalGraceMs: 0 });
    await using _ = host;
    const { uuid } = await host.create(one);
    await using device = await host.open(uuid);
    const next = device.events().next();
    await host.remove(uuid);
    expect((await next).value).to.deep.equal({ kind: 'hangup', reason: 'the mdev was removed' });
  });
});
