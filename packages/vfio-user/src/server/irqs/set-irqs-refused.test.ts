import { closeSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { VFIO_USER_DEVICE_SET_IRQS } from '@mdevkit/uapi';
import {
  IRQ,
  openDescriptors,
  openSession,
  type SessionBench,
} from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';
import { EventFds } from './eventfds.test-support.js';
import { BOOL, EVENTFD, MASK, NONE, set, TRIGGER, UNMASK } from './set-irqs.test-support.js';

describe('SET_IRQS: what is refused (libvfio-user test_device_set_irqs; Linux drivers/vfio/vfio_main.c)', () => {
  interface Row {
    readonly what: string;
    readonly expected: string;
    readonly run: (bench: SessionBench, fds: readonly number[]) => Promise<string>;
  }
  const rows: readonly Row[] = [
    {
      what: 'argsz below 20',
      expected: 'EINVAL vfio-user.argsz',
      run: (bench) => set(bench, NONE | TRIGGER, IRQ.MSIX, 0, 0, { argsz: 19 }),
    },
    {
      what: 'a payload below 20',
      expected: 'EINVAL vfio-user.payload',
      run: (bench) => bench.outcome(VFIO_USER_DEVICE_SET_IRQS, fields(20, 33, 0, 0)),
    },
    ...[0, TRIGGER, NONE, MASK | NONE | TRIGGER, NONE | BOOL | TRIGGER, NONE | TRIGGER | 64].map(
      (flags): Row => ({
        what: `flags ${flags}: not one data type and one action`,
        expected: 'EINVAL vfio-user.irq-flags',
        run: (bench) => set(bench, flags, IRQ.MSIX, 0, 1),
      }),
    ),
    {
      what: 'no such index',
      expected: 'EINVAL irq.index',
      run: (bench) => set(bench, NONE | TRIGGER, 7, 0, 1),
    },
    {
      what: 'start at the end of the index',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench) => set(bench, NONE | TRIGGER, IRQ.MSIX, 24, 1),
    },
    {
      what: 'start and count beyond the index',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench) => set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 20, 5),
    },
    {
      what: 'start and count beyond 32 bits',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench) => set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 1, 0xffff_ffff),
    },
    {
      what: 'a range of an index without interrupts',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench) => set(bench, NONE | TRIGGER, IRQ.NONE, 0, 1),
    },
    ...[NONE | UNMASK, NONE | MASK, BOOL | TRIGGER, EVENTFD | TRIGGER].map((flags): Row => ({
      what: `count 0 with flags ${flags}, which is no disable`,
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench) => set(bench, flags, IRQ.MSIX, 0, 0),
    })),
    {
      what: 'a disable that does not begin at 0',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench) => set(bench, NONE | TRIGGER, IRQ.MSIX, 1, 0),
    },
    ...[0, 2, 4].map((length): Row => ({
      what: `${length} bytes for 3 interrupts`,
      expected: 'EINVAL vfio-user.irq-data',
      run: (bench) => set(bench, BOOL | TRIGGER, IRQ.MSIX, 0, 3, { data: new Uint8Array(length) }),
    })),
    {
      what: 'fewer descriptors than interrupts',
      expected: 'EINVAL vfio-user.descriptors',
      run: (bench, fds) => set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 3, { fds }),
    },
    {
      what: 'more descriptors than interrupts',
      expected: 'EINVAL vfio-user.descriptors',
      run: (bench, fds) => set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 1, { fds }),
    },
    {
      what: 'descriptors with another data type',
      expected: 'EINVAL vfio-user.descriptors',
      run: (bench, fds) => set(bench, NONE | TRIGGER, IRQ.MSIX, 0, 2, { fds }),
    },
    {
      what: 'descriptors with a disable',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench, fds) => set(bench, NONE | TRIGGER, IRQ.MSIX, 0, 0, { fds }),
    },
    {
      what: 'two eventfds for the one error interrupt',
      expected: 'EINVAL vfio-user.irq-range',
      run: (bench, fds) => set(bench, EVENTFD | TRIGGER, IRQ.ERR, 0, 2, { fds }),
    },
    ...[MASK, UNMASK].map((action): Row => ({
      what: `action ${action} of the error interrupt`,
      expected: 'ENOTTY irq.action',
      run: (bench) => set(bench, NONE | action, IRQ.ERR, 0, 1),
    })),
    {
      what: 'a loopback of what is not enabled',
      expected: 'EINVAL irq.inactive',
      run: (bench) => set(bench, NONE | TRIGGER, IRQ.MSIX, 0, 1),
    },
    {
      what: 'an unmask of a line that is not enabled',
      expected: 'EINVAL irq.inactive',
      run: (bench, [fd = -1]) => set(bench, EVENTFD | UNMASK, IRQ.INTX, 0, 1, { fds: [fd] }),
    },
    {
      what: 'an eventfd that masks',
      expected: 'EINVAL irq.inactive',
      run: (bench, [fd = -1]) => set(bench, EVENTFD | MASK, IRQ.INTX, 0, 1, { fds: [fd] }),
    },
  ];
  for (const { what, expected, run } of rows) {
    it(`irq refused: ${what}, ${expected}; nothing is bound, nothing stays open`, async () => {
      await using bench = await openSession();
      using eventfds = new EventFds(2);
      const before = openDescriptors();
      expect(await run(bench, eventfds.fds)).to.equal(expected);
      expect([openDescriptors(), bench.session.irqs.bound]).to.deep.equal([before, 0]);
      expect(
        Object.values(IRQ).filter((index) => bench.endpoint.irqs.enabled(index)),
      ).to.deep.equal([]);
    });
  }

  it('irq no eventfd: another file is EINVAL, the eventfd before it is closed, and what was bound stays', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 2, { fds: eventfds.fds });
    const file = openSync('/dev/null', 'r');
    const before = openDescriptors();
    const fds = [eventfds.fds[0] ?? -1, file];
    expect(await set(bench, EVENTFD | TRIGGER, IRQ.MSIX, 0, 2, { fds })).to.equal(
      'EINVAL linux.not-eventfd',
    );
    expect(openDescriptors()).to.equal(before);
    closeSync(file);
    bench.endpoint.irqs.trigger(IRQ.MSIX, 1);
    expect(eventfds.take()).to.deep.equal([0, 1]);
  });

  it('irq other active: a second index is refused while one is enabled, and its eventfd closed (vfio_pci_intrs.c)', async () => {
    await using bench = await openSession();
    using eventfds = new EventFds(2);
    await set(bench, EVENTFD | TRIGGER, IRQ.INTX, 0, 1, { fds: eventfds.fds.slice(0, 1) });
    const before = openDescriptors();
    for (const index of [IRQ.MSI, IRQ.MSIX]) {
      const fds = eventfds.fds.slice(1);
      expect(await set(bench, EVENTFD | TRIGGER, index, 0, 1, { fds })).to.equal(
        'EINVAL irq.other-active',
      );
    }
    expect(openDescriptors()).to.equal(before);
    expect(bench.endpoint.irqs.enabled(IRQ.INTX)).to.equal(true);
  });
});
