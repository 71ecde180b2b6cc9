import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../errors/index.js';
import { microtasks, outcome, settled } from '../errors/outcome.test-support.js';
import { TestFd } from '../irq/irq.test-support.js';
import { DeviceMemory, Region } from '../region/index.js';
import { DEADLINE_MS, deferred, makeEndpoint, trappedRegion } from './endpoint.test-support.js';
import { FakeMigration, STATES } from './migration/migration.test-support.js';
import type { DeviceModel } from './model.js';
import { bindIrqs, disableIrqs, unmaskIrq } from './irq-calls.js';
import { refusals, working } from './contract-calls.test-support.js';

const migration = (): FakeMigration => new FakeMigration();

describe('reset (vfio_pci_core.c, vfio_pci_ioctl_reset)', () => {
  it('reset missing: a device without one is EINVAL', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    expect(await settled(client.reset())).to.equal('EINVAL device.no-reset');
  });

  it('reset contended, use during reset, always answered: is EAGAIN while another one runs, and other calls are EBUSY', async () => {
    const done = deferred();
    let opened = false;
    await using bench = makeEndpoint({
      migration: migration(),
      reset: () => (opened ? done.promise : undefined),
    });
    const client = await bench.open();
    opened = true;
    const first = client.reset();
    expect(await settled(client.reset())).to.equal('EAGAIN device.reset-contended');
    expect(await refusals(client)).to.deep.equal(working('EBUSY device.resetting'));
    done.resolve();
    await first;
    expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal(4);
    expect(bench.endpoint.counters.resets).to.equal(1);
  });

  it('reset fails, use after a failed reset: that fails leaves EIO until a reset succeeds', async () => {
    let broken = false;
    const reset = (): void => {
      if (broken) {
        throw new Error('stuck');
      }
    };
    await using bench = makeEndpoint({ migration: migration(), reset });
    const client = await bench.open();
    broken = true;
    expect(await settled(client.reset())).to.equal('EIO model.threw');
    expect(await refusals(client)).to.deep.equal(working('EIO device.failed'));
    expect(await settled(client.reset())).to.equal('EIO model.threw');
    broken = false;
    expect(await settled(client.reset())).to.equal(undefined);
    expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal(4);
  });

  it('that fails is forgotten by a new open, which resets first', async () => {
    let broken = false;
    const reset = (): Promise<void> =>
      broken ? Promise.reject(failure('model.count')) : Promise.resolve();
    await using bench = makeEndpoint({ reset });
    const client = await bench.open();
    broken = true;
    expect(await settled(client.reset())).to.equal('EIO model.count');
    await client.close();
    expect(await settled(bench.open()), 'still broken').to.equal('EIO model.count');
    expect(bench.endpoint.state).to.equal('closed');
    broken = false;
    const next = await bench.open();
    expect(await settled(next.read(0, 0, new Uint8Array(4)))).to.equal(4);
  });

  it('reset order, irqs at reset, reset keeps: resets the regions before the model, and keeps irqs and maps of the client', async () => {
    const order: string[] = [];
    const region = trappedRegion({
      read: () => 0,
      write: () => 0,
      reset: () => order.push('region'),
    });
    const fd = new TestFd();
    await using bench = makeEndpoint({ regions: [region], reset: () => void order.push('model') });
    const client = await bench.open();
    order.length = 0;
    await bindIrqs(client, 0, [fd]);
    await client.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
    bench.endpoint.irqs.assert(0);
    expect(fd.take()).to.equal(1);
    await client.reset();
    expect(order).to.deep.equal(['region', 'model']);
    await unmaskIrq(client, 0);
    expect(fd.take(), 'the line fell').to.equal(0);
    bench.endpoint.irqs.assert(0);
    expect(fd.take(), 'bound as before').to.equal(1);
    expect(await client.dmaUnmap(0, 4096)).to.equal(4096);
  });

  it('reset migration: returns a migration to RUNNING and ends its session (vfio_pci_core_try_reset)', async () => {
    await using bench = makeEndpoint({ migration: migration(), reset: () => undefined });
    const client = await bench.open();
    const session = await client.setMigrationState(STATES.STOP_COPY);
    await client.reset();
    expect(await client.migrationState()).to.equal(STATES.RUNNING);
    expect(await settled(session?.read(new Uint8Array(1)) ?? Promise.resolve(0))).to.equal(
      'ENODEV migration.session-over',
    );
  });

  it('a close during it ends it with EBADF, and the next open works', async () => {
    let pending: Promise<void> | undefined;
    const model: Partial<DeviceModel> = { reset: () => pending };
    await using bench = makeEndpoint(model);
    const client = await bench.open();
    const answer = deferred();
    pending = answer.promise;
    const resetting = settled(client.reset());
    await client.close();
    expect(await resetting).to.equal('EBADF device.closed');
    pending = undefined;
    answer.resolve();
    await microtasks();
    const next = await bench.open();
    expect(await settled(next.read(0, 0, new Uint8Array(4)))).to.equal(4);
  });

  it('open of a late one: nobody opens the device while a reset of the last client runs (bug)', async () => {
    let running = 0;
    let most = 0;
    let answer = deferred();
    answer.resolve();
    const reset = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await answer.promise;
      running -= 1;
    };
    await using bench = makeEndpoint({ reset });
    const client = await bench.open();
    answer = deferred();
    const resetting = settled(client.reset());
    await client.close();
    await resetting;
    expect(await settled(bench.open())).to.equal('EBUSY device.busy');
    answer.resolve();
    await microtasks();
    const next = await bench.open();
    expect(await settled(next.read(0, 0, new Uint8Array(4)))).to.equal(4);
    expect(most).to.equal(1);
  });

  it('reset of a late one: EAGAIN while one that missed its deadline runs, however it ends (bug)', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      let answer = deferred();
      answer.resolve();
      await using bench = makeEndpoint({ reset: () => answer.promise });
      const client = await bench.open();
      answer = deferred();
      const resetting = settled(client.reset());
      await microtasks();
      bench.clock.advance(DEADLINE_MS);
      expect(await resetting).to.equal('ETIMEDOUT model.deadline');
      expect(await settled(client.reset())).to.equal('EAGAIN device.reset-contended');
      answer[end](new Error('late') as never);
      await microtasks();
      expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal('EIO device.failed');
      answer = deferred();
      answer.resolve();
      await client.reset();
      expect(await settled(client.read(0, 0, new Uint8Array(4)))).to.equal(4);
    }
  });

  it('revoke while opening: a late reset of the last client is waited for, too (bug)', async () => {
    const answer = deferred();
    let opened = false;
    await using bench = makeEndpoint({ reset: () => (opened ? answer.promise : undefined) });
    const client = await bench.open();
    opened = true;
    const resetting = settled(client.reset());
    await client.close();
    await resetting;
    let revoked = false;
    const revoking = bench.endpoint.revoke('removed').then(() => {
      revoked = true;
    });
    await microtasks();
    expect(revoked).to.equal(false);
    answer.resolve();
    await revoking;
  });

  it('bug: a close in the same turn does not let it reach a closed model', async () => {
    const order: string[] = [];
    await using bench = makeEndpoint({
      open: () => void order.push('open'),
      close: () => void order.push('close'),
      reset: () => void order.push('reset'),
    });
    const client = await bench.open();
    const resetting = client.reset();
    await client.close();
    await resetting;
    expect(order).to.deep.equal(['reset', 'open', 'reset', 'close']);
  });
});

describe('a fresh open (vfio_pci_core.c, vfio_pci_core_enable, vfio_pci_core_disable)', () => {
  it('fresh open, irqs at close: is in reset state: memory zero, no irqs, no maps, RUNNING', async () => {
    const memory = new DeviceMemory(4096);
    const region = new Region({
      name: 'bar',
      size: 4096,
      ranges: [{ kind: 'memory', offset: 0, memory, mmap: true }],
    });
    await using bench = makeEndpoint({ regions: [region], migration: migration() });
    const first = await bench.open();
    const fd = new TestFd();
    await first.write(0, 0, Uint8Array.of(1, 2, 3, 4));
    await bindIrqs(first, 1, [fd, fd]);
    await bindIrqs(first, 4, [fd]);
    await first.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
    await first.setMigrationState(STATES.STOP);
    bench.endpoint.irqs.assert(0);
    await first.close();

    bench.endpoint.irqs.trigger(1, 0);
    bench.endpoint.irqs.triggerRequest();
    expect(fd.take(), 'nobody is told any more').to.equal(0);
    expect(outcome(() => bench.endpoint.dma.view(0, 1, 'read'))).to.equal('EFAULT dma.fault');

    const second = await bench.open();
    const bytes = new Uint8Array(4).fill(0xff);
    await second.read(0, 0, bytes);
    expect([...bytes]).to.deep.equal([0, 0, 0, 0]);
    expect(await second.dmaUnmap(0, 4096)).to.equal(0);
    expect(await second.migrationState()).to.equal(STATES.RUNNING);
    await bindIrqs(second, 0, [fd]);
    expect(fd.take(), 'the line fell').to.equal(0);
    await disableIrqs(second, 0);
    expect(await bindIrqs(second, 1, [fd]), 'no other index is active').to.equal(0);
  });

  it('calls the reset of the model before its open', async () => {
    const order: string[] = [];
    await using bench = makeEndpoint({
      open: () => void order.push('open'),
      reset: () => void order.push('reset'),
    });
    await bench.open();
    expect(order).to.deep.equal(['reset', 'open']);
    expect(bench.endpoint.counters.resets, 'not one of the client').to.equal(0);
  });
});
