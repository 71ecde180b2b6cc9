import { closeSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { F_SEAL_GROW, F_SEAL_SHRINK, addSeals, libc } from '../libc/index.js';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_HUGETLB } from '../libc/constants.js';
import { openDescriptors, peerFile, peerMemfd, refusal } from './descriptors.test-support.js';
import { FileMemory } from './file-memory.js';
import { memoryFrom } from './memory-from.js';
import { SharedMemory } from './shared-memory.js';

describe('memoryFrom (own rule: a peer cannot kill the process)', () => {
  it('maps what is sealed against shrinking', () => {
    using peer = peerMemfd(4096, F_SEAL_SHRINK);
    using memory = memoryFrom(peer.fd);
    expect(memory).to.be.instanceOf(SharedMemory);
  });

  it('reads and writes anything else with system calls', () => {
    using unsealed = peerMemfd(4096);
    using grown = peerMemfd(4096, F_SEAL_GROW);
    using file = peerFile(new Uint8Array(4096));
    for (const { fd } of [unsealed, grown, file]) {
      using memory = memoryFrom(fd, { offset: 96 });
      expect(memory).to.be.instanceOf(FileMemory);
      expect(memory.size).to.equal(4000);
    }
  });

  it('maps what a trusted peer gives', () => {
    using file = peerFile(new Uint8Array(4096));
    using memory = memoryFrom(file.fd, { trusted: true });
    expect(memory).to.be.instanceOf(SharedMemory);
  });

  it('leaves no descriptor when it fails', () => {
    using file = peerFile(new Uint8Array(4096));
    const before = openDescriptors();
    expect(refusal(() => memoryFrom(file.fd, { offset: 4096 }))).to.equal('EINVAL linux.range');
    expect(refusal(() => memoryFrom(-1))).to.equal('EBADF linux.call');
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('refuses huge pages, sealed or not: an access may find none left (mm/hugetlb.c)', function () {
    const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB;
    const fd = libc().memfdCreate('huge', flags);
    if (fd < 0) {
      // A kernel without huge pages has no such memory to refuse.
      this.skip();
    }
    try {
      libc().truncate(fd, 2 ** 30);
      expect(refusal(() => memoryFrom(fd))).to.equal('EPERM linux.huge-pages');
      addSeals(fd, F_SEAL_SHRINK);
      expect(refusal(() => memoryFrom(fd))).to.equal('EPERM linux.huge-pages');
      expect(refusal(() => SharedMemory.from(fd))).to.equal('EPERM linux.huge-pages');
    } finally {
      closeSync(fd);
    }
  });
});
