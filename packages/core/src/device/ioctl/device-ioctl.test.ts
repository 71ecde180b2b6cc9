import {
  VFIO_DEVICE_FEATURE,
  VFIO_DEVICE_GET_INFO,
  VFIO_DEVICE_GET_IRQ_INFO,
  VFIO_DEVICE_QUERY_GFX_PLANE,
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_DEVICE_RESET,
  VFIO_DEVICE_SET_IRQS,
  VFIO_IRQ_SET_ACTION_TRIGGER as TRIGGER,
  VFIO_IRQ_SET_DATA_BOOL as BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD as EVENTFD,
  VFIO_IRQ_SET_DATA_NONE as NONE,
  VfioIrqSet,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import { TestFd } from '../../irq/irq.test-support.js';
import { makeEndpoint } from '../endpoint.test-support.js';
import { argument, call, TestDescriptors } from './ioctl.test-support.js';

describe('the binary form of every call (include/uapi/linux/vfio.h, argsz)', () => {
  for (const [name, request] of Object.entries({
    VFIO_DEVICE_GET_INFO,
    VFIO_DEVICE_GET_REGION_INFO,
    VFIO_DEVICE_GET_IRQ_INFO,
    VFIO_DEVICE_SET_IRQS,
    VFIO_DEVICE_FEATURE,
  })) {
    for (const length of [0, 3]) {
      it(`argsz missing: ${name} with a buffer of ${length} bytes: EFAULT`, async () => {
        await using bench = makeEndpoint();
        await bench.open();
        const answer = await call(bench, request, new Uint8Array(length));
        expect(answer).to.equal('EFAULT ioctl.fault');
      });
    }

    it(`argsz too large: ${name} with a buffer shorter than argsz: EFAULT, nothing written`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      for (const argsz of [65, 0xffff_ffff]) {
        const bytes = new Uint8Array(64);
        new DataView(bytes.buffer).setUint32(0, argsz, true);
        const before = bytes.slice();
        expect(await call(bench, request, bytes)).to.equal('EFAULT ioctl.fault');
        expect(bytes).to.deep.equal(before);
      }
    });

    it(`use before open: ${name} before open: EINVAL (vfio_main.c, access_granted)`, async () => {
      await using bench = makeEndpoint();
      const { bytes } = argument(64);
      expect(await call(bench, request, bytes)).to.equal('EINVAL device.not-open');
    });
  }

  for (const request of [0, -1, VFIO_DEVICE_QUERY_GFX_PLANE, VFIO_DEVICE_GET_INFO + 0.5]) {
    it(`unknown call: ${request} is no call of a device: ENOTTY (vfio_pci_core_ioctl)`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      expect(await call(bench, request, argument(64).bytes)).to.equal('ENOTTY ioctl.unknown');
    });
  }

  it('RESET takes no structure (vfio_pci_ioctl_reset)', async () => {
    let resets = 0;
    await using bench = makeEndpoint({ reset: () => void (resets += 1) });
    await bench.open();
    expect(await call(bench, VFIO_DEVICE_RESET, new Uint8Array(0))).to.equal(0);
    expect(resets, 'one for the open').to.equal(2);
  });

  it('RESET without a reset is EINVAL', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const answer = await call(bench, VFIO_DEVICE_RESET, new Uint8Array(0));
    expect(answer).to.equal('EINVAL device.no-reset');
  });
});

describe('SET_IRQS in binary (vfio_main.c, vfio_set_irqs_validate_and_prepare)', () => {
  const ERROR = 3;
  const MESSAGE = 1;

  for (let argsz = 0; argsz <= VfioIrqSet.size + 8; argsz++) {
    const complete = argsz >= VfioIrqSet.size + 4;
    const expected =
      argsz < VfioIrqSet.size ? 'EINVAL ioctl.argsz' : complete ? 0 : 'EINVAL irq.payload';
    it(`irq argsz, irq payload: one eventfd, argsz ${argsz}: ${expected}, and nothing is written`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(argsz, [EVENTFD | TRIGGER, ERROR, 0, 1, -1]);
      const before = arg.bytes.slice();
      expect(await call(bench, VFIO_DEVICE_SET_IRQS, arg.bytes)).to.equal(expected);
      expect(arg.bytes).to.deep.equal(before);
    });
  }

  it('resolves each descriptor: bound, bad, and -1', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const fds = [new TestFd(), new TestFd()];
    const descriptors = Object.assign(new TestDescriptors(), {
      resolve: (descriptor: number) => {
        const fd = fds[descriptor - 10];
        if (fd === undefined) {
          throw failure('irq.bad-descriptor', { descriptor });
        }
        return fd;
      },
    });
    const bind = (...slots: number[]): Promise<number | string> => {
      const head = [EVENTFD | TRIGGER, MESSAGE, 0, slots.length, ...slots];
      const { bytes } = argument(20 + 4 * slots.length, head);
      return call(bench, VFIO_DEVICE_SET_IRQS, bytes, descriptors);
    };
    expect(await bind(10, -1, 11)).to.equal(0);
    [0, 1, 2].forEach((vector) => bench.endpoint.irqs.trigger(MESSAGE, vector));
    expect(fds.map((fd) => fd.take())).to.deep.equal([1, 1]);
    expect(await bind(9)).to.equal('EBADF irq.bad-descriptor');
  });

  it('the payload comes last: a bad index with a short payload is about the index', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const set = (...head: number[]): Promise<number | string> =>
      call(bench, VFIO_DEVICE_SET_IRQS, argument(20, head).bytes);
    expect(await set(EVENTFD | TRIGGER, 99, 0, 5)).to.equal('EINVAL irq.index');
    expect(await set(EVENTFD | TRIGGER, MESSAGE, 0, 5)).to.equal('EINVAL irq.range');
    expect(await set(BOOL | EVENTFD | TRIGGER, MESSAGE, 0, 2)).to.equal('EINVAL irq.data-type');
    expect(await set(BOOL | TRIGGER, MESSAGE, 0, 2)).to.equal('EINVAL irq.payload');
    expect(await set(EVENTFD | TRIGGER, MESSAGE, 0, 0xffff_ffff)).to.equal('EINVAL irq.count');
    expect(await set(NONE | TRIGGER, MESSAGE, 0, 2)).to.equal('EINVAL irq.inactive');
  });

  it('BOOL is one byte each', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const fds = [new TestFd(), new TestFd(), new TestFd()];
    bench.endpoint.setIrqs({
      index: MESSAGE,
      flags: EVENTFD | TRIGGER,
      start: 0,
      count: 3,
      slots: fds,
    });
    const arg = argument(23, [BOOL | TRIGGER, MESSAGE, 0, 3, 0x00_01_00_ff]);
    expect(await call(bench, VFIO_DEVICE_SET_IRQS, arg.bytes)).to.equal(0);
    expect(fds.map((fd) => fd.take())).to.deep.equal([1, 0, 1]);
  });

  it('returns the vectors there are when they are fewer', async () => {
    const irqs = [
      { kind: 'message' as const, name: 'm', count: 4, resizable: false, available: () => 2 },
    ];
    await using bench = makeEndpoint({ irqs });
    await bench.open();
    const { bytes } = argument(32, [EVENTFD | TRIGGER, 0, 0, 3, -1, -1, -1]);
    expect(await call(bench, VFIO_DEVICE_SET_IRQS, bytes)).to.equal(2);
  });
});
