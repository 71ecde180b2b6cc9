import { expect } from 'chai';
import { describe, it } from 'mocha';
import { VFIO_USER_DEVICE_GET_INFO, VFIO_USER_DEVICE_GET_IRQ_INFO } from '@mdevkit/uapi';
import { fields } from '../raw-client.test-support.js';
import { IRQ, openSession } from './session.test-support.js';

const EVENTFD = 1;
const MASKABLE = 2;
const AUTOMASKED = 4;
const NORESIZE = 8;

describe('DEVICE_GET_INFO (vfio-user specification, VFIO_USER_DEVICE_GET_INFO)', () => {
  it('device info: flags, regions and interrupts in 16 bytes, whatever argsz offers', async () => {
    await using bench = await openSession({ model: { reset: () => undefined } });
    for (const argsz of [16, 24, 0xffff_ffff]) {
      const { payload } = await bench.ask(VFIO_USER_DEVICE_GET_INFO, fields(argsz, 0, 0, 0));
      expect(payload).to.deep.equal(fields(16, 1 | 2, 6, 7));
    }
  });

  it('device info reset: a device that cannot be reset does not say so (VFIO_DEVICE_FLAGS_RESET)', async () => {
    await using bench = await openSession();
    const { payload } = await bench.ask(VFIO_USER_DEVICE_GET_INFO, fields(16, 0, 0, 0));
    expect(payload).to.deep.equal(fields(16, 2, 6, 7));
  });

  it('device info argsz: a short payload or a small argsz is EINVAL (libvfio-user test_device_get_info)', async () => {
    await using bench = await openSession();
    const ask = (payload: Uint8Array): Promise<string> =>
      bench.outcome(VFIO_USER_DEVICE_GET_INFO, payload);
    expect(await ask(fields(16, 0, 0))).to.equal('EINVAL vfio-user.payload');
    expect(await ask(new Uint8Array(0))).to.equal('EINVAL vfio-user.payload');
    expect(await ask(fields(15, 0, 0, 0))).to.equal('EINVAL vfio-user.argsz');
  });
});

describe('DEVICE_GET_IRQ_INFO (vfio-user specification, VFIO_USER_DEVICE_GET_IRQ_INFO)', () => {
  const rows = [
    { index: IRQ.INTX, flags: EVENTFD | MASKABLE | AUTOMASKED, count: 1 },
    { index: IRQ.MSI, flags: EVENTFD | NORESIZE, count: 20 },
    { index: IRQ.MSIX, flags: EVENTFD, count: 24 },
    { index: IRQ.ERR, flags: EVENTFD | NORESIZE, count: 1 },
    { index: IRQ.REQ, flags: EVENTFD | NORESIZE, count: 1 },
    { index: IRQ.NONE, flags: 0, count: 0 },
  ];
  for (const { index, flags, count } of rows) {
    it(`irq info: index ${index} has ${count} interrupts and flags ${flags}`, async () => {
      await using bench = await openSession();
      const { payload } = await bench.ask(VFIO_USER_DEVICE_GET_IRQ_INFO, fields(64, 0, index, 0));
      expect(payload).to.deep.equal(fields(16, flags, index, count));
    });
  }

  it('irq info refused: no such index, argsz or payload below 16 (libvfio-user test_device_get_irq_info)', async () => {
    await using bench = await openSession();
    const ask = (payload: Uint8Array): Promise<string> =>
      bench.outcome(VFIO_USER_DEVICE_GET_IRQ_INFO, payload);
    expect(await ask(fields(16, 0, 7, 0))).to.equal('EINVAL irq.index');
    expect(await ask(fields(16, 0, 0xffff_ffff, 0))).to.equal('EINVAL irq.index');
    expect(await ask(fields(16, 0, IRQ.ABSENT, 0))).to.equal('EINVAL irq.index');
    expect(await ask(fields(15, 0, 0, 0))).to.equal('EINVAL vfio-user.argsz');
    expect(await ask(fields(16, 0, 0))).to.equal('EINVAL vfio-user.payload');
  });
});
