import { expect } from 'chai';
import { describe, it } from 'mocha';
import { encodeDiscoveryResponse } from '../../abi/object/index.js';
import { drive, MailboxBench } from './bench.test-support.js';
import { ManualClock } from '@mdevkit/core';
import { AT, echoId, ModelDevice, otherId } from './model-device.test-support.js';
import { DoeMailbox } from './doe-mailbox.js';

/** A discovery, from the look at Busy to the last one at Error. */
const discovery = (request: string): string =>
  `R0c W10=01 W10=03 W10=${request} W08=80000000 R0c R14 W14=00 R14 W14=00 R14 R0c W14=00 R0c`;

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

describe('DoeMailbox: accesses', () => {
  for (const [version, requests] of [
    [1, ['00', '01', '02']],
    [2, ['200', '201', '202']],
  ] as const) {
    it(`doe §2 requester open: Abort, then discovery until the next index is 0, version ${version} (drivers/pci/doe.c, pci_doe_create_mb, pci_doe_discovery)`, async () => {
      const clock = new ManualClock();
      const device = new ModelDevice(version);
      await using mailbox = await drive(clock, DoeMailbox.open(device, AT, { clock }));
      expect(device.log.join(' ')).to.equal(
        ['R00 W08=01 R0c', ...requests.map(discovery)].join(' '),
      );
      expect([mailbox.at, mailbox.version]).to.deep.equal([AT, version]);
      expect(mailbox.features).to.deep.equal([{ vendor: 1, type: 0 }, echoId, otherId]);
      expect(clock.pendingCount).to.equal(0);
    });
  }

  it('doe §2 requester order: header, payload, Go, then Status until ready, words each acknowledged, Status before the last (drivers/pci/doe.c, pci_doe_send_req, pci_doe_recv_resp)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.lateLooks = 2;
    expect(await bench.drive(bench.echo(0x11, 0xfedcba98))).to.deep.equal(words(0x11, 0xfedcba98));
    expect(bench.trace()).to.equal(
      'R0c W10=101af4 W10=04 W10=11 W10=fedcba98 W08=80000000 R0c R0c R0c ' +
        'R14 W14=00 R14 W14=00 R14 W14=00 R14 R0c W14=00 R0c',
    );
  });

  it('doe §2 requester order: no payload either way (drivers/pci/doe.c, pci_doe_recv_resp)', async () => {
    await using bench = await MailboxBench.open();
    expect(await bench.drive(bench.echo())).to.have.length(0);
    expect(bench.trace()).to.equal(
      'R0c W10=101af4 W10=02 W08=80000000 R0c R14 W14=00 R14 W14=00 R0c',
    );
  });

  it('doe §2 requester padding: the last word is filled with zeros (drivers/pci/doe.c, pci_doe_send_req; PCI Express Base Specification 6.0, section 6.30.1)', async () => {
    await using bench = await MailboxBench.open();
    const payload = Uint8Array.of(1, 2, 3, 4, 5);
    const response = await bench.drive(bench.mailbox.exchange(echoId.vendor, echoId.type, payload));
    expect(response).to.deep.equal(Uint8Array.of(1, 2, 3, 4, 5, 0, 0, 0));
    expect(bench.trace()).to.contain('W10=04 W10=4030201 W10=05 W08=80000000');
  });

  it('doe §2 requester busy wait: looks at Busy again for a second, then sends (drivers/pci/doe.c, pci_doe_send_req)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.busyLooks = 2;
    await bench.drive(bench.echo(7));
    expect(bench.trace()).to.match(/^R0c R0c R0c W10=101af4 /);
  });

  it('doe §2 requester longer discovery: the words behind the first are read and dropped (PCI Express Base Specification 6.1, section 6.30.1.1; drivers/pci/doe.c, pci_doe_recv_resp)', async () => {
    const clock = new ManualClock();
    const device = new ModelDevice();
    device.discover = () => {
      const payload = new Uint8Array(8).fill(0xee);
      payload.set(encodeDiscoveryResponse({ ...echoId, next: 0 }));
      return payload;
    };
    await using mailbox = await drive(clock, DoeMailbox.open(device, AT, { clock }));
    expect(mailbox.features).to.deep.equal([echoId]);
    expect(device.log.join(' ')).to.equal(
      'R00 W08=01 R0c R0c W10=01 W10=03 W10=200 W08=80000000 R0c ' +
        'R14 W14=00 R14 W14=00 R14 R0c W14=00 R14 W14=00 R0c',
    );
  });

  it('doe §2 requester poll: waits an 128th of a second between looks, and none before the first (drivers/pci/doe.c, PCI_DOE_POLL_INTERVAL)', async () => {
    await using bench = await MailboxBench.open();
    const { clock, device } = bench;
    const looks: number[] = [];
    device.onAccess = () => void looks.push(clock.now());
    const start = clock.now();
    await bench.drive(bench.echo());
    expect(new Set(looks)).to.deep.equal(new Set([start]));
    looks.length = 0;
    device.lateLooks = 1;
    const exchange = bench.echo();
    const now = clock.now();
    for (const milliseconds of [0, 7.8125, 0]) {
      await drive(new ManualClock(), Promise.resolve());
      clock.advance(milliseconds);
    }
    await bench.drive(exchange);
    expect(new Set(looks)).to.deep.equal(new Set([now, now + 7.8125]));
  });

  it('doe §2 requester copies: payload and object may be used again at once, and the response is the caller’s own (own rule)', async () => {
    await using bench = await MailboxBench.open();
    const payload = words(1, 2);
    const object = words(0x101af4, 3, 5);
    const first = bench.mailbox.exchange(echoId.vendor, echoId.type, payload);
    const second = bench.mailbox.exchangeObject(object);
    payload.fill(0xff);
    object.fill(0xff);
    const response = await bench.drive(first);
    expect(response).to.deep.equal(words(1, 2));
    expect(await bench.drive(second)).to.deep.equal(words(0x101af4, 3, 5));
    await bench.drive(bench.echo(9, 9));
    expect(response).to.deep.equal(words(1, 2));
  });
});
