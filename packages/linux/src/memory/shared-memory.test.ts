import { closeSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import type { MemoryObject } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { F_SEAL_SHRINK, F_SEAL_WRITE, duplicate, sealsOf } from '../libc/index.js';
import {
  failureOf,
  openDescriptors,
  opened,
  peerFile,
  peerMemfd,
  readOf,
  refusal,
  reopened,
} from './descriptors.test-support.js';
import { SharedMemory } from './shared-memory.js';

describe('SharedMemory.create (memfd_create(2), fcntl(2) F_ADD_SEALS)', () => {
  it('is zeroed memory of the size that was asked for', () => {
    using memory: MemoryObject & Disposable = SharedMemory.create(100);
    expect(memory.size).to.equal(100);
    expect(memory.writable).to.equal(true);
    expect(memory.bytes).to.deep.equal(new Uint8Array(100));
    expect(memory.bytes).to.equal(memory.bytes);
  });

  it('is sealed: nobody can shrink or grow it', () => {
    using memory = SharedMemory.create(8192);
    expect(sealsOf(memory.fd)).to.equal(0x2 | 0x4);
    expect(() => ftruncateSync(memory.fd, 4096)).to.throw('EPERM');
    expect(() => ftruncateSync(memory.fd, 16384)).to.throw('EPERM');
  });

  it('closes its descriptor on exec, so that no child inherits it (memfd_create(2) MFD_CLOEXEC)', () => {
    using memory = SharedMemory.create(1, { name: 'cloexec' });
    const flags = Buffer.alloc(200);
    using info = opened(`/proc/self/fdinfo/${memory.fd}`, 'r');
    const text = flags.toString('latin1', 0, readSync(info.fd, flags));
    expect(parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? '0', 8) & 0o2000000).to.equal(0o2000000);
  });

  it('tells where it is in its file, also of a part (own rule: what another process needs to map the same)', () => {
    using whole = SharedMemory.create(3 * 4096);
    expect(whole.place).to.deep.equal({ fd: whole.fd, offset: 0 });
    using part = SharedMemory.from(whole.fd, { offset: 4096, size: 4096 });
    expect(part.place).to.deep.equal({ fd: part.fd, offset: 4096 });
  });

  it('refuses a size that is none', () => {
    for (const size of [0, -1, 1.5, NaN, 2 ** 53]) {
      expect(refusal(() => SharedMemory.create(size))).to.equal('EINVAL linux.range');
    }
  });

  it('a failure in the middle leaves no descriptor', () => {
    const before = openDescriptors();
    const name = 'n'.repeat(250);
    expect(failureOf(() => SharedMemory.create(1, { name })).details['call']).to.equal(
      'memfd_create',
    );
    expect(failureOf(() => SharedMemory.create(2 ** 53 - 1)).code).to.be.oneOf([
      'EFBIG',
      'ENOMEM',
      'EINVAL',
    ]);
    expect(failureOf(() => SharedMemory.create(2 ** 50)).message).to.match(/^ENOMEM .*call=mmap/);
    expect(openDescriptors()).to.deep.equal(before);
  });
});

describe('SharedMemory.from (mmap(2) MAP_SHARED)', () => {
  it('two mappings of one descriptor are the same memory', () => {
    using one = SharedMemory.create(8192);
    using two = SharedMemory.from(one.fd);
    one.bytes![4097] = 9;
    expect(two.bytes![4097]).to.equal(9);
    two.write(8191, Uint8Array.of(3));
    expect(readOf(one, 8191, 1)).to.deep.equal([3]);
    writeSync(one.fd, Uint8Array.of(5), 0, 1, 0);
    expect([one.bytes![0], two.view(0, 1)![0]]).to.deep.equal([5, 5]);
  });

  it('has a descriptor of its own: the caller may close his', () => {
    const peer = peerMemfd(4096, F_SEAL_SHRINK);
    using memory = SharedMemory.from(peer.fd);
    peer[Symbol.dispose]();
    expect(memory.fd).to.not.equal(peer.fd);
    const passedOn = duplicate(memory.fd);
    writeSync(passedOn, Uint8Array.of(1), 0, 1, 7);
    closeSync(passedOn);
    expect(memory.bytes![7]).to.equal(1);
  });

  it('maps a part from any offset', () => {
    using peer = peerMemfd(12288, F_SEAL_SHRINK);
    writeSync(peer.fd, Uint8Array.of(1, 2, 3), 0, 3, 5000);
    using part = SharedMemory.from(peer.fd, { offset: 5001, size: 4000 });
    expect([part.size, part.bytes![0], part.bytes![1]]).to.deep.equal([4000, 2, 3]);
    expect(part.bytes).to.have.length(4000);
    using rest = SharedMemory.from(peer.fd, { offset: 4096 });
    expect(rest.size).to.equal(8192);
  });

  it('refuses a part that is not there', () => {
    using peer = peerMemfd(8192, F_SEAL_SHRINK);
    const parts = [
      { offset: 8192 },
      { offset: 4096, size: 4097 },
      { size: 0 },
      { offset: -1, size: 1 },
      { offset: 0.5, size: 1 },
      { offset: 2 ** 53 - 1, size: 2 ** 53 - 1 },
      { size: NaN },
    ];
    for (const part of parts) {
      expect(refusal(() => SharedMemory.from(peer.fd, part))).to.equal('EINVAL linux.range');
    }
  });

  it('refuses what is not sealed against shrinking, and says what to use (fcntl(2) F_SEAL_SHRINK)', () => {
    using peer = peerMemfd(4096);
    using file = peerFile(new Uint8Array(4096));
    const before = openDescriptors();
    expect(failureOf(() => SharedMemory.from(peer.fd)).message).to.match(/^EPERM .* FileMemory/);
    expect(refusal(() => SharedMemory.from(file.fd))).to.equal('EPERM linux.shrinkable');
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('maps a file of a trusted peer', () => {
    using file = peerFile(Uint8Array.of(1, 2, 3));
    using memory = SharedMemory.from(file.fd, { trusted: true });
    expect(memory.bytes).to.deep.equal(Uint8Array.of(1, 2, 3));
  });

  it('maps a device of a trusted peer by the size that is declared (mem(4), /dev/zero)', () => {
    using device = opened('/dev/zero', 'r+');
    using memory = SharedMemory.from(device.fd, { trusted: true, size: 4096 });
    expect(memory.bytes).to.deep.equal(new Uint8Array(4096));
    const noSize = (): unknown => SharedMemory.from(device.fd, { trusted: true });
    expect(refusal(noSize)).to.equal('EINVAL linux.range');
  });

  it('an error of the kernel keeps its errno and leaves no descriptor', () => {
    using device = opened('/dev/null', 'r+');
    const before = openDescriptors();
    const mapped = (): unknown => SharedMemory.from(device.fd, { trusted: true, size: 4096 });
    expect(failureOf(mapped).message).to.match(/^ENODEV linux\.call: .*call=mmap/);
    for (const fd of [-1, 1.5, 2 ** 32, 999_999]) {
      expect(failureOf(() => SharedMemory.from(fd)).message).to.match(
        /^EBADF linux\.call: .*fcntl/,
      );
    }
    expect(openDescriptors()).to.deep.equal(before);
  });
});

describe('SharedMemory that may not be written (open(2) O_ACCMODE, fcntl(2) F_SEAL_WRITE)', () => {
  it('is what a read-only descriptor or a write seal gives', () => {
    using peer = peerMemfd(4096, F_SEAL_SHRINK);
    using readOnly = reopened(peer.fd, 'r');
    using memory = SharedMemory.from(readOnly.fd);
    expect(memory.writable).to.equal(false);
    const wanted = (): unknown => SharedMemory.from(readOnly.fd, { writable: true });
    expect(refusal(wanted)).to.equal('EACCES linux.access');

    using sealed = peerMemfd(4096, F_SEAL_SHRINK | F_SEAL_WRITE);
    using sealedMemory = SharedMemory.from(sealed.fd);
    expect(sealedMemory.writable).to.equal(false);
    const unsealed = (): unknown => SharedMemory.from(sealed.fd, { writable: true });
    expect(refusal(unsealed)).to.equal('EPERM linux.read-only');
  });

  it('cannot be had of a descriptor that is not for reading', () => {
    using peer = peerMemfd(4096, F_SEAL_SHRINK);
    using writeOnly = reopened(peer.fd, 1);
    expect(refusal(() => SharedMemory.from(writeOnly.fd))).to.equal('EACCES linux.access');
  });

  it('follows its owner, and a stray write through a view neither reaches him nor ends the process', () => {
    using owner = SharedMemory.create(8192);
    using memory = SharedMemory.from(owner.fd, { writable: false });
    owner.bytes!.set([1, 2]);
    expect(readOf(memory, 0, 2)).to.deep.equal([1, 2]);
    expect(refusal(() => memory.write(0, Uint8Array.of(9)))).to.equal('EPERM linux.read-only');
    memory.view(0, 1)![0] = 9;
    expect(owner.bytes![0]).to.equal(1);
    owner.bytes![4096] = 3;
    expect(memory.bytes![4096]).to.equal(3);
  });
});
