import { closeSync, fstatSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runChild } from '../child.test-support.js';
import { createEventfd } from '../libc/index.js';
import { openDescriptors, opened, peerMemfd, refusal } from '../memory/descriptors.test-support.js';
import { NativeBuffer } from '../native/index.js';
import { setOption } from './set-option.test-support.js';
import {
  O_CLOEXEC,
  ends,
  filesOf,
  flagsOf,
  receiveBytes,
  sendBytes,
} from './stream.test-support.js';
import { UnixStream } from './unix-stream.js';

function fileOf(fd: number): bigint {
  return fstatSync(fd, { bigint: true }).ino;
}

describe('descriptors over a UnixStream (unix(7), SCM_RIGHTS)', () => {
  it('descriptors new: come in their order, are new, and no child inherits them (MSG_CMSG_CLOEXEC)', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    using one = peerMemfd(1);
    using two = peerMemfd(1);
    const before = openDescriptors();
    expect(sendBytes(pair.near, buffer, [1, 2], [one.fd, two.fd, one.fd])).to.equal(2);
    expect(openDescriptors()).to.deep.equal(before);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([1, 2]);
    expect([pair.far.hasDescriptors, pair.far.descriptorsTruncated]).to.deep.equal([true, false]);
    const taken = pair.far.takeDescriptors();
    expect([pair.far.hasDescriptors, pair.far.takeDescriptors()]).to.deep.equal([false, []]);
    expect(taken.map((fd) => flagsOf(fd) & O_CLOEXEC)).to.deep.equal(
      new Array<number>(3).fill(O_CLOEXEC),
    );
    expect(new Set([...taken, one.fd, two.fd]).size).to.equal(5);
    expect(filesOf(taken)).to.deep.equal([fileOf(one.fd), fileOf(two.fd), fileOf(one.fd)]);
  });

  it('descriptors most: are at most 253 (net/core/scm.c, SCM_MAX_FD)', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    using file = opened('/dev/null', 'r');
    const many = new Array<number>(253).fill(file.fd);
    expect(sendBytes(pair.near, buffer, [1], many)).to.equal(1);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([1]);
    expect(pair.far.descriptorsTruncated).to.equal(false);
    const taken = pair.far.takeDescriptors();
    expect(new Set(taken).size).to.equal(253);
    filesOf(taken);
    const tooMany = (): unknown => sendBytes(pair.near, buffer, [1], [...many, file.fd]);
    expect(refusal(tooMany)).to.equal('EINVAL linux.descriptors');
    expect(receiveBytes(pair.far, buffer)).to.equal(-1);
  });

  it('that are none refuse the message', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    for (const fd of [-1, 1.5, 2 ** 32, NaN, 999_999]) {
      expect(refusal(() => sendBytes(pair.near, buffer, [1], [0, fd]))).to.equal(
        'EBADF linux.call',
      );
    }
    expect(receiveBytes(pair.far, buffer)).to.equal(-1);
  });

  it('wait until they are taken, and are closed with the stream', () => {
    const before = openDescriptors();
    {
      using pair = ends();
      using buffer = NativeBuffer.allocate(64);
      using file = opened('/dev/null', 'r');
      for (const byte of [1, 2, 3]) {
        sendBytes(pair.near, buffer, [byte], [file.fd]);
        expect(receiveBytes(pair.far, buffer)).to.deep.equal([byte]);
      }
      expect(filesOf(pair.far.takeDescriptors())).to.deep.equal(
        new Array<bigint>(3).fill(fileOf(file.fd)),
      );
      sendBytes(pair.near, buffer, [4], [file.fd, file.fd]);
      sendBytes(pair.near, buffer, [5], [file.fd]);
      receiveBytes(pair.far, buffer);
      receiveBytes(pair.far, buffer);
      expect(pair.far.hasDescriptors).to.equal(true);
    }
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('that were never received leave with the sockets', () => {
    const before = openDescriptors();
    {
      using pair = ends();
      using buffer = NativeBuffer.allocate(64);
      using file = opened('/dev/null', 'r');
      sendBytes(pair.near, buffer, [1], [file.fd]);
    }
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('of a message for which there is no room are not sent', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(2 ** 22);
    using file = opened('/dev/null', 'r');
    while (pair.near.send(buffer, 0, 2 ** 22) > 0);
    expect(pair.near.send(buffer, 0, 1, [file.fd])).to.equal(-1);
    while (pair.far.receive(buffer, 0, 2 ** 22) > 0);
    expect(pair.far.hasDescriptors).to.equal(false);
  });

  it('of a message that is taken in part come once, with its first bytes', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(2 ** 22);
    using file = opened('/dev/null', 'r');
    const taken = pair.near.send(buffer, 0, 2 ** 22, [file.fd]);
    expect(taken).to.be.within(1, 2 ** 22 - 1);
    expect(pair.far.receive(buffer, 0, 1)).to.equal(1);
    expect(filesOf(pair.far.takeDescriptors())).to.deep.equal([fileOf(file.fd)]);
    while (pair.far.receive(buffer, 0, 2 ** 22) > 0);
    expect(pair.far.hasDescriptors).to.equal(false);
  });
});

describe('which bytes descriptors belong to (net/unix/af_unix.c, unix_stream_read_generic)', () => {
  it('descriptors of a message: one reading ends after the message that brought them, and may begin with messages before it', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    using file = opened('/dev/null', 'r');
    sendBytes(pair.near, buffer, [1, 1]);
    sendBytes(pair.near, buffer, [2, 2], [file.fd]);
    sendBytes(pair.near, buffer, [3, 3]);
    sendBytes(pair.near, buffer, [4, 4], [file.fd, file.fd]);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([1, 1, 2, 2]);
    expect(filesOf(pair.far.takeDescriptors())).to.have.length(1);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([3, 3, 4, 4]);
    expect(filesOf(pair.far.takeDescriptors())).to.have.length(2);
    expect(receiveBytes(pair.far, buffer)).to.equal(-1);
  });

  it('two messages that bring some are never one reading', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    using file = opened('/dev/null', 'r');
    sendBytes(pair.near, buffer, [1], [file.fd]);
    sendBytes(pair.near, buffer, [2], [file.fd, file.fd]);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([1]);
    expect(filesOf(pair.far.takeDescriptors())).to.have.length(1);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([2]);
    expect(filesOf(pair.far.takeDescriptors())).to.have.length(2);
  });

  it('descriptors of a message: in a room that is too short, they come with the first part of their message', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    using file = opened('/dev/null', 'r');
    sendBytes(pair.near, buffer, [1, 2, 3], [file.fd]);
    expect(receiveBytes(pair.far, buffer, 1)).to.deep.equal([1]);
    expect(filesOf(pair.far.takeDescriptors())).to.have.length(1);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([2, 3]);
    expect(pair.far.hasDescriptors).to.equal(false);
  });
});

describe('control messages that are no descriptors for us (unix(7), SO_PASSCRED; socket(7))', () => {
  it('credentials are passed over, with descriptors behind them or without', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    using file = opened('/dev/null', 'r');
    expect(setOption(pair.far.fd, 'SO_PASSCRED')).to.equal(true);
    sendBytes(pair.near, buffer, [1]);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([1]);
    expect([pair.far.hasDescriptors, pair.far.descriptorsTruncated]).to.deep.equal([false, false]);
    const many = new Array<number>(253).fill(file.fd);
    sendBytes(pair.near, buffer, [2], many);
    expect(receiveBytes(pair.far, buffer)).to.deep.equal([2]);
    expect(pair.far.descriptorsTruncated).to.equal(false);
    expect(filesOf(pair.far.takeDescriptors())).to.deep.equal(
      new Array<bigint>(253).fill(fileOf(file.fd)),
    );
  });

  it('a pidfd that somebody has asked for is closed', function () {
    const before = openDescriptors();
    {
      using pair = ends();
      using buffer = NativeBuffer.allocate(64);
      if (!setOption(pair.far.fd, 'SO_PASSPIDFD')) {
        // Before Linux 6.5 nobody can ask for one.
        this.skip();
      }
      sendBytes(pair.near, buffer, [1]);
      const during = openDescriptors();
      expect(receiveBytes(pair.far, buffer)).to.deep.equal([1]);
      expect(openDescriptors()).to.deep.equal(during);
      expect(pair.far.hasDescriptors).to.equal(false);
    }
    expect(openDescriptors()).to.deep.equal(before);
  });
});

describe('descriptors for which a process has no room (net/core/scm.c, scm_detach_fds; RLIMIT_NOFILE)', () => {
  it('descriptors lost: are told as truncated until the next take; those that fit are there, and none leaks', () => {
    const { said } = runChild('truncated', { beside: import.meta.dirname, descriptors: 256 });
    expect(said).to.deep.equal({
      some: { bytes: 1, truncated: true, taken: 2, then: false },
      none: { bytes: 1, truncated: true, taken: 0, then: false },
      rest: { bytes: 1, truncated: false, taken: 1, then: false },
      leaked: 0,
    });
  });
});

describe('a stream over a stream (own rule: adopt owns)', () => {
  it('an end can be sent, adopted and used', () => {
    using pair = ends();
    using buffer = NativeBuffer.allocate(64);
    const [kept, given] = UnixStream.pair();
    using _ = kept;
    sendBytes(pair.near, buffer, [1], [given.fd]);
    given[Symbol.dispose]();
    receiveBytes(pair.far, buffer);
    const [fd = -1] = pair.far.takeDescriptors();
    using adopted = UnixStream.adopt(fd);
    sendBytes(kept, buffer, [7]);
    expect(receiveBytes(adopted, buffer)).to.deep.equal([7]);
    const eventfd = createEventfd(0);
    sendBytes(adopted, buffer, [8], [eventfd]);
    closeSync(eventfd);
    expect(receiveBytes(kept, buffer)).to.deep.equal([8]);
    filesOf(kept.takeDescriptors());
  });
});
