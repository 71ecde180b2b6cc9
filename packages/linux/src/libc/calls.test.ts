import { closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  failureOf,
  openDescriptors,
  opened,
  peerMemfd,
} from '../memory/descriptors.test-support.js';
import {
  F_SEAL_GROW,
  F_SEAL_SHRINK,
  addSeals,
  callFailed,
  createMemfd,
  duplicate,
  duplicates,
  fileCall,
  mapFile,
  mapZeros,
  openModeOf,
  pageSize,
  sealsOf,
  unmap,
} from './index.js';

function summary(run: () => unknown): string {
  const { code, reason, details } = failureOf(run);
  return `${code} ${reason} ${String(details['call'])}`;
}

describe('a call of the kernel that fails (errno(3))', () => {
  it('has the errno of that call', () => {
    using device = opened('/dev/null', 'r+');
    using memfd = peerMemfd(4096);
    expect(summary(() => duplicate(999_999))).to.equal('EBADF linux.call fcntl');
    expect(summary(() => addSeals(device.fd, F_SEAL_SHRINK))).to.equal('EINVAL linux.call fcntl');
    expect(summary(() => sealsOf(999_999))).to.equal('EBADF linux.call fcntl');
    expect(summary(() => createMemfd('n'.repeat(250), 1))).to.match(/^EINVAL .* memfd_create$/);
    expect(summary(() => createMemfd('x', -1))).to.equal('EINVAL linux.call ftruncate');
    expect(summary(() => mapFile(memfd.fd, 0, 0, true))).to.equal('EINVAL linux.call mmap');
    expect(summary(() => mapFile(memfd.fd, 0, 2 ** 50, true))).to.equal('ENOMEM linux.call mmap');
    expect(summary(() => mapFile(device.fd, 0, 4096, false))).to.equal('ENODEV linux.call mmap');
    expect(summary(() => mapZeros(1, 4096))).to.equal('EINVAL linux.call mmap');
    expect(summary(() => unmap(1, 4096))).to.equal('EINVAL linux.call munmap');
  });

  it('leaves no descriptor', () => {
    const before = openDescriptors();
    failureOf(() => createMemfd('x', -1));
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('in node:fs has it as well, and its cause', () => {
    const error = failureOf(() => fileCall('fstat', () => fstatSync(999_999)));
    expect([error.code, error.details['call']]).to.deep.equal(['EBADF', 'fstat']);
    expect(error.cause).to.be.instanceOf(Error);
  });

  it('an error that is none of the kernel is thrown on', () => {
    const mistake = new TypeError('mistake');
    const run = (): never => {
      throw mistake;
    };
    expect(() => fileCall('read', run)).to.throw(mistake);
  });

  it('an errno without a name is kept as a number', () => {
    const error = callFailed('ioctl', 512);
    expect([error.code, error.details]).to.deep.equal(['EIO', { call: 'ioctl', errno: 512 }]);
  });
});

describe('descriptors (fcntl(2), memfd_create(2))', () => {
  it('a memfd has its size and can be sealed; what cannot be sealed has no seals', () => {
    using memfd = peerMemfd(5000);
    expect(fstatSync(memfd.fd).size).to.equal(5000);
    expect(sealsOf(memfd.fd)).to.equal(0);
    addSeals(memfd.fd, F_SEAL_SHRINK);
    addSeals(memfd.fd, F_SEAL_GROW);
    expect(sealsOf(memfd.fd)).to.equal(F_SEAL_SHRINK | F_SEAL_GROW);
    expect(() => ftruncateSync(memfd.fd, 1)).to.throw('EPERM');
    using device = opened('/dev/null', 'r');
    expect(sealsOf(device.fd)).to.equal(0);
  });

  it('duplicates are all made or none (own rule: a failure leaves nothing open)', () => {
    using memfd = peerMemfd(4096);
    const made = duplicates([memfd.fd, memfd.fd]);
    const [first = -1, second = -1] = made;
    expect(new Set([memfd.fd, first, second]).size).to.equal(3);
    made.forEach((fd) => {
      closeSync(fd);
    });
    expect(summary(() => duplicates([memfd.fd, 999_999]))).to.equal('EBADF linux.call fcntl');
    expect(() => fstatSync(first)).to.throw('EBADF');
  });

  it('a duplicate is another descriptor of the same file', () => {
    using memfd = peerMemfd(4096);
    const second = duplicate(memfd.fd);
    expect(second).to.not.equal(memfd.fd);
    expect(fstatSync(second).ino).to.equal(fstatSync(memfd.fd).ino);
    closeSync(second);
  });

  it('tells what a descriptor was opened for', () => {
    const modes = [
      constants.O_RDONLY,
      constants.O_WRONLY,
      constants.O_RDWR | constants.O_APPEND,
    ].map((flags) => {
      const fd = openSync('/dev/null', flags);
      const mode = openModeOf(fd);
      closeSync(fd);
      return mode;
    });
    expect(modes).to.deep.equal([
      { read: true, write: false, append: false },
      { read: false, write: true, append: false },
      { read: true, write: true, append: true },
    ]);
  });

  it('pages have a size of a power of two', () => {
    expect(Math.log2(pageSize()) % 1).to.equal(0);
    expect(pageSize()).to.be.at.least(4096);
  });
});
