import { MdevError } from '@mdevkit/core';
import { SISL_AFU_RC_RHT_INVALID } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { reasonOf, settled } from '../engine-bench.test-support.js';
import { Disk } from './disk.js';
import { block, LunBench } from './lun-bench.test-support.js';

const invalid = { rc: { afu_rc: SISL_AFU_RC_RHT_INVALID } };

describe('FlashLun, one transfer after the other (open-power/capiflash cflash_block.c, cblk_read and cblk_write)', () => {
  it('answers the blocks, and counts what it has done', async () => {
    using bench = new LunBench();
    const { lun } = bench;
    const write = lun.write(3, new Uint8Array(8192));
    const read = lun.read(3, block());
    await settled();
    expect(lun.statistics.active).to.equal(2);
    bench.answer();
    bench.answer();
    expect(await Promise.all([write, read])).to.deep.equal([2, 1]);
    const failed = lun.read(0, block());
    await settled();
    bench.afu.respond(invalid);
    bench.engine.drain();
    expect(await reasonOf(failed)).to.equal('cxlflash.resource');
    expect(lun.statistics).to.deep.equal({
      reads: 2,
      writes: 1,
      errors: 1,
      blocksRead: 1,
      blocksWritten: 2,
      retries: 0,
      active: 0,
    });
  });

  it('checks range and length before anything is issued: EINVAL', async () => {
    using bench = new LunBench({ blocks: 10 });
    const { lun } = bench;
    for (const lba of [-1, 0.5, NaN, 10, 2 ** 53]) {
      expect(await reasonOf(lun.read(lba, block())), String(lba)).to.equal('cxlflash.range');
    }
    expect(await reasonOf(lun.write(9, new Uint8Array(8192)))).to.equal('cxlflash.range');
    for (const bytes of [0, 1, 4095, 4097]) {
      const wrong = lun.read(0, new Uint8Array(bytes));
      expect(await reasonOf(wrong), String(bytes)).to.equal('cxlflash.transfer');
    }
    expect(bench.afu.submitted).to.equal(0);
  });

  it('the largest transfer is that of the disk, and no more than the memory for data holds', async () => {
    const shape = { blockSize: 4096, lastLba: 0xffffn, maxTransfer: 4096n };
    expect(new Disk(0, shape, 2 ** 30).maxBlocks).to.equal(4096);
    expect(new Disk(0, shape, 8193).maxBlocks).to.equal(2);
    using bench = new LunBench({ maxTransfer: 2n });
    expect(bench.lun.maxBlocks).to.equal(2);
    const wrong = bench.lun.read(0, new Uint8Array(3 * 4096));
    expect(await reasonOf(wrong)).to.equal('cxlflash.transfer');
  });

  it('a disk with smaller blocks is counted in blocks of 4096 bytes; one with larger ones is refused', async () => {
    using bench = new LunBench({ blocks: 83, blockSize: 512 });
    expect(bench.lun.size()).to.equal(10);
    const read = bench.lun.read(9, block());
    await settled();
    const [found] = bench.afu.requests;
    expect([...(found?.request.cdb ?? [])].slice(6, 14)).to.deep.equal([0, 0, 0, 72, 0, 0, 0, 8]);
    bench.answer();
    expect(await read).to.equal(1);
    const shape = { blockSize: 8192, lastLba: 1n, maxTransfer: 1n };
    expect(() => new Disk(0, shape, 2 ** 20)).to.throw(/cxlflash\.block-size/);
  });

  it('A25 a context for reading does not write, and the reverse: EINVAL', async () => {
    for (const access of ['read', 'write'] as const) {
      using bench = new LunBench({ access });
      const other = access === 'read' ? 'write' : 'read';
      expect(await reasonOf(bench.lun[other](0, block()))).to.equal('cxlflash.access-mode');
      const good = bench.lun[access](0, block());
      await settled();
      bench.answer();
      expect(await good).to.equal(1);
    }
  });

  it('a transfer waits while all requests are in use, in the order of the calls', async () => {
    using bench = new LunBench({ maxRequests: 1 });
    const order: string[] = [];
    const first = bench.lun.read(0, block()).then(() => order.push('first'));
    const second = bench.lun.read(1, block()).then(() => order.push('second'));
    const third = bench.lun.read(2, block()).then(() => order.push('third'));
    for (let i = 0; i < 3; i++) {
      await settled();
      expect(bench.afu.requests.length).to.equal(1);
      bench.answer();
    }
    await Promise.all([first, second, third]);
    expect(order).to.deep.equal(['first', 'second', 'third']);
  });

  it('a disk that has gone is ENODEV, also for what ends with an error then (drivers/scsi/cxlflash/superpipe.c)', async () => {
    using bench = new LunBench();
    const read = bench.lun.read(0, block());
    const good = bench.lun.read(0, block());
    await settled();
    bench.disk.removed();
    bench.afu.respond(invalid);
    bench.answer();
    expect(await reasonOf(read)).to.equal('cxlflash.lun-gone');
    expect(await good).to.equal(1);
    expect(await reasonOf(bench.lun.read(0, block()))).to.equal('cxlflash.lun-gone');
  });

  it('a disk that was resized has its new size at once', async () => {
    using bench = new LunBench({ blocks: 10 });
    bench.disk.resized(4n);
    expect(bench.lun.size()).to.equal(5);
    expect(await reasonOf(bench.lun.read(5, block()))).to.equal('cxlflash.range');
  });
});

describe('FlashLun, when it closes (open-power/capiflash cflash_block.c, cblk_close)', () => {
  it('waits for what is active, refuses what waits or comes, and releases once', async () => {
    using bench = new LunBench({ maxRequests: 1 });
    const { lun } = bench;
    const read = lun.read(0, block());
    const waiting = lun.read(1, block());
    const tagged = lun.aread(1, block(), { wait: true });
    const outcomes = Promise.all([reasonOf(waiting), reasonOf(tagged)]);
    await settled();
    const closing = lun.close();
    expect(await outcomes).to.deep.equal(['cxlflash.lun-closed', 'cxlflash.lun-closed']);
    expect(await reasonOf(lun.write(0, block()))).to.equal('cxlflash.lun-closed');
    expect(bench.released).to.equal(0);
    bench.answer();
    expect(await read).to.equal(1);
    await closing;
    await lun.close();
    expect(bench.released).to.equal(1);
  });

  it('who got a request while it closes is refused as well (bug class: a wait is not a check)', async () => {
    using bench = new LunBench({ maxRequests: 1 });
    const first = bench.lun.read(0, block());
    const waiting = bench.lun.read(1, block());
    await settled();
    bench.answer();
    const closing = bench.lun.close();
    expect(await first).to.equal(1);
    expect(await reasonOf(waiting)).to.equal('cxlflash.lun-closed');
    await closing;
    expect(bench.afu.submitted).to.equal(1);
  });

  it('results that nobody took are lost, and who waits for one gets it', async () => {
    using bench = new LunBench();
    const { lun } = bench;
    const dropped = await lun.aread(0, block());
    const waited = await lun.aread(1, block());
    const result = lun.result(waited);
    await settled();
    const closing = lun.close();
    bench.answer();
    bench.answer();
    await closing;
    expect(await result).to.equal(1);
    expect(await reasonOf(lun.result(dropped))).to.equal('cxlflash.tag-free');
  });

  it('with its context lost nothing is waited for', async () => {
    using bench = new LunBench({ maxRequests: 2 });
    const { lun } = bench;
    const read = lun.read(0, block());
    const tag = await lun.awrite(0, block());
    const waiting = lun.read(1, block());
    const next = lun.nextResult();
    await settled();
    bench.engine.lose(new MdevError('EIO', 'test.lost', 'lost'));
    expect(await reasonOf(read)).to.equal('test.lost');
    expect((await next)?.error?.reason).to.equal('test.lost');
    expect(await reasonOf(waiting)).to.equal('test.lost');
    expect(await reasonOf(lun.result(tag))).to.equal('cxlflash.tag-free');
    expect(await reasonOf(lun.read(0, block()))).to.equal('test.lost');
    await lun.close();
  });
});
