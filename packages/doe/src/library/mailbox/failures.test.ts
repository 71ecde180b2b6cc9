import { ManualClock, MdevError } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MOST_PAYLOAD } from '../../abi/object/index.js';
import type { ConfigAccess } from '../access/index.js';
import { drive, MailboxBench } from './bench.test-support.js';
import { DoeMailbox } from './doe-mailbox.js';
import { AT, echoId, type ModelDevice, ModelDevice as Model } from './model-device.test-support.js';

interface FailureCase {
  readonly row: string;
  readonly what: string;
  readonly source: string;
  readonly outcome: string;
  /** Makes the device misbehave. */
  readonly spoil: (device: ModelDevice) => void;
  /** How long the requester waits, besides for the Abort. */
  readonly ms?: number;
  /** Makes it behave again, in the Abort. */
  readonly mend?: (device: ModelDevice) => void;
}

/** Each is followed by an Abort, and by an exchange that succeeds. */
const cases: readonly FailureCase[] = [
  {
    row: 'doe §2 requester busy',
    what: 'the device is busy for more than a second',
    source: 'drivers/pci/doe.c, pci_doe_send_req',
    outcome: 'EBUSY doe.busy',
    ms: 1000,
    spoil: (device) => void (device.isStuckBusy = true),
    mend: (device) => void (device.isStuckBusy = false),
  },
  {
    row: 'doe §2 requester error before',
    what: 'the Error bit is set before anything was sent',
    source: 'drivers/pci/doe.c, pci_doe_send_req',
    outcome: 'EIO doe.error-before',
    spoil: (device) => void (device.isError = true),
  },
  {
    row: 'doe §2 requester refused',
    what: 'the device answers with Error',
    source: 'drivers/pci/doe.c, doe_statemachine_work; PCI Express Base Specification 6.0, 6.30.2',
    outcome: 'EIO doe.refused',
    spoil: (device) => void device.handlers.set(0x101af4, () => undefined),
    mend: (device) => void device.handlers.set(0x101af4, (payload) => payload.slice()),
  },
  {
    row: 'doe §2 requester timeout',
    what: 'nothing is ready a second after Go',
    source: 'drivers/pci/doe.c, PCI_DOE_TIMEOUT',
    outcome: 'EIO doe.response-timeout',
    ms: 1000,
    spoil: (device) => void (device.lateLooks = Infinity),
    mend: (device) => void (device.lateLooks = 0),
  },
  {
    row: 'doe §2 requester wrong vendor',
    what: 'the response is of somebody else',
    source: 'drivers/pci/doe.c, pci_doe_recv_resp',
    outcome: 'EIO doe.wrong-object',
    spoil: respond(([first = 0, ...rest]) => [first ^ 1, ...rest]),
  },
  {
    row: 'doe §2 requester wrong type',
    what: 'the response is of another type',
    source: 'drivers/pci/doe.c, pci_doe_recv_resp',
    outcome: 'EIO doe.wrong-object',
    spoil: respond(([first = 0, ...rest]) => [first ^ 0x10000, ...rest]),
  },
  {
    row: 'doe §2 requester short length',
    what: 'the response has a length of 1',
    source: 'drivers/pci/doe.c, pci_doe_recv_resp',
    outcome: 'EIO doe.short-length',
    spoil: respond(([first = 0, , ...rest]) => [first, 1, ...rest]),
  },
  {
    row: 'doe §2 requester lost ready',
    what: 'the response has fewer words than it says',
    source: 'drivers/pci/doe.c, pci_doe_data_obj_ready',
    outcome: 'EIO doe.ready-lost',
    spoil: respond(([first = 0, second = 0, ...rest]) => [first, second + 1, ...rest]),
  },
  {
    row: 'doe §2 requester error at end',
    what: 'the Error bit is set while the response is read',
    source: 'drivers/pci/doe.c, pci_doe_recv_resp',
    outcome: 'EIO doe.error-at-end',
    spoil: (device) =>
      void (device.onAccess = () => void (device.isError = device.left === 1 || device.isError)),
    mend: (device) => void (device.onAccess = () => undefined),
  },
];

function respond(change: (words: number[]) => number[]): (device: ModelDevice) => void {
  return (device) => {
    device.onResponse = change;
  };
}

describe('DoeMailbox: failures', () => {
  for (const { row, what, source, outcome, spoil, mend, ms = 0 } of cases) {
    it(`${row}: ${what} (${source})`, async () => {
      await using bench = await MailboxBench.open(new Model(), (device) => mending(device, mend));
      spoil(bench.device);
      const start = bench.clock.now();
      expect(await bench.settled(bench.echo(1, 2, 3))).to.equal(outcome);
      expect(bench.trace()).to.match(/ W08=01( R0c)+$/);
      expect(bench.clock.now() - start).to.be.within(ms, ms + 30);
      expect([bench.device.assembled, bench.device.left]).to.deep.equal([0, 0]);
      bench.device.onResponse = (words) => words;
      expect(await bench.drive(bench.echo(5))).to.deep.equal(Uint8Array.of(5, 0, 0, 0));
      expect(bench.clock.pendingCount).to.equal(0);
    });
  }

  it('doe §2 requester unsupported: a feature that was not discovered is EINVAL, and no register is touched (drivers/pci/doe.c, pci_doe_submit_task)', async () => {
    await using bench = await MailboxBench.open();
    const { mailbox } = bench;
    for (const [vendor, type] of [
      [1, 1],
      [0x1af4, 0x11],
      [0x101af4, 0],
      [-1, 0],
      [1, 0x100],
      [0x1af4, 0x10010],
    ] as const) {
      expect(mailbox.supports(vendor, type)).to.equal(false);
      const exchange = mailbox.exchange(vendor, type, new Uint8Array(4));
      expect(await bench.settled(exchange)).to.equal('EINVAL doe.unsupported');
    }
    expect(bench.trace()).to.equal('');
  });

  it('doe §2 requester errors: name the DOE Capability by its offset, and a feature as the kernel does (bug; seed 004; Documentation/ABI/testing/sysfs-bus-pci, doe_features)', async () => {
    await using bench = await MailboxBench.open();
    const detailsOf = async (work: Promise<unknown>): Promise<unknown> => {
      const error = await bench.drive(work.catch((reason: unknown) => reason));
      return MdevError.is(error) && error.details;
    };
    expect(await detailsOf(bench.mailbox.exchange(1, 1, new Uint8Array(4)))).to.deep.equal({
      at: '140',
      feature: '0001:01',
    });
    bench.device.onResponse = ([first = 0, ...rest]) => [first ^ 1, ...rest];
    expect(await detailsOf(bench.echo(1))).to.deep.equal({
      at: '140',
      expected: '1af4:10',
      got: '1af5:10',
    });
    bench.device.isStuckBusy = true;
    expect(await detailsOf(bench.echo(1))).to.deep.equal({ at: '140' });
  });

  it('doe §2 requester too long: a payload beyond 2^18 words is EIO, and no register is touched (drivers/pci/doe.c, pci_doe_send_req)', async () => {
    await using bench = await MailboxBench.open();
    const payload = new Uint8Array(MOST_PAYLOAD + 1);
    const exchange = bench.mailbox.exchange(echoId.vendor, echoId.type, payload);
    expect(await bench.settled(exchange)).to.equal('EIO doe.payload-too-long');
    expect(bench.trace()).to.equal('');
  });

  it('doe §2 requester object size: an object of no words, half words or too many is EINVAL (PCI Express Base Specification 6.0, section 6.30.1)', async () => {
    await using bench = await MailboxBench.open();
    for (const size of [0, 4, 9, 11, MOST_PAYLOAD + 12]) {
      const exchange = bench.mailbox.exchangeObject(new Uint8Array(size));
      expect(await bench.settled(exchange), String(size)).to.equal('EINVAL doe.object-size');
    }
    expect(bench.trace()).to.equal('');
  });

  it('doe §2 requester whole objects: unknown features and lies reach the device as they are (own rule)', async () => {
    await using bench = await MailboxBench.open();
    const { mailbox } = bench;
    const unknown = Uint8Array.of(0x34, 0x12, 0x56, 0, 2, 0, 0, 0);
    expect(await bench.settled(mailbox.exchangeObject(unknown))).to.equal('EIO doe.refused');
    expect(bench.trace()).to.match(/^R0c W10=561234 W10=02 W08=80000000 R0c W08=01 R0c$/);
    const lie = Uint8Array.of(1, 0, 0, 0, 9, 0, 0, 0);
    expect(await bench.settled(mailbox.exchangeObject(lie))).to.equal('EIO doe.response-timeout');
    const honest = Uint8Array.of(1, 0, 0, 0, 3, 0, 0, 0, 1, 2, 0, 0);
    expect(await bench.drive(mailbox.exchangeObject(honest))).to.deep.equal(
      Uint8Array.of(1, 0, 0, 0, 3, 0, 0, 0, 0xf4, 0x1a, 0x10, 2),
    );
  });

  it('doe §2 requester dead: an Abort that does not end within a second ends the mailbox, for those who wait as well (drivers/pci/doe.c, signal_task_abort)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.isStuckBusy = true;
    const start = bench.clock.now();
    const first = settled(bench.echo(1));
    const second = settled(bench.echo(2));
    expect(await bench.drive(first)).to.equal('EBUSY doe.busy');
    expect(bench.clock.now() - start).to.be.within(2000, 2000 + 4 * 8);
    expect(await bench.drive(second)).to.equal('EIO doe.dead');
    bench.device.isStuckBusy = false;
    bench.trace();
    expect(await bench.settled(bench.echo(3))).to.equal('EIO doe.dead');
    expect(bench.trace()).to.equal('');
  });

  it('doe §2 requester abort: is over when the device is neither busy nor in error (drivers/pci/doe.c, pci_doe_abort)', async () => {
    await using bench = await MailboxBench.open();
    const { device } = bench;
    device.isError = true;
    let looks = 0;
    device.onAccess = () => {
      // Access 1 looks before the request, access 2 is the Abort, then come one look at Error and one at Busy.
      device.isError = ++looks <= 3;
      device.busyLooks = looks === 4 ? 1 : 0;
    };
    expect(await bench.settled(bench.echo())).to.equal('EIO doe.error-before');
    expect(bench.trace()).to.equal('R0c W08=01 R0c R0c R0c');
  });

  it('doe §2 requester reset failed: a device that stays busy after the first Abort is no mailbox (drivers/pci/doe.c, pci_doe_create_mb)', async () => {
    const clock = new ManualClock();
    const device = new Model();
    device.isStuckBusy = true;
    const opening = settled(DoeMailbox.open(device, AT, { clock }));
    expect(await drive(clock, opening)).to.equal('EIO doe.abort-timeout');
    expect(device.log.filter((access) => access.startsWith('W'))).to.deep.equal(['W08=01']);
    expect(clock.pendingCount).to.equal(0);
  });

  it('doe §2 requester no capability: nothing is written where there is none (own rule)', async () => {
    const clock = new ManualClock();
    const device = new Model();
    const opening = settled(DoeMailbox.open(device, AT + 4, { clock }));
    expect(await drive(clock, opening)).to.equal('EINVAL doe.no-capability');
    expect(device.log).to.deep.equal(['R04']);
    for (const at of [0, 0x102, 0xfec, 0x1000, NaN]) {
      const error = await DoeMailbox.open(device, at, { clock }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RangeError);
    }
  });

  it('doe §2 requester config failed: what the accessor throws is typed, and keeps its own reason if it has one (drivers/pci/access.c, pcibios_err_to_errno)', async () => {
    await using bench = await MailboxBench.open();
    const { device } = bench;
    const throwing = (error: Error): void => {
      device.onAccess = () => {
        device.onAccess = () => undefined;
        throw error;
      };
    };
    throwing(new Error('master abort'));
    const failed = await bench.drive(bench.echo().catch((reason: unknown) => reason));
    expect((failed as MdevError).reason).to.equal('doe.config-failed');
    expect(((failed as MdevError).cause as Error).message).to.equal('master abort');
    throwing(new MdevError('ETIMEDOUT', 'x.late', 'late'));
    expect(await bench.settled(bench.echo())).to.equal('ETIMEDOUT x.late');
    expect(await bench.drive(bench.echo())).to.have.length(0);
  });
});

/** The device, and it behaves again as soon as it is aborted. */
function mending(device: ModelDevice, mend: FailureCase['mend']): ConfigAccess {
  return {
    read32: (offset) => device.read32(offset),
    write32: (offset, value) => {
      if (offset === AT + 8 && value === 1) {
        mend?.(device);
      }
      device.write32(offset, value);
    },
  };
}
