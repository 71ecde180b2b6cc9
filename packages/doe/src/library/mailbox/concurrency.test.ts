import { ManualClock } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ConfigAccess } from '../access/index.js';
import { drive, MailboxBench } from './bench.test-support.js';
import { DoeMailbox } from './doe-mailbox.js';
import { AT, echoId, ModelDevice } from './model-device.test-support.js';

/** Answers a promise for every access. */
function slow(device: ModelDevice): ConfigAccess {
  return {
    read32: async (offset) => device.read32(offset),
    write32: async (offset, value) => {
      device.write32(offset, value);
    },
  };
}

/** Never answers an access from `isHung()` on. */
function hanging(device: ModelDevice, isHung: () => boolean): ConfigAccess {
  const never = new Promise<never>(() => undefined);
  return {
    read32: (offset) => (isHung() ? never : device.read32(offset)),
    write32: (offset, value) => (isHung() ? never : device.write32(offset, value)),
  };
}

const nothing = new Uint8Array(0);

describe('DoeMailbox: several at once', () => {
  for (const [how, through] of [
    ['at once', undefined],
    ['later', slow],
  ] as const) {
    it(`doe §2 requester queue: exchanges are served one after the other, in their order; accesses answer ${how} (drivers/pci/doe.c, alloc_ordered_workqueue)`, async () => {
      await using bench = await MailboxBench.open(new ModelDevice(), through);
      const ended: number[] = [];
      const all = [1, 2, 3, 4].map(async (value) => {
        const response = await bench.echo(value);
        ended.push(response[0] ?? 0);
      });
      await bench.drive(Promise.all(all));
      expect(ended).to.deep.equal([1, 2, 3, 4]);
      const exchange = (value: string): string =>
        `R0c W10=101af4 W10=03 W10=${value} W08=80000000 R0c R14 W14=00 R14 W14=00 R14 R0c W14=00 R0c`;
      expect(bench.trace()).to.equal(['01', '02', '03', '04'].map(exchange).join(' '));
    });
  }

  it('doe §2 requester queue: one that fails does not harm the next (drivers/pci/doe.c, signal_task_abort)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.isError = true;
    const first = settled(bench.echo(1));
    const second = settled(bench.echo(2));
    expect(await bench.drive(first)).to.equal('EIO doe.error-before');
    expect(await bench.drive(second)).to.deep.equal(Uint8Array.of(2, 0, 0, 0));
    expect(bench.trace()).to.match(/^R0c W08=01 R0c R0c W10=101af4 /);
  });

  it('doe §2 requester cancel: who gives up is told at once, the device is aborted, and the next one is served (drivers/pci/doe.c, pci_doe_wait)', async () => {
    await using bench = await MailboxBench.open();
    const { mailbox, device } = bench;
    device.lateLooks = 3;
    const controller = new AbortController();
    const { signal } = controller;
    const cancelled = settled(mailbox.exchange(echoId.vendor, echoId.type, nothing, { signal }));
    const next = bench.echo(9);
    await drive(new ManualClock(), Promise.resolve());
    controller.abort();
    expect(await cancelled).to.equal('EIO doe.cancelled');
    device.lateLooks = 0;
    expect(await bench.drive(next)).to.deep.equal(Uint8Array.of(9, 0, 0, 0));
    expect(bench.trace()).to.match(/^R0c W10=101af4 W10=02 W08=80000000 R0c W08=01 R0c R0c W10=/);
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('doe §2 requester cancel waiting: who waits leaves the queue, and no register is touched for him (own rule)', async () => {
    await using bench = await MailboxBench.open();
    const { mailbox } = bench;
    const controller = new AbortController();
    const { signal } = controller;
    const before = bench.echo(1);
    const waiting = settled(mailbox.exchange(echoId.vendor, echoId.type, nothing, { signal }));
    const behind = bench.echo(2);
    controller.abort(new Error('enough'));
    expect(await waiting).to.equal('EIO doe.cancelled');
    await bench.drive(Promise.all([before, behind]));
    expect(bench.trace()).to.not.match(/W10=101af4 W10=02|W08=01/);
    const late = mailbox.exchange(echoId.vendor, echoId.type, nothing, { signal });
    expect(await settled(late)).to.equal('EIO doe.cancelled');
    expect(bench.trace()).to.equal('');
  });

  it('doe §2 requester cancel transfer: a long object ends at the next word, and without Go (drivers/pci/doe.c, pci_doe_wait)', async () => {
    await using bench = await MailboxBench.open();
    const { mailbox, device } = bench;
    const payload = new Uint8Array(4000);
    for (const [n, last] of [
      [100, 100],
      // The last word of the request.
      [1003, 1003],
      // A word of the response, which is acknowledged.
      [1500, 1501],
    ] as const) {
      const controller = new AbortController();
      const { signal } = controller;
      device.accesses = 0;
      device.onAccess = (count) => {
        if (count === n) {
          controller.abort();
        }
      };
      const cancelled = mailbox.exchange(echoId.vendor, echoId.type, payload, { signal });
      expect(await bench.settled(cancelled)).to.equal('EIO doe.cancelled');
      await bench.drive(mailbox.exchange(1, 0, new Uint8Array(4)));
      expect(device.log.splice(0).indexOf('W08=01'), String(n)).to.equal(last);
    }
  });

  it('doe §2 requester cancel open: before the first write, nothing is written (own rule)', async () => {
    const clock = new ManualClock();
    const device = new ModelDevice();
    const controller = new AbortController();
    device.onAccess = () => {
      controller.abort();
    };
    const opening = settled(DoeMailbox.open(device, AT, { clock, signal: controller.signal }));
    expect(await drive(clock, opening)).to.equal('EIO doe.cancelled');
    expect(device.log).to.deep.equal(['R00']);
  });

  it('doe §2 requester cancel open: opening can be cancelled, and leaves no timer (drivers/pci/doe.c, pci_doe_cancel_tasks)', async () => {
    const clock = new ManualClock();
    const device = new ModelDevice();
    device.isStuckBusy = true;
    const controller = new AbortController();
    const opening = settled(DoeMailbox.open(device, AT, { clock, signal: controller.signal }));
    await drive(new ManualClock(), Promise.resolve());
    controller.abort();
    expect(await opening).to.equal('EIO doe.cancelled');
    expect(clock.pendingCount).to.equal(0);
  });

  it('doe §2 requester close: everybody is told at once, one Abort is written, and nothing after it (drivers/pci/doe.c, pci_doe_cancel_tasks)', async () => {
    const bench = await MailboxBench.open();
    const { mailbox, device, clock } = bench;
    device.lateLooks = Infinity;
    const waiting = [settled(bench.echo(1)), settled(bench.echo(2))];
    await drive(new ManualClock(), Promise.resolve());
    const closing = mailbox.close();
    expect(await Promise.all(waiting)).to.deep.equal(['EIO doe.closed', 'EIO doe.closed']);
    await closing;
    expect(bench.trace()).to.equal('R0c W10=101af4 W10=03 W10=01 W08=80000000 R0c W08=01');
    expect(await settled(bench.echo(3))).to.equal('EIO doe.closed');
    expect(await settled(mailbox.exchangeObject(new Uint8Array(8)))).to.equal('EIO doe.closed');
    await mailbox.close();
    await mailbox[Symbol.asyncDispose]();
    expect([bench.trace(), clock.pendingCount]).to.deep.equal(['', 0]);
  });

  it('doe §2 requester close: an access that never ends keeps neither callers nor close (own rule)', async () => {
    let isHung = false;
    const bench = await MailboxBench.open(new ModelDevice(), (device) =>
      hanging(device, () => isHung),
    );
    const { mailbox, clock } = bench;
    isHung = true;
    const controller = new AbortController();
    const { signal } = controller;
    const cancelled = settled(mailbox.exchange(echoId.vendor, echoId.type, nothing, { signal }));
    const waiting = settled(bench.echo());
    await drive(new ManualClock(), Promise.resolve());
    controller.abort();
    expect(await cancelled).to.equal('EIO doe.cancelled');
    const start = clock.now();
    const closing = mailbox.close();
    expect(await waiting).to.equal('EIO doe.closed');
    await bench.drive(closing);
    expect(clock.now() - start).to.be.within(1000, 1010);
    expect(clock.pendingCount).to.equal(0);
  });
});
