import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome, settled } from '../errors/outcome.test-support.js';
import { DEADLINE_MS, deferred, makeEndpoint, trappedRegion } from './endpoint.test-support.js';
import { Endpoint } from './endpoint.js';
import { FakeMigration, STATES } from './migration/migration.test-support.js';
import type { DeviceModel } from './model.js';
import { all, refusals } from './contract-calls.test-support.js';

const migration = (): FakeMigration => new FakeMigration();

describe('who may use the device when (vfio_main.c, vfio_device_fops_unl_ioctl)', () => {
  it('use before open: before open every call of the endpoint is EINVAL', async () => {
    await using bench = makeEndpoint({ migration: migration(), reset: () => undefined });
    const { endpoint } = bench;
    const view = new DataView(new ArrayBuffer(4));
    const answers = [
      outcome(() => endpoint.info()),
      outcome(() => endpoint.regionInfo(0)),
      outcome(() => endpoint.irqInfo(0)),
      outcome(() => endpoint.setIrqs({ index: 0, flags: 0, start: 0, count: 0 })),
      outcome(() => endpoint.read(0, 0, view, 0, 4)),
      outcome(() => endpoint.write(0, 0, view, 0, 4)),
      outcome(() => endpoint.mmap(0, 0, 4096)),
      outcome(() => {
        endpoint.dmaPlane.map({ iova: 0, memory: new Uint8Array(4096) });
      }),
      outcome(() => endpoint.dmaPlane.unmap(0, 4096)),
      outcome(() => endpoint.migrationState()),
      await settled(endpoint.reset()),
      await settled(endpoint.feature(2, new Uint8Array(8))),
      await settled(endpoint.setMigrationState(STATES.STOP)),
    ];
    expect(new Set(answers)).to.deep.equal(new Set(['EINVAL device.not-open']));
  });

  it('an endpoint without a model cannot be opened', async () => {
    await using bench = makeEndpoint();
    const bare = new Endpoint({ clock: bench.clock, logger: bench.logger });
    expect(await settled(bare.open())).to.equal('EINVAL device.not-open');
    expect(bare.state).to.equal('closed');
  });

  it('second open: a second open is EBUSY while one is open, opening or closing (group.c, vfio_group_fops_open)', async () => {
    const opened = deferred();
    const closed = deferred();
    await using bench = makeEndpoint({ open: () => opened.promise, close: () => closed.promise });
    const BUSY = 'EBUSY device.busy';
    const opening = bench.open();
    await microtasks();
    expect(await settled(bench.open()), 'opening').to.equal(BUSY);
    opened.resolve();
    const client = await opening;
    expect(await settled(bench.open()), 'open').to.equal(BUSY);
    expect(bench.endpoint.counters.opens).to.equal(1);
    const closing = client.close();
    expect(await settled(bench.open()), 'closing').to.equal(BUSY);
    closed.resolve();
    await closing;
    await (await bench.open()).close();
    expect(bench.endpoint.counters.opens).to.equal(2);
  });

  it('use after close: after close every call of that client is EBADF, also while another has the device', async () => {
    await using bench = makeEndpoint({ migration: migration(), reset: () => undefined });
    const client = await bench.open();
    await client.close();
    expect(await refusals(client)).to.deep.equal(all('EBADF device.closed'));
    expect(outcome(() => client.events())).to.equal('EBADF device.closed');
    const other = await bench.open();
    expect(await refusals(client)).to.deep.equal(all('EBADF device.closed'));
    expect(await settled(client.reset())).to.equal('EBADF device.closed');
    expect(await settled(other.info())).to.be.an('object');
  });

  it('close again: close is idempotent and tells its owner once', async () => {
    let closes = 0;
    await using bench = makeEndpoint({ close: () => void (closes += 1) });
    const client = await bench.open();
    await Promise.all([client.close(), client.close(), client[Symbol.asyncDispose]()]);
    await client.close();
    expect([closes, bench.closed()]).to.deep.equal([1, 1]);
  });

  it('use after revoke: after revoke every call is ENODEV, and close is still allowed', async () => {
    await using bench = makeEndpoint({ migration: migration(), reset: () => undefined });
    const client = await bench.open();
    await bench.endpoint.revoke('removed');
    expect(await refusals(client)).to.deep.equal(all('ENODEV device.revoked'));
    expect(await settled(client.reset())).to.equal('ENODEV device.revoked');
    expect(await settled(bench.open())).to.equal('ENODEV device.revoked');
    await client.close();
    expect(bench.closed()).to.equal(1);
    expect(await settled(client.info())).to.equal('EBADF device.closed');
    expect(bench.endpoint.state, 'for good').to.equal('revoked');
  });

  it('bug: events after revoke is ENODEV instead of a reader that never ends', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    await bench.endpoint.revoke('removed');
    expect(outcome(() => client.events())).to.equal('ENODEV device.revoked');
  });

  it('the model is closed once, by close or by revoke, whichever comes first', async () => {
    for (const first of ['close', 'revoke'] as const) {
      let closes = 0;
      await using bench = makeEndpoint({ close: () => void (closes += 1) });
      const client = await bench.open();
      await (first === 'close' ? client.close() : bench.endpoint.revoke('removed'));
      await bench.endpoint.revoke('removed');
      await client.close();
      expect(closes, first).to.equal(1);
    }
  });

  it('open after revoke: revoke of a device that nobody has does not call the model', async () => {
    let closes = 0;
    await using bench = makeEndpoint({ close: () => void (closes += 1) });
    await bench.endpoint.revoke('removed');
    expect(closes).to.equal(0);
    expect(await settled(bench.open())).to.equal('ENODEV device.revoked');
  });

  it('revoke while closing: bug: revoke waits for a close that is under way', async () => {
    const closed = deferred();
    await using bench = makeEndpoint({ close: () => closed.promise });
    const client = await bench.open();
    const closing = client.close();
    await microtasks();
    let revoked = false;
    const revoking = bench.endpoint.revoke('removed').then(() => {
      revoked = true;
    });
    await microtasks();
    expect(revoked).to.equal(false);
    closed.resolve();
    await Promise.all([closing, revoking]);
    expect(bench.logger.lines).to.deep.equal([]);
  });
});

describe('who waits when the device goes (own rule: waiters wake)', () => {
  const slow = (): Partial<DeviceModel> => {
    const never = deferred<number>().promise;
    return { regions: [trappedRegion({ read: () => never, write: () => never })] };
  };

  it('waiters at close: a pending read and write reject with EBADF at close', async () => {
    await using bench = makeEndpoint(slow());
    const client = await bench.open();
    const read = settled(client.read(0, 0, new Uint8Array(4)));
    const write = settled(client.write(0, 0, new Uint8Array(4)));
    await client.close();
    expect([await read, await write]).to.deep.equal(['EBADF device.closed', 'EBADF device.closed']);
    expect(bench.clock.pendingCount, 'no deadline is left').to.equal(0);
  });

  for (const end of ['close', 'revoke'] as const) {
    it(`split access at the end: a write whose first half waits does not go on after ${end} (bug)`, async () => {
      const order: string[] = [];
      const half = deferred<number>();
      const write = (offset: number): Promise<number> => {
        order.push(`write ${offset}`);
        return half.promise;
      };
      await using bench = makeEndpoint({
        regions: [trappedRegion({ read: () => 0, write }, 'natural')],
        close: () => void order.push('close'),
      });
      const client = await bench.open();
      const writing = settled(client.write(0, 0, new Uint8Array(16)));
      await (end === 'close' ? client.close() : bench.endpoint.revoke('removed'));
      half.resolve(8);
      await writing;
      await microtasks();
      expect(order).to.deep.equal(['write 0', 'close']);
    });
  }

  it('waiters at revoke: a pending read rejects with ENODEV at revoke', async () => {
    await using bench = makeEndpoint(slow());
    const client = await bench.open();
    const read = settled(client.read(0, 0, new Uint8Array(4)));
    await bench.endpoint.revoke('removed');
    expect(await read).to.equal('ENODEV device.revoked');
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('waiters at revoke: an iteration of events gets the hangup at revoke, and ends', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    const seen: string[] = [];
    const loop = (async () => {
      for await (const event of client.events()) {
        seen.push(event.kind);
      }
    })();
    await microtasks();
    bench.endpoint.events.report({ kind: 'error', message: 'hot' });
    await bench.endpoint.revoke('removed');
    await loop;
    expect(seen).to.deep.equal(['error', 'hangup']);
  });

  it('waiters at close: an iteration of events ends at close', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    const next = client.events().next();
    await client.close();
    expect(await next).to.deep.equal({ done: true, value: undefined });
  });

  it('deadline of close: a close that hits its deadline still closes', async () => {
    await using bench = makeEndpoint({ close: () => deferred().promise });
    const client = await bench.open();
    const closing = client.close();
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    await closing;
    expect(bench.endpoint.state).to.equal('closed');
    expect(bench.logger.lines.map((line) => line.message)).to.deep.equal([
      'a handler of the device missed its deadline',
      'the device did not close cleanly',
    ]);
  });
});
