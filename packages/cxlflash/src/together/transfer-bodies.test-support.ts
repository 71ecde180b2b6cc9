import { expect } from 'chai';
import fc from 'fast-check';
import { it } from 'mocha';
import type { FlashLun } from '../library/index.js';
import { BLOCKS, FlashFixture, pattern, reasonOf, type Connect } from './fixture.test-support.js';

/** Reads and writes, over whatever leads to the device. */
export function transferBodies(connect: Connect): void {
  it('A26 transfers of 1 block to 16 MiB come back as they were, one block more is EINVAL', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    const lun = await context.openLun();
    expect([lun.size(), lun.maxBlocks]).to.deep.equal([BLOCKS, 4096]);
    for (const [blocks, lba] of [
      [1, BLOCKS - 1],
      [17, 5],
      [4096, 100],
    ] as const) {
      const written = pattern(blocks, lba);
      expect(await lun.write(lba, written)).to.equal(blocks);
      const read = new Uint8Array(written.length);
      expect(await lun.read(lba, read)).to.equal(blocks);
      expect(Buffer.compare(read, written), `${blocks} blocks`).to.equal(0);
      const stored = new Uint8Array(written.length);
      await fixture.store.memory.read(lba, stored);
      expect(Buffer.compare(stored, written)).to.equal(0);
    }
    const large = new Uint8Array(4097 * 4096);
    expect(await reasonOf(lun.write(0, large))).to.equal('cxlflash.transfer');
    expect(await reasonOf(lun.read(BLOCKS, new Uint8Array(4096)))).to.equal('cxlflash.range');
  });

  it('A25 a context opened for one access has no other', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using reader = await flash.openContext({ access: 'read' });
    await using writer = await flash.openContext({ access: 'write' });
    const [from, to] = [await reader.openLun(), await writer.openLun()];
    const block = pattern(1, 1);
    expect(await to.write(0, block)).to.equal(1);
    expect(await reasonOf(to.read(0, block))).to.equal('cxlflash.access-mode');
    const back = new Uint8Array(4096);
    expect(await from.read(0, back)).to.equal(1);
    expect(await reasonOf(from.write(0, block))).to.equal('cxlflash.access-mode');
    expect(Buffer.compare(back, block)).to.equal(0);
  });

  it('A29 after 500 writes and 500 reads the statistics say exactly that', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    const lun = await context.openLun();
    const block = pattern(1, 9);
    for (let i = 0; i < 500; i += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, j) => lun.write(i + j, block)));
      await Promise.all(
        Array.from({ length: 50 }, (_, j) => lun.read(i + j, new Uint8Array(4096))),
      );
    }
    expect(lun.statistics).to.deep.equal({
      reads: 500,
      writes: 500,
      errors: 0,
      blocksRead: 500,
      blocksWritten: 500,
      retries: 0,
      active: 0,
    });
  });

  it('A27 requests: 8192 and no more, 0 stands for 64; all of them may be in use, whatever the AFU has room for', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext({ bufferBytes: 40 * 4096 });
    expect((await context.openLun({ maxRequests: 0 })).maxRequests).to.equal(64);
    const lun = await context.openLun({ maxRequests: 8192 });
    for (const [maxRequests, reason] of [
      [8193, 'cxlflash.max-requests'],
      [-1, 'cxlflash.argument'],
      [0.5, 'cxlflash.argument'],
    ] as const) {
      expect(await reasonOf(context.openLun({ maxRequests }))).to.equal(reason);
    }
    const into = Array.from({ length: 300 }, () => new Uint8Array(4096));
    await lun.write(0, pattern(1, 4));
    const tags = await Promise.all(into.map((bytes) => lun.aread(0, bytes)));
    expect(new Set(tags).size).to.equal(300);
    for (let i = 0; i < 300; i++) {
      expect((await lun.nextResult())?.blocks).to.equal(1);
    }
    expect(into.every((bytes) => Buffer.compare(bytes, pattern(1, 4)) === 0)).to.equal(true);
  });

  it('a context has two disks, of other block sizes, and each has its own blocks (DK_CXLFLASH_ATTACH_REUSE_CONTEXT)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    await context.attachDisk(1);
    expect(context.disks).to.deep.equal([0, 1]);
    expect(await reasonOf(context.attachDisk(1))).to.equal('cxlflash.attached');
    const [first, second] = [await context.openLun(), await context.openLun({ disk: 1 })];
    expect([first.disk, second.disk, second.size()]).to.deep.equal([0, 1, 100]);
    await Promise.all([first.write(7, pattern(2, 1)), second.write(7, pattern(2, 2))]);
    const stored = new Uint8Array(8192);
    await fixture.second.memory.read(56, stored);
    expect(Buffer.compare(stored, pattern(2, 2))).to.equal(0);
    const read = new Uint8Array(8192);
    await first.read(7, read);
    expect(Buffer.compare(read, pattern(2, 1))).to.equal(0);
    await context.detachDisk(1);
    expect(await reasonOf(second.read(0, read))).to.equal('cxlflash.lun-closed');
    expect(await first.read(7, read)).to.equal(2);
    expect(await reasonOf(context.openLun({ disk: 1 }))).to.equal('cxlflash.not-attached');
    await context.detachDisk(0);
    expect(await reasonOf(context.openLun())).to.equal('cxlflash.closed');
    expect(flash.contexts).to.deep.equal([]);
  });

  it('any mix of requests over two contexts leaves what a plain array has', async () => {
    const area = 24;
    const request = fc.record({
      lun: fc.nat(1),
      isWrite: fc.boolean(),
      lba: fc.nat(area - 1),
      blocks: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('call' as const, 'tag' as const, 'user tag' as const),
    });
    const batches = fc.array(fc.array(request, { minLength: 1, maxLength: 8 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, async (sequence) => {
        await using fixture = await FlashFixture.make();
        await using flash = await fixture.flash(connect);
        await using one = await flash.openContext();
        await using two = await flash.openContext();
        const luns = [await one.openLun({ maxRequests: 3 }), await two.openLun()];
        const model = new Uint8Array(area * 4096);
        let salt = 0;
        for (const batch of sequence) {
          const busy = new Set<number>();
          const running: Promise<void>[] = [];
          for (const { lun: which, isWrite, lba, blocks: wanted, how } of batch) {
            const blocks = Math.min(wanted, area - lba);
            const touched = Array.from({ length: blocks }, (_, i) => lba + i);
            const lun = luns[which];
            if (lun === undefined || touched.some((block) => busy.has(block))) {
              continue;
            }
            for (const block of touched) {
              busy.add(block);
            }
            salt += 1;
            const place = model.subarray(lba * 4096, (lba + blocks) * 4096);
            const bytes = isWrite ? pattern(blocks, salt) : new Uint8Array(blocks * 4096);
            if (isWrite) {
              place.set(bytes);
            }
            running.push(
              transferred(lun, isWrite, lba, bytes, how, salt).then((count) => {
                expect(count).to.equal(blocks);
                expect(Buffer.compare(bytes, place)).to.equal(0);
              }),
            );
          }
          await Promise.all(running);
        }
        const stored = new Uint8Array(area * 4096);
        await fixture.store.memory.read(0, stored);
        expect(Buffer.compare(stored, model)).to.equal(0);
      }),
      { seed: 20261121, numRuns: 30 },
    );
  });
}

async function transferred(
  lun: FlashLun,
  isWrite: boolean,
  lba: number,
  bytes: Uint8Array,
  how: 'call' | 'tag' | 'user tag',
  userTag: number,
): Promise<number> {
  if (how === 'call') {
    return isWrite ? lun.write(lba, bytes) : lun.read(lba, bytes);
  }
  const options = { wait: true, ...(how === 'tag' ? {} : { userTag }) };
  const tag = await (isWrite ? lun.awrite(lba, bytes, options) : lun.aread(lba, bytes, options));
  return how === 'tag' ? lun.result(tag) : lun.result(userTag, { userTag: true });
}
