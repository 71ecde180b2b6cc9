import { bindIrqs, irqCallback, ManualClock, MdevError, MdevHost, read32 } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { lampRegisters, shelfDriver } from './lamp.js';

describe('removal of a lamp (include/uapi/linux/vfio.h, VFIO_PCI_REQ_IRQ_INDEX)', () => {
  it('its client keeps the device for the whole grace, and not longer', async () => {
    const clock = new ManualClock();
    await using host = new MdevHost({ clock });
    await host.load(shelfDriver);
    const { uuid } = await host.create({ parent: 'shelf0', type: 'shelf-lamp' });
    await using lamp = await host.open(uuid);
    const asked = new Promise<void>((resolve) => {
      void bindIrqs(lamp, 0, [irqCallback(resolve)]);
    });

    const removal = host.remove(uuid, 5000);
    await asked;
    clock.advance(4999);
    expect(await read32(lamp, 0, lampRegisters.offsetOf('LIGHT'))).to.equal(0);

    clock.advance(1);
    await removal;
    const error: unknown = await lamp.info().catch((reason: unknown) => reason);
    expect(MdevError.is(error) && error.code).to.equal('ENODEV');
  });
});
