import { ManualClock, read32 } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields } from '../server/raw-client.test-support.js';
import { connectFake, FakeServer, wordAt } from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';
import { VfioUserDevice } from './vfio-user-device.js';

const READ = 9;
const DMA_READ = 11;
const NO_REPLY = 0x10;

/** Code and reason of what a promise rejects with. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const { code, reason } = await failureOf(promise);
  return `${code} ${reason}`;
}

describe('a server that is gone (Documentation/driver-api/vfio-mediated-device.rst, remove)', () => {
  it('server lost: is as a device that was revoked: for what waits, for what comes, and for its events', async () => {
    const { server, device } = await connectFake({ handlers: { [READ]: () => undefined } });
    await using _d = device;
    await device.regionInfo(0);
    const events = device.events();
    const reads = [read32(device, 0, 0), read32(device, 0, 4)].map(refusal);
    await server.until(() => (server.seen.length === 3 ? true : undefined));
    server[Symbol.dispose]();
    expect(await Promise.all(reads)).to.deep.equal(
      Array.from({ length: 2 }, () => 'ENODEV device.revoked'),
    );
    const event = await events.next();
    expect(event.value?.kind).to.equal('hangup');
    expect((await events.next()).done).to.equal(true);
    const later = [
      device.info(),
      device.regionInfo(0),
      device.reset(),
      device.migrationState(),
      device.setIrqs({ index: 0, flags: 0x21, start: 0, count: 0 }),
      device.dmaMap({ iova: 0, memory: new Uint8Array(4096) }),
      device.dmaUnmap(0, 4096),
      device.write(0, 0, new Uint8Array(0)),
      device.mmap(0, 0, 4096),
      device.feature(0x10001, new Uint8Array(8)),
    ];
    for (const outcome of await Promise.all(later.map(refusal))) {
      expect(outcome).to.equal('ENODEV device.revoked');
    }
    expect(() => device.events()).to.throw('device.revoked');
  });

  it('server late: one that sends other things for ever is given up all the same (own rule)', async () => {
    const clock = new ManualClock();
    const { server, device } = await connectFake({
      handlers: { [READ]: () => undefined },
      device: { clock, timeoutMs: 1000, twinSocket: false },
    });
    using _s = server;
    await using _d = device;
    const enough = 100_000;
    let asked = 0;
    const memory = {
      size: 4096,
      writable: true,
      bytes: undefined,
      view: () => undefined,
      pin: () => ({ [Symbol.dispose]: () => undefined }),
      write: () => undefined,
      read: () => {
        asked += 1;
        if (asked < enough) {
          server.raw.send(DMA_READ, fields(0n, 4n), { flags: NO_REPLY });
        }
      },
    };
    await device.dmaMap({ iova: 0, memory });
    const read = refusal(device.read(0, 0, new Uint8Array(4)));
    await server.until(() => server.seen.find(({ command }) => command === READ));
    server.raw.send(DMA_READ, fields(0n, 4n), { flags: NO_REPLY });
    clock.advance(1000);
    expect(await read).to.equal('ETIMEDOUT vfio-user.no-reply');
    expect(asked).to.be.within(1, enough - 1);
  });

  it('device closed: close is idempotent, and every later call is EBADF (close(2))', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    const events = device.events();
    await device.close();
    await device.close();
    expect((await events.next()).done).to.equal(true);
    expect(await refusal(read32(device, 0, 0))).to.equal('EBADF device.closed');
    expect(await refusal(device.info())).to.equal('EBADF device.closed');
    expect(() => device.events()).to.throw('device.closed');
  });

  it('device closed: what waits when the device is closed is told so', async () => {
    const { server, device } = await connectFake({ handlers: { [READ]: () => undefined } });
    using _s = server;
    const waiting = refusal(read32(device, 0, 0));
    await server.until(() => server.seen.find(({ command }) => command === READ));
    await device.close();
    expect(await waiting).to.equal('EBADF device.closed');
  });
});

describe('a server that does not answer (own rule: a late answer could be taken for another)', () => {
  it('reply late: times out with ETIMEDOUT, and the connection is over', async () => {
    const clock = new ManualClock();
    const { server, device } = await connectFake({
      handlers: { [READ]: () => undefined },
      device: { clock, timeoutMs: 1000 },
    });
    using _s = server;
    await using _d = device;
    await device.regionInfo(0);
    const first = refusal(read32(device, 0, 0));
    clock.advance(600);
    const second = refusal(read32(device, 0, 4));
    await server.until(() => (server.seen.length === 3 ? true : undefined));
    clock.advance(399);
    expect(await device.info()).to.have.property('numRegions', 1);
    clock.advance(1);
    expect(await first).to.equal('ETIMEDOUT vfio-user.no-reply');
    expect(await second).to.equal('ETIMEDOUT vfio-user.no-reply');
    expect(await refusal(read32(device, 0, 0))).to.equal('ENODEV device.revoked');
    expect(clock.pendingCount).to.equal(0);
  });

  it('reply unseen: an answer that has come in time counts, also if nobody had the time to look', async () => {
    const clock = new ManualClock();
    const { server, device } = await connectFake({
      handlers: { [READ]: () => undefined },
      device: { clock, timeoutMs: 1000 },
    });
    using _s = server;
    await using _d = device;
    await device.regionInfo(0);
    const read = read32(device, 0, 0);
    const request = await server.until(() => server.seen.find(({ command }) => command === READ));
    server.reply(request, Uint8Array.of(...request.payload, 1, 2, 3, 4));
    clock.advance(5000);
    expect(await read).to.equal(0x04030201);
    expect(wordAt(request.payload, 12)).to.equal(4);
  });

  it('connect fails: one that never answers VERSION lets connect fail, and nothing stays', async () => {
    const clock = new ManualClock();
    const [ours, theirs] = UnixStream.pair();
    using server = new FakeServer(theirs, { handlers: { 1: () => undefined } });
    const connecting = refusal(VfioUserDevice.connect(ours, { clock, polling: { maxSpins: 0 } }));
    clock.advance(5000);
    expect(await connecting).to.equal('ETIMEDOUT vfio-user.no-reply');
    expect(server.seen).to.deep.equal([]);
  });
});
