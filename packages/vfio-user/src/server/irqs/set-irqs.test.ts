import { writeSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { IRQ, openDescriptors, openSession } from '../commands/session.test-support.js';
import { EventFds } from './eventfds.test-support.js';
import { BOOL, EVENTFD, NONE, set, TRIGGER, UNMASK } from './set-irqs.test-support.js';

describe('SET_IRQS: what is bound is signalled (vfio-user specification, VFIO_USER_DEVICE_SET_IRQS)', () => {
  it('irq bind: each eventfd belongs to its vector, from start on', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(3);
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 2, 3, { fds: eventfds.fds })).to.equal(
      'ok',
    );
    expect(bench.endpoint.irqs.trigger(IRQ.MSIX, 3)).to.equal(true);
    expect(bench.endpoint.irqs.trigger(IRQ.MSIX, 0)).to.equal(false);
    expect(eventfds.take()).to.deep.equal([0, 1, 0]);
  });

  it('irq loopback: NONE and BOOL trigger what is bound (libvfio-user test_irq_trigger)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(3);
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 3, { fds: eventfds.fds });
    expect(await set(bench, NONE | TRIGGER, IRQ.MSIX, 1, 2)).to.equal('ok');
    expect(eventfds.take()).to.deep.equal([0, 1, 1]);
    const data = Uint8Array.of(1, 0, 255);
    expect(await set(bench, BOOL | TRIGGER, IRQ.MSIX, 0, 3, { data, argsz: 23 })).to.equal('ok');
    expect(eventfds.take()).to.deep.equal([1, 0, 1]);
  });

  it('irq rebind: the new eventfd is signalled, and the old one closed', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    const before = openDescriptors();
    for (const fd of eventfds.fds) {
      expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 1, { fds: [fd] })).to.equal('ok');
      expect(openDescriptors()).to.equal(before + 1);
    }
    bench.endpoint.irqs.trigger(IRQ.MSIX, 0);
    expect(eventfds.take()).to.deep.equal([0, 1]);
  });

  it('irq de-assign: no descriptors unbind start to start+count, and nothing else (libvfio-user irq.c loops too short)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(4);
    const before = openDescriptors();
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 4, { fds: eventfds.fds });
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 2, 2)).to.equal('ok');
    for (let vector = 0; vector < 4; vector++) {
      expect(bench.endpoint.irqs.trigger(IRQ.MSIX, vector)).to.equal(vector < 2);
    }
    expect(bench.endpoint.irqs.enabled(IRQ.MSIX)).to.equal(true);
    expect(openDescriptors()).to.equal(before + 2);
  });

  it('irq disable: NONE|TRIGGER of nothing unbinds the whole index and closes its eventfds', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    const before = openDescriptors();
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 2, { fds: eventfds.fds });
    expect(await set(bench, NONE | TRIGGER, IRQ.MSIX, 0, 0)).to.equal('ok');
    expect(bench.endpoint.irqs.enabled(IRQ.MSIX)).to.equal(false);
    expect([openDescriptors(), bench.session.irqs.bound]).to.deep.equal([before, 0]);
  });

  it('irq disable again: of an index that is not enabled, or has no interrupts, succeeds (own rule: as libvfio-user answers)', async () => {
    await using bench = await openSession();
    for (const index of [IRQ.INTX, IRQ.MSI, IRQ.MSIX, IRQ.ERR, IRQ.REQ, IRQ.NONE]) {
      expect(await set(bench, NONE | TRIGGER, index, 0, 0), `index ${index}`).to.equal('ok');
    }
    using eventfds = new EventFds(1);
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 1, { fds: eventfds.fds });
    expect(await set(bench, NONE | TRIGGER, IRQ.INTX, 0, 0), 'another is enabled').to.equal('ok');
    expect(bench.endpoint.irqs.enabled(IRQ.MSIX)).to.equal(true);
    expect(await set(bench, NONE | TRIGGER, IRQ.ABSENT, 0, 0)).to.equal('EINVAL irq.index');
  });

  it('irq error index: ERR is bound beside the active index, and unbound by no descriptor', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    await set(bench, EVENTFD | TRIGGER, IRQ.INTX, 0, 1, { fds: eventfds.fds.slice(0, 1) });
    expect(
      await set(bench, EVENTFD | TRIGGER, IRQ.ERR, 0, 1, { fds: eventfds.fds.slice(1) }),
    ).to.equal('ok');
    bench.endpoint.irqs.trigger(IRQ.ERR);
    expect(eventfds.take()).to.deep.equal([0, 1]);
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.ERR, 0, 1)).to.equal('ok');
    expect(bench.endpoint.irqs.trigger(IRQ.ERR)).to.equal(false);
  });

  it('irq client gone: every eventfd is closed (vfio-user specification, Disconnection)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(3);
    const before = openDescriptors();
    await set(bench, EVENTFD | TRIGGER, IRQ.INTX, 0, 1, { fds: eventfds.fds.slice(0, 1) });
    await set(bench, EVENTFD | UNMASK, IRQ.INTX, 0, 1, { fds: eventfds.fds.slice(1, 2) });
    await set(bench, EVENTFD | TRIGGER, IRQ.ERR, 0, 1, { fds: eventfds.fds.slice(2) });
    expect(bench.session.irqs.bound).to.equal(3);
    await bench.disconnect();
    expect([openDescriptors(), bench.session.irqs.bound]).to.deep.equal([before, 0]);
    expect(bench.endpoint.irqs.trigger(IRQ.ERR)).to.equal(false);
  });

  it('irq dispose: eventfds that are still bound are closed, and the device goes on', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    const before = openDescriptors();
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 2, { fds: eventfds.fds });
    bench.session.irqs[Symbol.dispose]();
    expect(openDescriptors()).to.equal(before);
    bench.endpoint.irqs.trigger(IRQ.MSIX, 0);
    expect(eventfds.take()).to.deep.equal([0, 0]);
  });
});

describe('SET_IRQS: vectors in several messages (own rule: a message carries few descriptors)', () => {
  it('irq runs: an index that cannot grow takes 8 + 8 + 4 eventfds (hw/vfio-user/device.c, max_msg_fds)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(20);
    for (const [start, end] of [
      [0, 8],
      [8, 16],
      [16, 20],
    ] as const) {
      const fds = eventfds.fds.slice(start, end);
      expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSI, start, end - start, { fds })).to.equal(
        'ok',
      );
    }
    for (let vector = 0; vector < 20; vector++) {
      expect(bench.endpoint.irqs.trigger(IRQ.MSI, vector)).to.equal(true);
    }
    expect(eventfds.take()).to.deep.equal(new Array<number>(20).fill(1));
  });

  it('irq runs available: as many vectors as the parent has, and ENOSPC beyond (vfio_msi_enable)', async () => {
    const irqs = [
      { kind: 'level', name: 'intx', count: 1 },
      { kind: 'message', name: 'msi', count: 20, resizable: false, available: () => 12 },
    ] as const;
    await using bench = await openSession({ model: { irqs } });
    using eventfds = new EventFds(16);
    const bind = (start: number, count: number): Promise<string> =>
      set(bench, EVENTFD | TRIGGER, IRQ.MSI, start, count, { fds: eventfds.fds.slice(0, count) });
    const before = openDescriptors();
    expect(await bind(0, 13)).to.equal('ENOSPC vfio-user.irq-vectors');
    expect([openDescriptors(), bench.endpoint.irqs.enabled(IRQ.MSI)]).to.deep.equal([
      before,
      false,
    ]);
    expect(await bind(0, 8)).to.equal('ok');
    expect(await bind(8, 4)).to.equal('ok');
    expect(await bind(12, 1)).to.equal('EINVAL irq.resize');
    expect(bench.endpoint.irqs.trigger(IRQ.MSI, 11)).to.equal(true);
  });

  it('irq runs available: all at once, beyond what there is: ENOSPC, and the eventfds are closed', async () => {
    const irqs = [
      { kind: 'level', name: 'intx', count: 1 },
      { kind: 'message', name: 'msi', count: 4, resizable: false, available: () => 2 },
    ] as const;
    await using bench = await openSession({ model: { irqs } });
    using eventfds = new EventFds(4);
    const before = openDescriptors();
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSI, 0, 4, { fds: eventfds.fds })).to.equal(
      'ENOSPC vfio-user.irq-vectors',
    );
    expect(openDescriptors()).to.equal(before);
  });

  it('irq grow: an index that can grow is enabled by what is asked, and grows', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    const [first = -1, second = -1] = eventfds.fds;
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 1, { fds: [first] })).to.equal('ok');
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 23, 1, { fds: [second] })).to.equal('ok');
    bench.endpoint.irqs.trigger(IRQ.MSIX, 23);
    expect(eventfds.take()).to.deep.equal([0, 1]);
  });

  it('irq full counter: a client that does not read its eventfd does not stop the device (eventfd(2), EAGAIN)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(1);
    const [fd = -1] = eventfds.fds;
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 1, { fds: [fd] });
    writeSync(fd, new Uint8Array(BigUint64Array.of(2n ** 64n - 2n).buffer));
    expect(bench.endpoint.irqs.trigger(IRQ.MSIX, 0)).to.equal(true);
    expect(eventfds.take(), 'it was full, and is cut').to.deep.equal([Number.MAX_SAFE_INTEGER]);
    bench.endpoint.irqs.trigger(IRQ.MSIX, 0);
    expect(eventfds.take()).to.deep.equal([1]);
  });
});
