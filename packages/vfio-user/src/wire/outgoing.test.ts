import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  joined,
  message,
  openDescriptors,
  openWire,
  someDescriptors,
  type WireBench,
} from './wire.test-support.js';

/** Fills the socket until something waits; answers what was sent. */
function fill({ outgoing }: WireBench): Uint8Array[] {
  const sent: Uint8Array[] = [];
  for (let id = 0; outgoing.queued === 0; id++) {
    const payload = new Uint8Array(4000).fill(id);
    outgoing.bytes.set(payload);
    outgoing.reply(id, 9, payload.length);
    sent.push(message(id, payload, { flags: 1 }));
  }
  return sent;
}

describe('Outgoing (docs/interop/vfio-user.rst, Header)', () => {
  it('one piece: sends header and payload of a message in one piece (hw/vfio-user/proxy.c of QEMU, vfio_user_recv_one)', () => {
    using wire = openWire();
    wire.outgoing.bytes.set([1, 2, 3]);
    wire.outgoing.reply(7, 9, 3);
    wire.outgoing.error(8, 10, 22);
    wire.outgoing.command(9, 11, 2, 0x10);
    // The error has left the payload as it was.
    expect(joined(...wire.read().map(({ bytes }) => bytes))).to.deep.equal(
      joined(
        message(7, [1, 2, 3], { command: 9, flags: 1 }),
        message(8, [], { command: 10, flags: 0x21, errno: 22 }),
        message(9, [1, 2], { command: 11, flags: 0x10 }),
      ),
    );
  });

  it('slow reader: what the socket does not take comes later, whole and in order', () => {
    using wire = openWire();
    const sent = fill(wire);
    wire.outgoing.error(1, 2, 3);
    sent.push(message(1, [], { command: 2, flags: 0x21, errno: 3 }));
    const read: Uint8Array[] = [];
    do {
      read.push(...wire.read().map(({ bytes }) => bytes));
    } while (!wire.outgoing.flush());
    read.push(...wire.read().map(({ bytes }) => bytes));
    expect(wire.outgoing.queued).to.equal(0);
    expect(Buffer.concat(read).equals(Buffer.concat(sent))).to.equal(true);
  });

  it('slow reader cut off: what waits has a limit: beyond it the peer is one that does not read (own rule)', () => {
    using wire = openWire({ maxQueued: 10_000 });
    fill(wire);
    for (let id = 0; id < 4; id++) {
      wire.outgoing.reply(id, 9, 4000);
    }
    expect(wire.outgoing.failed).to.equal('slow');
    expect(wire.outgoing.queued).to.be.at.most(10_000);
  });

  it('a peer that is gone is told by a field, and never by an error', () => {
    using wire = openWire();
    wire.peer[Symbol.dispose]();
    wire.outgoing.reply(1, 9, 0);
    expect(wire.outgoing.failed).to.equal('gone');
    wire.outgoing.reply(2, 9, 0);
    expect(wire.outgoing.flush()).to.equal(true);
  });

  it('descriptors sent: descriptors wait with their message, which is sent by itself (net/unix/af_unix.c)', () => {
    using wire = openWire();
    const sent = fill(wire);
    {
      using lent = someDescriptors(2);
      wire.outgoing.bytes.set([4, 5]);
      wire.outgoing.reply(100, 9, 2, lent.fds);
    }
    wire.outgoing.reply(101, 9, 2);
    sent.push(message(100, [4, 5], { flags: 1 }), message(101, [4, 5], { flags: 1 }));
    const reads = [...wire.read()];
    while (!wire.outgoing.flush()) {
      reads.push(...wire.read());
    }
    reads.push(...wire.read());
    expect(Buffer.concat(reads.map(({ bytes }) => bytes)).equals(Buffer.concat(sent))).to.equal(
      true,
    );
    const carrying = reads.findIndex(({ fds }) => fds === 2);
    expect(reads[carrying]?.bytes.subarray(-18)).to.deep.equal(sent.at(-2));
    expect(reads[carrying + 1]?.bytes).to.deep.equal(sent.at(-1));
  });

  it('descriptors sent: a peer that does not read does not use up the descriptors of this process (own rule)', () => {
    using wire = openWire({ maxQueued: 1 << 24 });
    fill(wire);
    using lent = someDescriptors(1);
    const before = openDescriptors();
    for (let id = 0; id < 1000; id++) {
      wire.outgoing.reply(id, 5, 32, lent.fds);
    }
    expect(wire.outgoing.failed).to.equal('slow');
    expect(openDescriptors() - before).to.be.within(1, 256);
  });

  it('closes the copies of descriptors that were never sent', () => {
    using lent = someDescriptors(2);
    const before = openDescriptors();
    {
      using wire = openWire();
      fill(wire);
      const open = openDescriptors();
      wire.outgoing.reply(1, 9, 0, lent.fds);
      expect(openDescriptors()).to.equal(open + 2);
    }
    expect(openDescriptors()).to.equal(before);
  });

  it('kept reply: what is kept can be filled while other messages are sent (own rule)', () => {
    using wire = openWire();
    wire.outgoing.bytes.set([1, 2, 3]);
    const kept = wire.outgoing.keep();
    wire.outgoing.bytes.set([9, 9, 9]);
    wire.outgoing.reply(1, 9, 3);
    kept.view.setUint8(1, 7);
    wire.outgoing.bytes.set(kept.bytes.subarray(0, 3));
    kept[Symbol.dispose]();
    wire.outgoing.reply(2, 9, 3);
    expect(joined(...wire.read().map(({ bytes }) => bytes))).to.deep.equal(
      joined(message(1, [9, 9, 9], { flags: 1 }), message(2, [1, 7, 3], { flags: 1 })),
    );
  });

  it('kept reply: a late owner of a buffer writes into nothing after the end (own rule)', () => {
    const wire = openWire();
    const kept = wire.outgoing.keep();
    wire[Symbol.dispose]();
    kept.view.setUint32(0, 1);
    kept[Symbol.dispose]();
    expect(wire.outgoing.failed).to.equal('gone');
  });

  it('dma beside a reply: another one beside it has its own payload and the same order', () => {
    using wire = openWire();
    using beside = wire.outgoing.beside(100);
    wire.outgoing.bytes.set([1]);
    beside.bytes.set([2]);
    beside.command(5, 11, 1);
    wire.outgoing.reply(6, 9, 1);
    expect(joined(...wire.read().map(({ bytes }) => bytes))).to.deep.equal(
      joined(message(5, [2], { command: 11 }), message(6, [1], { flags: 1 })),
    );
  });
});
