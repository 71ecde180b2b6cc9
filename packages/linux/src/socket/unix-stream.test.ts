import { closeSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createEventfd, duplicate, isSocket, libc, AF_UNIX, SOCK_CLOEXEC } from '../libc/index.js';
import { failureOf, openDescriptors, opened, refusal } from '../memory/descriptors.test-support.js';
import { NativeBuffer } from '../native/index.js';
import { O_CLOEXEC, ends, flagsOf, receiveBytes, sendBytes } from './stream.test-support.js';
import { UnixStream } from './unix-stream.js';

describe('UnixStream (unix(7), net/unix/af_unix.c)', () => {
  it('carries bytes both ways, and says -1 when there are none', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(4096);
    expect(receiveBytes(pair.near, buffer)).to.equal(-1);
    expect(sendBytes(pair.far, buffer, [1, 2, 3])).to.equal(3);
    expect(sendBytes(pair.near, buffer, [4])).to.equal(1);
    expect(receiveBytes(pair.near, buffer)).to.deep.equal([1, 2, 3]);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([4]);
    expect(receiveBytes(pair.far, buffer)).to.equal(-1);
    expect([pair.near.hasDescriptors, pair.near.takeDescriptors()]).to.deep.equal([false, []]);
  });

  it('tells a socket from what is none, open or not (getsockopt(2), ENOTSOCK, EBADF)', () => {
    using pair = ends();
    using device = opened('/dev/null', 'r');
    expect([pair.near.fd, device.fd, 999_999, -1].map(isSocket)).to.deep.equal([
      true,
      false,
      false,
      false,
    ]);
  });

  it('sends and receives parts of a buffer, and touches nothing else of it', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    buffer.bytes.fill(9);
    buffer.bytes.set([1, 2, 3], 5);
    expect(pair.near.send(buffer, 6, 2)).to.equal(2);
    expect(pair.far.receive(buffer, 15, 1)).to.equal(1);
    expect(pair.far.receive(buffer, 0, 1)).to.equal(1);
    expect([...buffer.bytes]).to.deep.equal([3, 9, 9, 9, 9, 1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 2]);
  });

  it('keeps the order of bytes however they are cut, and how full the socket is (send(2), MSG_DONTWAIT)', () => {
    using pair = ends();
    using out = NativeBuffer.allocate(2 ** 20);
    using back = NativeBuffer.allocate(2 ** 20);
    const counter = new Uint32Array(out.bytes.buffer);
    counter.forEach((_, index) => (counter[index] = index));
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 1, max: 2 ** 20 }), fc.integer({ min: 1, max: 2 ** 20 })),
          {
            maxLength: 20,
          },
        ),
        (steps) => {
          let sent = 0;
          let received = 0;
          for (const [room, wanted] of steps) {
            const left = Math.min(room, out.size - sent);
            const taken = left === 0 ? 0 : pair.near.send(out, sent, left);
            expect(taken).to.be.within(-1, left);
            sent += Math.max(0, taken);
            const want = Math.min(wanted, out.size - received);
            const came = want === 0 ? 0 : pair.far.receive(back, received, want);
            expect(came === -1 ? 0 : came).to.equal(Math.min(want, sent - received));
            received += Math.max(0, came);
          }
          while (received < sent) {
            received += pair.far.receive(back, received, sent - received);
          }
          expect(
            Buffer.compare(back.bytes.subarray(0, sent), out.bytes.subarray(0, sent)),
          ).to.equal(0);
        },
      ),
      { seed: 20261121, numRuns: 30 },
    );
  });

  it('says -1 when it is full, after it took a part, and goes on when there is room', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(2 ** 22);
    const first = pair.near.send(buffer, 0, 2 ** 22);
    expect(first).to.be.within(1, 2 ** 22 - 1);
    while (pair.near.send(buffer, 0, 4096) > 0);
    expect(pair.near.send(buffer, 0, 1)).to.equal(-1);
    expect(pair.near.wait(false, true, 0)).to.equal(false);
    while (pair.far.receive(buffer, 0, 2 ** 22) > 0);
    expect(pair.near.wait(false, true, 0)).to.equal(true);
    expect(pair.near.send(buffer, 0, 1)).to.equal(1);
  });
});

describe('the end of a UnixStream (net/unix/af_unix.c, unix_release_sock)', () => {
  it('is read as 0 after what was sent, and again', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    sendBytes(pair.far, buffer, [1]);
    pair.far[Symbol.dispose]();
    expect(receiveBytes(pair.near, buffer)).to.deep.equal([1]);
    expect(receiveBytes(pair.near, buffer)).to.equal(0);
    expect(receiveBytes(pair.near, buffer)).to.equal(0);
  });

  it('is read as 0 as well if the peer has not read all that it was sent (ECONNRESET)', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    sendBytes(pair.near, buffer, [1]);
    pair.far[Symbol.dispose]();
    expect(receiveBytes(pair.near, buffer)).to.equal(0);
    expect(receiveBytes(pair.near, buffer)).to.equal(0);
  });

  it('peer gone: refuses what is sent then with EPIPE, and no signal ends the process (MSG_NOSIGNAL)', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    using file = opened('/dev/null', 'r');
    sendBytes(pair.near, buffer, [1]);
    pair.far[Symbol.dispose]();
    const sends = [
      () => sendBytes(pair.near, buffer, [1]),
      () => sendBytes(pair.near, buffer, [1], [file.fd]),
      () => sendBytes(pair.near, buffer, [1]),
    ];
    expect(sends.map(refusal)).to.deep.equal(new Array<string>(3).fill('EPIPE linux.peer-gone'));
  });

  it('is what shutdown makes on both sides; what was sent before can be read (shutdown(2))', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    sendBytes(pair.near, buffer, [1]);
    pair.near.shutdown();
    pair.near.shutdown();
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([1]);
    expect([receiveBytes(pair.far, buffer), receiveBytes(pair.near, buffer)]).to.deep.equal([0, 0]);
    expect(refusal(() => sendBytes(pair.far, buffer, [1]))).to.equal('EPIPE linux.peer-gone');
  });

  it('closes the descriptor at disposal, and refuses everything from then on', () => {
    const before = openDescriptors();
    using buffer = NativeBuffer.allocate(16);
    const [near, far] = UnixStream.pair();
    expect(openDescriptors()).to.have.length(before.length + 2);
    for (const stream of [near, far]) {
      stream[Symbol.dispose]();
      stream[Symbol.dispose]();
    }
    expect(openDescriptors()).to.deep.equal(before);
    const uses = [
      () => near.fd,
      () => near.peer,
      () => near.receive(buffer, 0, 1),
      () => near.send(buffer, 0, 1),
      () => near.wait(true, true, 0),
      () => {
        near.shutdown();
      },
    ];
    expect(uses.map(refusal)).to.deep.equal(new Array<string>(6).fill('EBADF linux.closed'));
    expect(near.takeDescriptors()).to.deep.equal([]);
  });
});

describe('what a UnixStream refuses (own rule: nothing outside of a buffer is read or written)', () => {
  it('a part that is not inside the buffer, or has no bytes, or of a buffer that is released', () => {
    using pair = ends();
    const buffer = NativeBuffer.allocate(16);
    const both = (at: number, length: number): string[] => [
      refusal(() => pair.near.receive(buffer, at, length)),
      refusal(() => pair.near.send(buffer, at, length)),
    ];
    const twice = (text: string): string[] => [text, text];
    for (const [at, length] of [
      [0, 17],
      [16, 1],
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, NaN],
    ] as const) {
      expect(both(at, length), `${at} ${length}`).to.deep.equal(twice('EFAULT linux.fault'));
    }
    expect(both(0, 0)).to.deep.equal(twice('EINVAL linux.empty-message'));
    buffer[Symbol.dispose]();
    expect(both(0, 1)).to.deep.equal(twice('EBADF linux.released'));
  });

  it('a wait without an end, or with one that is no whole number (poll(2))', () => {
    using pair = ends();
    for (const timeout of [-1, 0.5, NaN, Infinity, 2 ** 31]) {
      expect(refusal(() => pair.near.wait(true, false, timeout))).to.equal('EINVAL linux.timeout');
    }
  });
});

describe('UnixStream.wait (poll(2))', () => {
  it('tells whether there is something to read, room to write, or an end', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    expect(pair.near.wait(true, false, 0)).to.equal(false);
    expect(pair.near.wait(true, true, 20_000)).to.equal(true);
    sendBytes(pair.far, buffer, [1]);
    expect(pair.near.wait(true, false, 20_000)).to.equal(true);
    receiveBytes(pair.near, buffer);
    expect(pair.near.wait(false, false, 0)).to.equal(false);
    pair.far[Symbol.dispose]();
    expect(pair.near.wait(false, false, 20_000)).to.equal(true);
  });
});

describe('UnixStream.adopt (socket(7), SO_DOMAIN, SO_TYPE)', () => {
  it('owns a stream socket, which no child inherits from then on', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(16);
    const fd = duplicate(pair.near.fd);
    libc().fcntl(fd, 2, 'int', 0);
    expect(flagsOf(fd) & O_CLOEXEC).to.equal(0);
    using again = UnixStream.adopt(fd);
    expect([again.fd, flagsOf(fd) & O_CLOEXEC]).to.deep.equal([fd, O_CLOEXEC]);
    sendBytes(again, buffer, [5]);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([5]);
  });

  it('refuses anything else, and leaves it open', () => {
    using file = opened('/dev/null', 'r');
    const others = [
      libc().socket(AF_UNIX, 2 | SOCK_CLOEXEC, 0),
      libc().socket(2, 1 | SOCK_CLOEXEC, 0),
      createEventfd(0),
    ];
    const before = openDescriptors();
    const refusals = [...others, file.fd, -1, 2 ** 32, 999_999].map((fd) =>
      refusal(() => UnixStream.adopt(fd)),
    );
    expect(refusals).to.deep.equal([
      'EPROTOTYPE linux.not-stream',
      'EPROTOTYPE linux.not-stream',
      'ENOTSOCK linux.call',
      'ENOTSOCK linux.call',
      'EBADF linux.call',
      'EBADF linux.call',
      'EBADF linux.call',
    ]);
    expect(openDescriptors()).to.deep.equal(before);
    others.forEach((fd) => {
      closeSync(fd);
    });
  });
});

describe('UnixStream.connect (connect(2))', () => {
  it('says what the kernel says where nobody listens, and leaves no descriptor', () => {
    const before = openDescriptors();
    const error = failureOf(() => UnixStream.connect('/nowhere/socket'));
    expect(error.message).to.match(/^ENOENT linux\.call: .*call=connect.*path=\/nowhere\/socket/);
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('refuses a path that is too long, empty or has a NUL (unix(7), sun_path)', () => {
    for (const path of ['', 'x'.repeat(108), 'é'.repeat(54), '\0abstract', '/tmp/a\0b']) {
      expect(refusal(() => UnixStream.connect(path))).to.equal('ENAMETOOLONG linux.socket-path');
    }
    expect(failureOf(() => UnixStream.connect('x'.repeat(107))).code).to.equal('ENOENT');
  });
});
