import { constants, ftruncateSync, readSync } from 'node:fs';
import type { MemoryObject } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { F_SEAL_SHRINK, F_SEAL_WRITE, addSeals, statusOf } from '../libc/index.js';
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
import { FileMemory } from './file-memory.js';

describe('FileMemory (pread(2), pwrite(2))', () => {
  it('reads and writes a file, and has no views', () => {
    using peer = peerFile(Uint8Array.of(1, 2, 3, 4));
    using memory: MemoryObject & Disposable = FileMemory.from(peer.fd);
    expect([memory.size, memory.writable]).to.deep.equal([4, true]);
    expect([memory.bytes, memory.view(0, 1)]).to.deep.equal([undefined, undefined]);
    expect(readOf(memory, 1, 2)).to.deep.equal([2, 3]);
    memory.write(3, Uint8Array.of(9));
    const content = new Uint8Array(4);
    readSync(peer.fd, content, 0, 4, 0);
    expect([...content]).to.deep.equal([1, 2, 3, 9]);
  });

  it('does not move the position of the descriptor, which the caller shares', () => {
    using peer = peerFile(Uint8Array.of(1, 2, 3, 4));
    using memory = FileMemory.from(peer.fd);
    memory.write(2, Uint8Array.of(7));
    readOf(memory, 0, 4);
    const next = new Uint8Array(1);
    readSync(peer.fd, next);
    expect(next[0]).to.equal(1);
  });

  it('has a descriptor of its own: the caller may close his', () => {
    const before = openDescriptors();
    const peer = peerMemfd(16);
    const memory = FileMemory.from(peer.fd);
    peer[Symbol.dispose]();
    memory.write(0, Uint8Array.of(1));
    expect(readOf(memory, 0, 1)).to.deep.equal([1]);
    memory[Symbol.dispose]();
    memory[Symbol.dispose]();
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('is a part of a file', () => {
    using peer = peerFile(Uint8Array.of(1, 2, 3, 4, 5));
    using memory = FileMemory.from(peer.fd, { offset: 1, size: 3 });
    expect(memory.size).to.equal(3);
    expect(readOf(memory, 2, 1)).to.deep.equal([4]);
    expect(refusal(() => readOf(memory, 2, 2))).to.equal('EFAULT linux.fault');
    expect(refusal(() => memory.write(3, Uint8Array.of(1)))).to.equal('EFAULT linux.fault');
    const before = openDescriptors();
    expect(refusal(() => FileMemory.from(peer.fd, { offset: 1, size: 5 }))).to.equal(
      'EINVAL linux.range',
    );
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('follows the file that its owner shrinks and grows; it never makes it longer itself', () => {
    using peer = peerMemfd(8192);
    using memory = FileMemory.from(peer.fd, { offset: 96, size: 8000 });
    ftruncateSync(peer.fd, 4096);
    expect(memory.size).to.equal(4000);
    expect(readOf(memory, 3999, 1)).to.deep.equal([0]);
    expect(failureOf(() => readOf(memory, 3999, 2)).message).to.match(/^EFAULT linux\.fault/);
    expect(refusal(() => memory.write(3999, new Uint8Array(2)))).to.equal('EFAULT linux.fault');
    expect(refusal(() => memory.pin(0, 4001))).to.equal('EFAULT linux.fault');
    expect(statusOf(peer.fd).size).to.equal(4096);
    ftruncateSync(peer.fd, 10);
    expect(memory.size).to.equal(0);
    ftruncateSync(peer.fd, 16384);
    expect(memory.size).to.equal(8000);
  });

  it('is writable as the descriptor and its seals are (open(2) O_ACCMODE)', () => {
    using peer = peerMemfd(16);
    using readOnly = reopened(peer.fd, 'r');
    using memory = FileMemory.from(readOnly.fd);
    expect(memory.writable).to.equal(false);
    expect(refusal(() => memory.write(0, Uint8Array.of(1)))).to.equal('EPERM linux.read-only');
    using chosen = FileMemory.from(peer.fd, { writable: false });
    expect(chosen.writable).to.equal(false);
    const wanted = (fd: number) => refusal(() => FileMemory.from(fd, { writable: true }));
    expect(wanted(readOnly.fd)).to.equal('EACCES linux.access');
    addSeals(peer.fd, F_SEAL_WRITE | F_SEAL_SHRINK);
    expect(wanted(peer.fd)).to.equal('EPERM linux.read-only');
  });

  it('a descriptor that only appends would write elsewhere (pwrite(2), BUGS)', () => {
    using peer = peerFile(Uint8Array.of(1, 2), constants.O_RDWR | constants.O_APPEND);
    using memory = FileMemory.from(peer.fd);
    expect(memory.writable).to.equal(false);
    const wanted = (): unknown => FileMemory.from(peer.fd, { writable: true });
    expect(refusal(wanted)).to.equal('EACCES linux.append');
  });

  it('an error of the kernel keeps its errno: a write that a later seal forbids', () => {
    using peer = peerMemfd(16);
    using memory = FileMemory.from(peer.fd);
    addSeals(peer.fd, F_SEAL_WRITE);
    const error = failureOf(() => memory.write(0, Uint8Array.of(1)));
    expect([error.code, error.reason, error.details['call']]).to.deep.equal([
      'EPERM',
      'linux.call',
      'pwrite',
    ]);
    expect(refusal(() => FileMemory.from(999_999))).to.equal('EBADF linux.call');
  });

  it('goes on after a short transfer: /proc gives a page at a time (fs/seq_file.c, seq_read_iter)', () => {
    using table = opened('/proc/self/maps', 'r');
    const into = Buffer.alloc(6000);
    expect(readSync(table.fd, into, 0, 6000, 0)).to.be.within(1, 5999);
    using memory = FileMemory.from(table.fd, { trusted: true, size: 6000 });
    expect(memory.size).to.equal(6000);
    memory.read(0, into.fill(0));
    expect(into.includes(0)).to.equal(false);
  });

  it('of a trusted device is as large as declared (mem(4), /dev/zero)', () => {
    using device = opened('/dev/zero', 'r+');
    expect(refusal(() => FileMemory.from(device.fd, { size: 8 }))).to.equal('EINVAL linux.range');
    using memory = FileMemory.from(device.fd, { trusted: true, size: 8 });
    memory.write(0, Uint8Array.of(1));
    expect(readOf(memory, 0, 8)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('stays open for its pins', () => {
    using peer = peerMemfd(16);
    const memory = FileMemory.from(peer.fd);
    const pin = memory.pin(0, 16);
    memory[Symbol.dispose]();
    expect(memory.size).to.equal(0);
    expect(readOf(memory, 0, 1)).to.deep.equal([0]);
    pin[Symbol.dispose]();
    expect(refusal(() => readOf(memory, 0, 1))).to.equal('EBADF linux.released');
    expect(refusal(() => memory.write(0, new Uint8Array(1)))).to.equal('EBADF linux.released');
    expect(refusal(() => memory.pin(0, 1))).to.equal('EBADF linux.released');
    expect(memory.size).to.equal(0);
  });
});
