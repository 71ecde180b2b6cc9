import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { DiskMode, FlashEventKind, MAX_RESOURCES } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, readNews } from '../bench.test-support.js';

function refusal(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

describe('handles of whole disks (drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_direct_open)', () => {
  it('cxlflash direct full: 256 handles, and the lowest free one first', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    const all = Array.from({ length: MAX_RESOURCES }, () => raw.open());
    expect(all.map(({ handle }) => handle)).to.deep.equal([...all.keys()]);
    expect(refusal(() => raw.open())).to.equal('EMFILE cxlflash.resources');
    const [, , third] = all;
    if (third !== undefined) {
      await raw.context.release(third);
    }
    expect(raw.open().handle).to.equal(2);
    await bench.end(raw.context);
    expect(bench.parent.disk(0).mode).to.equal(DiskMode.NONE);
  });

  it('cxlflash direct mode: a disk that is used in the other mode', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    const disk = bench.parent.disk(0);
    disk.claim(DiskMode.VIRTUAL);
    expect(refusal(() => raw.open())).to.equal('EINVAL cxlflash.mode');
    disk.unclaim();
    const resource = raw.open();
    expect(disk.mode).to.equal(DiskMode.PHYSICAL);
    expect(
      refusal(() => {
        disk.claim(DiskMode.VIRTUAL);
      }),
    ).to.equal('EINVAL cxlflash.mode');
    await raw.context.release(resource);
    expect(disk.mode).to.equal(DiskMode.NONE);
    await bench.end(raw.context);
  });

  it('cxlflash direct attached: a disk that the context does not have', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    expect(refusal(() => raw.open(1))).to.equal('EINVAL cxlflash.not-attached');
    await bench.end(raw.context);
  });

  it('cxlflash release twice: the second time nothing happens, also to who has the entry then', async () => {
    const bench = new Bench();
    const raw = bench.working();
    const resource = raw.open();
    await raw.context.release(resource);
    const next = raw.open();
    expect(next.handle).to.equal(resource.handle);
    await raw.context.release(resource);
    expect(next.isLive).to.equal(true);
    expect((await raw.run({ res_hndl: next.handle })).ioasc).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash release in flight: a command whose handle goes ends with RHT_RW_PERM, and moves nothing more (capiflash, 0x05)', async () => {
    const bench = new Bench();
    const raw = bench.attach().bringUp();
    const resource = raw.open();
    await bench.store.memory.write(0, new Uint8Array(4096).fill(5));
    bench.store.isHeld = true;
    raw.bytes(raw.data, 4096).fill(0x77);
    raw.write(0, { blocks: 32 });
    raw.submit(0);
    await settled();
    const released = raw.context.release(resource);
    await settled();
    bench.store.letGo();
    await released;
    const { rc, resid } = raw.response(0);
    expect([rc.afu_rc, rc.scsi_rc, rc.fc_rc, resid]).to.deep.equal([0x05, 0, 0, 32 * 4096]);
    expect(raw.bytes(raw.data, 4096).every((byte) => byte === 0x77)).to.equal(true);
    expect(raw.completions()).to.deep.equal([0]);
    await bench.end(raw.context);
  });

  it('cxlflash release slot: an entry is not given out before its commands have ended; SYNC_RETRY tells that it took too long', async () => {
    const bench = new Bench();
    const raw = bench.attach().bringUp();
    const resource = raw.open();
    bench.store.isHeld = true;
    raw.write(0);
    raw.submit(0);
    await settled();
    const released = raw.context.release(resource);
    bench.clock.advance(100);
    await released;
    expect(raw.open().handle).to.equal(1);
    expect(await readNews(raw.context)).to.deep.equal([
      {
        kind: FlashEventKind.SYNC_RETRY,
        flags: 0,
        context_id: raw.context.contextId,
        lun: 0n,
        value: 0n,
      },
    ]);
    bench.store.letGo();
    await settled();
    expect(raw.open().handle).to.equal(0);
    await bench.end(raw.context);
  });
});
