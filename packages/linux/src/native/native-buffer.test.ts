import { readSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { pageSize } from '../libc/index.js';
import { opened, refusal } from '../memory/descriptors.test-support.js';
import { NativeBuffer } from './native-buffer.js';

/** How many pages of the buffer have memory (Documentation/admin-guide/mm/pagemap.rst, bits 62 and 63). */
function presentPages(buffer: NativeBuffer): number {
  const unit = pageSize();
  const entries = new BigUint64Array(buffer.size / unit);
  using map = opened('/proc/self/pagemap', 'r');
  readSync(map.fd, entries, 0, entries.byteLength, (buffer.address / unit) * 8);
  return entries.reduce((count, entry) => (entry >> 62n === 0n ? count : count + 1), 0);
}

describe('NativeBuffer (mmap(2), MAP_ANONYMOUS)', () => {
  it('is zeroed memory of the size that was asked for, seen as bytes and as a view', () => {
    using buffer = NativeBuffer.allocate(5000);
    expect([buffer.size, buffer.bytes.length, buffer.view.byteLength]).to.deep.equal([
      5000, 5000, 5000,
    ]);
    expect(buffer.bytes.every((byte) => byte === 0)).to.equal(true);
    buffer.view.setUint16(4998, 0x0102);
    expect([...buffer.bytes.subarray(4998)]).to.deep.equal([1, 2]);
    expect(buffer.bytes).to.equal(buffer.bytes);
  });

  it('begins with a page, at an address that a number holds exactly', () => {
    using buffer = NativeBuffer.allocate(1);
    expect(buffer.address % pageSize()).to.equal(0);
    expect(buffer.address).to.be.greaterThan(0);
    expect(Number.isSafeInteger(buffer.address)).to.equal(true);
  });

  it('costs nothing until it is touched, and then a page', () => {
    using buffer = NativeBuffer.allocate(2 ** 28);
    expect(buffer.bytes).to.have.length(2 ** 28);
    expect(presentPages(buffer)).to.equal(0);
    buffer.bytes[2 ** 27] = 1;
    // Or a huge page, where the system is set so.
    expect(presentPages(buffer) * pageSize()).to.be.within(pageSize(), 2 ** 21);
  });

  it('after its disposal reads zeros by views that somebody kept, and takes what they write', () => {
    const buffer = NativeBuffer.allocate(8192);
    const stale = buffer.bytes;
    const view = buffer.view;
    stale.fill(7);
    buffer[Symbol.dispose]();
    buffer[Symbol.dispose]();
    expect(stale.every((byte) => byte === 0)).to.equal(true);
    view.setUint8(8191, 1);
    expect(stale[8191]).to.equal(1);
  });

  it('after its disposal has no size, and gives neither addresses nor views', () => {
    const used = NativeBuffer.allocate(16);
    expect(used.bytes).to.have.length(16);
    for (const buffer of [used, NativeBuffer.allocate(16)]) {
      buffer[Symbol.dispose]();
      expect(buffer.size).to.equal(0);
      const uses = [
        () => buffer.address,
        () => buffer.bytes,
        () => buffer.view,
        () => buffer.addressOf(0, 1),
      ];
      expect(uses.map(refusal)).to.deep.equal(new Array<string>(4).fill('EBADF linux.released'));
    }
  });

  it('tells the address of a part, and refuses one that is not inside', () => {
    using buffer = NativeBuffer.allocate(100);
    expect(buffer.addressOf(100, 0)).to.equal(buffer.address + 100);
    expect(buffer.addressOf(1, 99)).to.equal(buffer.address + 1);
    for (const [at, length] of [
      [-1, 1],
      [0, 101],
      [100, 1],
      [0.5, 1],
      [NaN, 1],
      [0, NaN],
      [50, -1],
      [2 ** 53, 1],
    ] as const) {
      expect(refusal(() => buffer.addressOf(at, length))).to.equal('EFAULT linux.fault');
    }
  });

  it('refuses a size that one array cannot have (Node 20 aborts over 1 GiB)', () => {
    for (const size of [0, -1, 1.5, NaN, 2 ** 30 + 1]) {
      expect(refusal(() => NativeBuffer.allocate(size))).to.equal('EINVAL linux.range');
    }
  });
});
