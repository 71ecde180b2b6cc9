import { closeSync } from 'node:fs';
import { EventFd, SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  joined,
  message,
  openDescriptors,
  openWire,
  payloadOf,
  someDescriptors,
} from './wire.test-support.js';

const HEADER = 'docs/interop/vfio-user.rst, Header';
const FDS = 'net/unix/af_unix.c, unix_stream_read_generic';

describe(`Incoming, messages of a stream (${HEADER})`, () => {
  it('one read: shows one message after the other of a single read', () => {
    using wire = openWire();
    const { incoming } = wire;
    wire.send(
      joined(
        message(1, [5, 6], { command: 10, flags: 0x10 }),
        message(0xffff, [], { flags: 0x21, errno: 5 }),
      ),
    );
    expect(incoming.next()).to.equal(true);
    expect([incoming.id, incoming.command, incoming.flags, incoming.isReply]).to.deep.equal([
      1,
      10,
      0x10,
      false,
    ]);
    expect(payloadOf(incoming)).to.deep.equal([5, 6]);
    expect(incoming.next()).to.equal(true);
    expect([incoming.id, incoming.isReply, incoming.errno, incoming.length]).to.deep.equal([
      0xffff,
      true,
      5,
      0,
    ]);
    expect(incoming.next()).to.equal(false);
    expect(incoming.ended).to.equal(false);
  });

  it('message in pieces: waits for the rest of a message, also of its header', () => {
    using wire = openWire();
    const whole = message(3, [1, 2, 3, 4]);
    for (const byte of whole.subarray(0, whole.length - 1)) {
      wire.send(Uint8Array.of(byte));
      expect(wire.incoming.next()).to.equal(false);
    }
    wire.send(whole.subarray(whole.length - 1));
    expect(wire.incoming.next()).to.equal(true);
    expect(payloadOf(wire.incoming)).to.deep.equal([1, 2, 3, 4]);
  });

  it('message in pieces: a part of a message is none, so that nobody asks for the rest before the socket tells of it (own rule)', () => {
    using wire = openWire();
    const { incoming } = wire;
    const whole = message(3, [1, 2, 3, 4]);
    let sent = 0;
    for (const end of [1, 15, 16, whole.length - 1]) {
      wire.send(whole.subarray(sent, end));
      sent = end;
      expect([incoming.next(), incoming.hasMessage]).to.deep.equal([false, false]);
    }
    wire.send(joined(whole.subarray(-1), message(4, [5]), message(5, [], { size: 3 })));
    for (const id of [3, 4]) {
      expect([incoming.next(), incoming.id, incoming.hasMessage]).to.deep.equal([true, id, true]);
    }
    expect([incoming.next(), incoming.malformed, incoming.hasMessage]).to.deep.equal([
      true,
      'size',
      false,
    ]);
  });

  it('message end: says when the peer is gone, after what it has sent', () => {
    using wire = openWire();
    wire.send(message(1));
    wire.peer[Symbol.dispose]();
    expect([wire.incoming.next(), wire.incoming.ended]).to.deep.equal([true, false]);
    expect([wire.incoming.next(), wire.incoming.ended]).to.deep.equal([false, true]);
    expect(wire.incoming.next()).to.equal(false);
  });

  for (const [size, problem] of [
    [0, 'size'],
    [15, 'size'],
    [4097, 'too-large'],
    [0xffff_ffff, 'too-large'],
  ] as const) {
    it(`message size: a size of ${size} is reported with its id, and nothing after it is believed (test_request_errors.py)`, () => {
      using wire = openWire();
      wire.send(joined(message(9, [], { size }), message(10)));
      expect(wire.incoming.next()).to.equal(true);
      expect([wire.incoming.id, wire.incoming.malformed]).to.deep.equal([9, problem]);
      expect([wire.incoming.next(), wire.incoming.outOfStep]).to.deep.equal([false, true]);
    });
  }

  it('largest message: the largest message fits, and the next one as well', () => {
    using wire = openWire({ maxMessage: 100_000 });
    const large = new Uint8Array(100_000 - 16).map((_, index) => index);
    for (let id = 0; id < 5; id++) {
      const bytes = message(id, large);
      wire.send(bytes.subarray(0, 60_000));
      expect(wire.incoming.next()).to.equal(false);
      wire.send(joined(bytes.subarray(60_000), message(100 + id, [id])));
      expect(wire.incoming.next()).to.equal(true);
      expect(payloadOf(wire.incoming)).to.deep.equal([...large]);
      expect(wire.incoming.next()).to.equal(true);
      expect(payloadOf(wire.incoming)).to.deep.equal([id]);
    }
  });

  it('message type: a type that is neither a command nor a reply is reported, and the next message is fine', () => {
    using wire = openWire();
    wire.send(joined(message(1, [1], { flags: 2 }), message(2, [2])));
    expect(wire.incoming.next()).to.equal(true);
    expect([wire.incoming.id, wire.incoming.malformed]).to.deep.equal([1, 'type']);
    expect(wire.incoming.next()).to.equal(true);
    expect([wire.incoming.id, wire.incoming.malformed]).to.deep.equal([2, undefined]);
  });

  it('kept message: what is kept stays as it is, however much comes after it (own rule)', () => {
    using wire = openWire({ maxMessage: 1000 });
    const { incoming } = wire;
    wire.send(message(1, [7, 7, 7]));
    incoming.next();
    const { at } = incoming;
    using kept = incoming.keep();
    const filler = message(2, new Uint8Array(984).fill(0xee));
    for (let count = 0; count < 200; count++) {
      wire.send(filler);
      expect(incoming.next()).to.equal(true);
      expect(incoming.length).to.equal(984);
    }
    expect([...kept.bytes.subarray(at, at + 3)]).to.deep.equal([7, 7, 7]);
    expect(kept.bytes).to.not.equal(incoming.bytes);
  });

  it('message in pieces: messages are the same however the stream is cut (own rule)', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        pieces,
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
        (payloads, cuts) => {
          using wire = openWire({ maxMessage: 400 });
          const stream = joined(...payloads.map((payload, id) => message(id, payload)));
          const seen: number[][] = [];
          let sent = 0;
          for (let cut = 0; sent < stream.length; cut++) {
            const end = sent + (cuts[cut % cuts.length] ?? 1);
            wire.send(stream.subarray(sent, end));
            sent = end;
            while (wire.incoming.next()) {
              expect(wire.incoming.id).to.equal(seen.length);
              seen.push(payloadOf(wire.incoming));
            }
          }
          expect(seen).to.deep.equal(payloads.map((payload) => [...payload]));
        },
      ),
      { seed: 20261121, numRuns: 60 },
    );
  });

  it('hostile bytes: no bytes of a peer make it throw (own rule)', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 64 })), (sent) => {
        using wire = openWire();
        for (const bytes of sent) {
          wire.send(bytes);
          while (wire.incoming.next());
        }
      }),
      { seed: 20261121, numRuns: 100 },
    );
  });
});

describe(`Incoming, descriptors (${FDS})`, () => {
  it('descriptors of a message: belong to the last message that starts in the read that brought them', () => {
    using wire = openWire();
    using lent = someDescriptors(2);
    wire.send(message(1));
    wire.send(message(2));
    wire.send(message(3, [1, 2, 3]), lent.fds);
    wire.send(message(4));
    const counts: number[] = [];
    while (wire.incoming.next()) {
      counts.push(wire.incoming.descriptorCount);
      wire.incoming.takeDescriptors().forEach((fd) => closeSync(fd));
    }
    expect(counts).to.deep.equal([0, 0, 2, 0]);
  });

  it("descriptors of a message: that come with the middle of a message are that message's", () => {
    using wire = openWire();
    using lent = someDescriptors(1);
    const bytes = message(1, [1, 2, 3, 4]);
    wire.send(bytes.subarray(0, 10));
    expect(wire.incoming.next()).to.equal(false);
    wire.send(bytes.subarray(10, 18), lent.fds);
    expect(wire.incoming.next()).to.equal(false);
    wire.send(bytes.subarray(18));
    expect(wire.incoming.next()).to.equal(true);
    expect(wire.incoming.descriptorCount).to.equal(1);
    expect(wire.incoming.next()).to.equal(false);
  });

  it('descriptors dropped: that nobody takes are closed with the next message, and at the end', () => {
    using wire = openWire();
    using lent = someDescriptors(3);
    const before = openDescriptors();
    wire.send(message(1), lent.fds);
    wire.incoming.next();
    expect(openDescriptors()).to.equal(before + 3);
    wire.incoming.next();
    expect(openDescriptors()).to.equal(before);
    wire.send(message(2), lent.fds);
    wire.incoming.next();
    wire.send(message(3).subarray(0, 8), lent.fds);
    wire.incoming[Symbol.dispose]();
    expect(openDescriptors()).to.equal(before);
  });

  for (const [what, cuts] of [
    ['at once', [26]],
    ['on two pieces', [8, 26]],
    ['on many pieces', [4, 8, 12, 16, 20, 21, 22, 23, 24, 25, 26]],
  ] as const) {
    it(`too many descriptors: more than the limit, ${what}, are closed, and the message is refused (own rule)`, () => {
      using wire = openWire({ maxDescriptors: 4 });
      using lent = someDescriptors(5);
      const before = openDescriptors();
      const bytes = message(1, new Uint8Array(10));
      let at = 0;
      for (const cut of cuts) {
        expect(wire.incoming.next()).to.equal(false);
        expect(openDescriptors()).to.be.at.most(before + 9);
        wire.send(bytes.subarray(at, cut), lent.fds);
        at = cut;
      }
      expect(wire.incoming.next()).to.equal(true);
      expect([wire.incoming.id, wire.incoming.malformed]).to.deep.equal([1, 'descriptors']);
      expect(wire.incoming.descriptorCount).to.equal(0);
      expect(openDescriptors()).to.equal(before);
      wire.send(message(2), lent.fds.slice(0, 4));
      expect(wire.incoming.next()).to.equal(true);
      expect([wire.incoming.malformed, wire.incoming.descriptorCount]).to.deep.equal([
        undefined,
        4,
      ]);
    });
  }

  it('socket descriptors: a socket is closed before its message is whole, so that a peer that sent its own end is seen to go (unix(7), SCM_RIGHTS)', () => {
    using wire = openWire();
    using lent = someDescriptors(1);
    const before = openDescriptors();
    wire.send(message(1, [1, 2]).subarray(0, 17), [...lent.fds, wire.peer.fd]);
    expect(wire.incoming.next()).to.equal(false);
    expect(openDescriptors()).to.equal(before);
    wire.peer[Symbol.dispose]();
    expect([wire.incoming.next(), wire.incoming.ended]).to.deep.equal([false, true]);
  });

  it('socket descriptors: the message that brought one is refused, and no other descriptor is', () => {
    using wire = openWire();
    using event = EventFd.create();
    using memory = SharedMemory.create(4096);
    wire.send(message(1), [event.fd, wire.peer.fd]);
    wire.send(message(2), [event.fd, memory.fd]);
    expect([wire.incoming.next(), wire.incoming.malformed]).to.deep.equal([true, 'descriptors']);
    expect([wire.incoming.next(), wire.incoming.malformed]).to.deep.equal([true, undefined]);
    expect(wire.incoming.descriptorCount).to.equal(2);
  });

  it('socket descriptors: are taken where they are wanted, as a twin socket is (docs/interop/vfio-user.rst, VFIO_USER_VERSION)', () => {
    using wire = openWire({ takesSocket: () => true });
    wire.send(message(1), [wire.peer.fd]);
    expect([wire.incoming.next(), wire.incoming.malformed]).to.deep.equal([true, undefined]);
    expect(wire.incoming.descriptorCount).to.equal(1);
  });
});
