import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FlashEventKind, NO_LUN } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, readEvents, readNews } from '../bench.test-support.js';

describe('events of the driver (Linux include/misc/cxl.h, struct cxl_afu_driver_ops, as its reviews wanted it)', () => {
  it('cxlflash event capacity: every context that has the disk is told its last block, and nobody else', async () => {
    const bench = new Bench();
    const [one, two, other] = [bench.attach(), bench.attach(), bench.attach({ lun: 1 })];
    await bench.parent.resizeDisk(0, 4096);
    for (const { context } of [one, two]) {
      expect(await readNews(context)).to.deep.equal([
        {
          kind: FlashEventKind.LUN_CAPACITY,
          flags: 0,
          context_id: context.contextId,
          lun: 0n,
          value: 4095n,
        },
      ]);
    }
    expect(await readNews(other.context)).to.deep.equal([]);
    await bench.end(one.context, two.context, other.context);
  });

  it('cxlflash event gone: a disk that was removed', async () => {
    const bench = new Bench();
    const raw = bench.attach({ lun: 1 });
    bench.parent.removeDisk(0);
    bench.parent.removeDisk(1);
    const news = await readNews(raw.context);
    expect(news.map(({ kind, lun }) => [kind, lun])).to.deep.equal([[FlashEventKind.LUN_GONE, 1n]]);
    await bench.end(raw.context);
  });

  it('cxlflash event link: a port that leads to a disk of the context, once for each change', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    bench.parent.setPortLink(1, true);
    expect(await readNews(raw.context)).to.deep.equal([]);
    bench.parent.setPortLink(1, false);
    bench.parent.setPortLink(1, false);
    const down = await readNews(raw.context);
    bench.parent.setPortLink(1, true);
    const up = await readNews(raw.context);
    expect(
      [...down, ...up].map(({ kind, flags, lun, value }) => [kind, flags, lun, value]),
    ).to.deep.equal([
      [FlashEventKind.PORT_LINK, 0, NO_LUN, 1n],
      [FlashEventKind.PORT_LINK, 1, NO_LUN, 1n],
    ]);
    await bench.end(raw.context);
  });

  it('cxlflash event failed: registers read all-ones, commands end without a trace, only giving back is left', async () => {
    const bench = new Bench();
    const raw = bench.working();
    const other = bench.working();
    bench.store.isHeld = true;
    raw.write(0);
    raw.submit(0);
    await settled();
    bench.parent.failContext(raw.context.contextId);
    bench.store.letGo();
    await settled();
    expect(raw.get('INTR_STATUS')).to.equal(0xffff_ffff_ffff_ffffn);
    expect(raw.completions()).to.deep.equal([]);
    const events = await readEvents(raw.context);
    expect(events.map(({ type }) => type)).to.deep.equal([4]);
    bench.parent.failContext(raw.context.contextId);
    expect((await readEvents(raw.context)).length).to.equal(0);
    expect(() => {
      bench.slice.check(raw.context, raw.context.contextId, bench.client, 'use');
    }).to.throw(/EINVAL cxlflash.context/);
    bench.slice.check(raw.context, raw.context.contextId, bench.client, 'give-back');
    expect((await other.run()).ioasc).to.equal(0);
    await bench.slice.detach(raw.context, 0);
    expect(() => {
      bench.parent.failContext(raw.context.contextId);
    }).to.throw(/EINVAL cxlflash.context/);
    await bench.end(raw.context, other.context);
  });

  it('cxlflash event failed: registers are not written either, so nothing that was held back is raised', async () => {
    const bench = new Bench();
    const raw = bench.working();
    raw.set('INTR_MASK', 0xffff_ffff_ffff_ffffn);
    raw.set('IOARRIN', 8n);
    await settled();
    expect(raw.get('INTR_STATUS')).to.equal(8n);
    bench.parent.failContext(raw.context.contextId);
    raw.set('INTR_MASK', 0n);
    expect((await readEvents(raw.context)).map(({ type }) => type)).to.deep.equal([4]);
    await bench.end(raw.context);
  });

  it('cxlflash event merged: news of what nobody has read yet bring it up to date, so a silent client costs nothing', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    for (let i = 0; i < 1001; i++) {
      bench.parent.setPortLink(0, i % 2 === 1);
      bench.parent.setPortLink(1, i % 2 === 1);
    }
    bench.parent.removeDisk(0);
    const news = await readNews(raw.context);
    expect(news.map(({ kind, flags, value }) => [kind, flags, value])).to.deep.equal([
      [FlashEventKind.PORT_LINK, 0x8000_0000, 0n],
      [FlashEventKind.PORT_LINK, 0x8000_0000, 1n],
      [FlashEventKind.LUN_GONE, 0, 0n],
    ]);
    await bench.end(raw.context);
  });

  it('cxlflash event retry: one that did not reach its reader comes again, byte for byte', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    bench.parent.setPortLink(0, false);
    const failing = {
      length: 4096,
      copy: (): void => {
        throw new Error('the reader has gone away');
      },
    };
    let refused = '';
    try {
      await raw.context.events.read(failing, true);
    } catch (error) {
      refused = String(error);
    }
    expect(refused).to.match(/EFAULT/);
    bench.parent.setPortLink(0, true);
    const news = await readNews(raw.context);
    // The one in flight is as it was; what happened since stands behind it.
    expect(news.map(({ flags }) => flags)).to.deep.equal([0, 1]);
    await bench.end(raw.context);
  });

  it('cxlflash event order: before interrupts and faults of the same context (drivers/misc/cxl/file.c, afu_read)', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await raw.run({ data_ea: 0x4000_0000 });
    bench.parent.setPortLink(0, false);
    expect((await readEvents(raw.context)).map(({ type }) => type)).to.deep.equal([4, 1, 2]);
    await bench.end(raw.context);
  });
});
