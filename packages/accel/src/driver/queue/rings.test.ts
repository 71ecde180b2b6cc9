import { AddressSpace, DmaPort } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { CompletionEntry, Status } from '../../abi/index.js';
import { CompletionRing } from './completion-ring.js';
import { iovaAt, iovaOf } from './iova-range.js';
import { StagingPool } from './staging-pool.js';
import type { QueueDma } from './services.js';
import { SubmissionRing } from './submission-ring.js';

function memory(): { dma: QueueDma; bytes: Uint8Array } {
  const space = new AddressSpace();
  const bytes = new Uint8Array(4096);
  space.map({ iova: 0x1000, memory: bytes });
  return { dma: DmaPort.onto(space, { report: () => undefined }), bytes };
}

describe('a submission ring', () => {
  it('refuses a tail beyond the ring and one that takes entries back', () => {
    const ring = new SubmissionRing(0x1000, 2);
    expect(ring.announce(5)).to.equal(false);
    expect(ring.announce(3)).to.equal(true);
    expect(ring.announce(2)).to.equal(false);
    expect(ring.announce(0xffff_ffff)).to.equal(false);
    expect(ring.announce(4)).to.equal(true);
    expect(ring.pending).to.equal(4);
  });

  it('fetches in order, never over its end at once', () => {
    const { dma, bytes } = memory();
    const ring = new SubmissionRing(0x1000, 2);
    const into = new Uint8Array(16 * 64);
    for (let i = 0; i < 4; i++) {
      bytes[i * 64] = i + 1;
    }
    ring.announce(3);
    expect(ring.fetch(dma, into, 2)).to.equal(2);
    expect([into[0], into[64]]).to.deep.equal([1, 2]);
    ring.announce(6);
    expect(ring.fetch(dma, into, 16)).to.equal(2);
    expect([into[0], into[64]]).to.deep.equal([3, 4]);
    expect(ring.fetch(dma, into, 16)).to.equal(2);
    expect([into[0], into[64]]).to.deep.equal([1, 2]);
    expect(ring.pending).to.equal(0);
    expect(ring.head).to.equal(6);
  });
});

describe('a completion ring', () => {
  const completion = { tag: 7, status: Status.OK, produced: 1, consumed: 2 };

  it('marks each pass with the other phase and never overwrites what was not acknowledged', () => {
    const { dma, bytes } = memory();
    const ring = new CompletionRing(0x1000, 1);
    const flags = (index: number): number => CompletionEntry.decode(bytes, index * 32).flags;
    ring.post(dma, completion, 1);
    ring.post(dma, completion, 2);
    expect(ring.full).to.equal(true);
    expect([flags(0), flags(1)]).to.deep.equal([1, 1]);
    expect(ring.acknowledge(3)).to.equal(false);
    expect(ring.acknowledge(1)).to.equal(true);
    expect(ring.acknowledge(0)).to.equal(false);
    expect(ring.full).to.equal(false);
    ring.post(dma, completion, 3);
    expect([flags(0), flags(1)]).to.deep.equal([0, 1]);
    expect(CompletionEntry.decode(bytes, 0)).to.include({ tag: 7, sq_head: 3, produced: 1 });
    expect(ring.tail).to.equal(3);
  });

  it('writes the word with the phase last', () => {
    const writes: [number, number][] = [];
    const dma: QueueDma = {
      read: () => undefined,
      write: (iova, from) => writes.push([Number(iova), from.length]),
    };
    new CompletionRing(0x40, 1).post(dma, completion, 0);
    expect(writes).to.deep.equal([
      [0x40, 28],
      [0x5c, 4],
    ]);
  });
});

describe('addresses', () => {
  it('are numbers where that is exact', () => {
    expect(iovaOf(0x1000n)).to.equal(0x1000);
    expect(iovaOf(2n ** 53n)).to.equal(2n ** 53n);
    expect(iovaAt(0x1000, 0x40)).to.equal(0x1040);
    expect(iovaAt(Number.MAX_SAFE_INTEGER, 1)).to.equal(2n ** 53n);
    expect(iovaAt(2n ** 64n - 1n, 1)).to.equal(2n ** 64n);
  });
});

describe('a staging pool', () => {
  it('reuses buffers that are large enough, keeps a bounded number, and none that is huge', () => {
    const pool = new StagingPool(2);
    const small = pool.take(10);
    expect(small.length).to.equal(4096);
    expect(pool.take(5000).length).to.equal(8192);
    pool.give(small);
    expect(pool.take(4097)).not.to.equal(small);
    expect(pool.take(4096)).to.equal(small);
    for (let i = 0; i < 5; i++) {
      pool.give(new Uint8Array(4096));
    }
    expect(pool.kept).to.equal(2);
    pool.give(new Uint8Array(1 << 24));
    expect(pool.kept).to.equal(2);
    pool.clear();
    expect(pool.kept).to.equal(0);
  });
});
