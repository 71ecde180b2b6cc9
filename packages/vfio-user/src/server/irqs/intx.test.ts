import { expect } from 'chai';
import { describe, it } from 'mocha';
import { VFIO_USER_DEVICE_SET_IRQS } from '@mdevkit/uapi';
import {
  IRQ,
  openDescriptors,
  openSession,
  until,
  type SessionBench,
} from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';
import { EventFds } from './eventfds.test-support.js';

const NONE_MASK = 1 | 8;
const NONE_UNMASK = 1 | 16;
const DISABLE = 1 | 32;
const BIND = 4 | 32;
const RESAMPLE = 4 | 16;

function set(
  bench: SessionBench,
  flags: number,
  count: number,
  fds?: readonly number[],
): Promise<string> {
  return bench.outcome(VFIO_USER_DEVICE_SET_IRQS, fields(20, flags, IRQ.INTX, 0, count), fds);
}

describe('INTx over SET_IRQS (vfio-user specification, VFIO_USER_DEVICE_SET_IRQS; hw/vfio/pci.c of QEMU)', () => {
  it('intx mask: a line that fired is masked until NONE|UNMASK, the EOI of QEMU without KVM (vfio_pci_intx_eoi)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(1);
    expect(await set(bench, BIND, 1, eventfds.fds)).to.equal('ok');
    bench.endpoint.irqs.assert(IRQ.INTX);
    bench.endpoint.irqs.assert(IRQ.INTX);
    expect(eventfds.take()).to.deep.equal([1]);
    expect(await set(bench, NONE_UNMASK, 1)).to.equal('ok');
    expect(eventfds.take(), 'it is still raised').to.deep.equal([1]);
    bench.endpoint.irqs.deassert(IRQ.INTX);
    expect(await set(bench, NONE_UNMASK, 1)).to.equal('ok');
    expect(eventfds.take()).to.deep.equal([0]);
  });

  it('intx resample: MASK, EVENTFD|UNMASK, UNMASK as QEMU with KVM; a signal of the client unmasks (vfio_intx_enable_kvm)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    const [trigger = -1, unmask = -1] = eventfds.fds;
    expect(await set(bench, BIND, 1, [trigger])).to.equal('ok');
    expect(await set(bench, NONE_MASK, 1)).to.equal('ok');
    expect(await set(bench, RESAMPLE, 1, [unmask])).to.equal('ok');
    expect(await set(bench, NONE_UNMASK, 1)).to.equal('ok');
    bench.endpoint.irqs.assert(IRQ.INTX);
    expect(eventfds.at(0).read()).to.equal(1);
    eventfds.at(1).signal();
    let fired = 0;
    await until(() => (fired += eventfds.at(0).read()) > 0);
    expect(fired).to.equal(1);
  });

  it('intx resample again: a later one takes the place of the one before, whose close nobody hears (own rule)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(3);
    const [trigger = -1, first = -1, second = -1] = eventfds.fds;
    await set(bench, BIND, 1, [trigger]);
    expect(await set(bench, RESAMPLE, 1, [first])).to.equal('ok');
    const before = openDescriptors();
    expect(await set(bench, RESAMPLE, 1, [second])).to.equal('ok');
    expect(openDescriptors()).to.equal(before);
    bench.endpoint.irqs.assert(IRQ.INTX);
    expect(eventfds.at(0).read()).to.equal(1);
    eventfds.at(2).signal();
    let fired = 0;
    await until(() => (fired += eventfds.at(0).read()) > 0);
    expect(fired).to.equal(1);
  });

  it('intx resample ends: no descriptor, and a disable of the index, close the eventfd', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    const [trigger = -1, unmask = -1] = eventfds.fds;
    await set(bench, BIND, 1, [trigger]);
    const before = openDescriptors();
    await set(bench, RESAMPLE, 1, [unmask]);
    expect(openDescriptors()).to.be.greaterThan(before);
    expect(await set(bench, RESAMPLE, 1)).to.equal('ok');
    expect(openDescriptors()).to.equal(before);
    await set(bench, RESAMPLE, 1, [unmask]);
    expect(await set(bench, DISABLE, 0)).to.equal('ok');
    expect(openDescriptors()).to.equal(before - 1);
    expect(bench.session.irqs.bound).to.equal(0);
  });

  it('intx swap: with KVM the trigger is exchanged while the line is enabled, and back', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    for (const i of [0, 1, 0]) {
      expect(await set(bench, BIND, 1, [eventfds.fds[i] ?? -1])).to.equal('ok');
      bench.endpoint.irqs.trigger(IRQ.INTX);
      expect(eventfds.take()).to.deep.equal(i === 0 ? [1, 0] : [0, 1]);
      await set(bench, NONE_UNMASK, 1);
    }
    expect(bench.session.irqs.bound).to.equal(1);
  });
});
