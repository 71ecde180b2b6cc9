import { ManualClock, MdevError } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { drive, MailboxBench } from './bench.test-support.js';
import { DoeMailbox } from './doe-mailbox.js';
import { AT, ModelDevice } from './model-device.test-support.js';

/** Accesses of an exchange with two words. */
const EXCHANGE = 'R0c W10 W10 W10 W10 W08 R0c R14 W14 R14 W14 R14 W14 R14 R0c W14 R0c'.split(' ');

describe('DoeMailbox: a device that is gone (drivers/pci/access.c, pci_dev_is_disconnected)', () => {
  for (const [index, access] of EXCHANGE.entries()) {
    it(`doe §2 requester gone: all ones from access ${index} (${access}) on are ENODEV, soon and for good (PCI Express Base Specification 6.0, section 2.3.2)`, async () => {
      await using bench = await MailboxBench.open();
      const { device, clock } = bench;
      device.onAccess = (count) => void (device.isGone ||= count > index);
      const start = clock.now();
      const waiting = settled(bench.echo(1, 2));
      const behind = settled(bench.echo(3));
      expect(await bench.drive(waiting)).to.equal('ENODEV doe.device-gone');
      expect(await bench.drive(behind)).to.equal('ENODEV doe.device-gone');
      expect(clock.now() - start).to.be.below(20);
      expect(device.accesses).to.be.below(30);
      device.log.length = 0;
      expect(await bench.settled(bench.echo())).to.equal('ENODEV doe.device-gone');
      expect(bench.trace()).to.equal('');
    });
  }

  it('doe §2 requester gone before: open is ENODEV, and writes nothing', async () => {
    const clock = new ManualClock();
    const device = new ModelDevice();
    device.isGone = true;
    const opening = settled(DoeMailbox.open(device, AT, { clock }));
    expect(await drive(clock, opening)).to.equal('ENODEV doe.device-gone');
    expect(device.log).to.deep.equal(['R00']);
  });

  it('doe §2 requester gone in data: a word of all ones in a payload is a word (own rule)', async () => {
    await using bench = await MailboxBench.open();
    const response = await bench.drive(bench.echo(0xffffffff, 0xffffffff));
    expect(response).to.deep.equal(new Uint8Array(8).fill(0xff));
  });

  it('doe §2 requester gone by accessor: ENODEV of the accessor is the end as well, without an Abort (vfio: a revoked device)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.onAccess = () => {
      throw new MdevError('ENODEV', 'device.revoked', 'revoked');
    };
    expect(await bench.settled(bench.echo())).to.equal('ENODEV device.revoked');
    expect(bench.device.accesses).to.equal(1);
    bench.device.onAccess = () => undefined;
    expect(await bench.settled(bench.echo())).to.equal('ENODEV doe.device-gone');
  });
});
