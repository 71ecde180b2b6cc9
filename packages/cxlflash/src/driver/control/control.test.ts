import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace, decodeAfuEvent, type ObjectDescriptor } from '@mdevkit/core';
import { CXL_READ_MIN_SIZE, POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import {
  ATTACH_READ,
  ContextClass,
  DiskClass,
  FlashEvent,
  FlashEventKind,
  HostRegister,
  ResourceClass,
} from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Fixture, MEMORY, refusal } from './fixture.test-support.js';

async function readOne(descriptor: ObjectDescriptor): Promise<ReturnType<typeof decodeAfuEvent>> {
  const bytes = new Uint8Array(CXL_READ_MIN_SIZE);
  const length = await descriptor.read(bytes, { nonBlocking: true });
  return decodeAfuEvent(bytes.subarray(0, length));
}

describe('contexts on the control plane (drivers/scsi/cxlflash/superpipe.c)', () => {
  it('cxlflash attach answer: a window of 64 KiB, the disk, and what DK_CXLFLASH_ATTACH returns', async () => {
    await using fixture = await Fixture.make();
    await fixture.attach();
    const { handle, contextId, ...answer } = await fixture.attach({ lun: 1 });
    expect(answer).to.deep.equal({
      mmioSize: 65_536n,
      mmioOffset: 65_536n,
      blockSize: 512,
      lastLba: 63n,
      maxTransfer: 32_768n,
      returnFlags: 3,
    });
    expect(contextId & 0xffff_ffffn).to.equal(1n);
    expect(await handle.poll()).to.equal(0);
  });

  it('cxlflash attach unknown flags: refused, as everything that nobody knows (own rule: upstream ignores them)', async () => {
    await using fixture = await Fixture.make();
    const attach = (flags: number): Promise<string> =>
      refusal(() =>
        fixture.control.call(ContextClass, 'attach', { lun: 0, flags, numInterrupts: 0 }),
      );
    expect(await attach(ATTACH_READ | 4)).to.match(/^EINVAL /);
    expect(await attach(0)).to.equal('EINVAL cxlflash.access');
    expect(await attach(ATTACH_READ)).to.equal('none');
    expect(await fixture.control.handles(ContextClass)).to.have.lengthOf(1);
  });

  it('cxlflash attach most: as many contexts as the type says, and all of them back when the client goes (capiflash, fvt_cflash.C)', async () => {
    await using fixture = await Fixture.make();
    for (let round = 0; round < 3; round++) {
      const control = await fixture.device.control();
      for (let i = 0; i < 8; i++) {
        const context = await fixture.attach({ control });
        await control.call(ResourceClass, 'userDirect', {
          context: context.handle,
          contextId: context.contextId,
          lun: 0,
        });
      }
      expect(await refusal(() => fixture.attach({ control }))).to.equal(
        'ENOSPC cxlflash.no-contexts',
      );
      await control.close();
      expect(fixture.flash.disk(0).mode).to.equal(0);
    }
    expect(fixture.flash.listenerCount).to.equal(0);
  });

  it('cxlflash reuse bad: a cookie that is not that of the context; twice the same disk (capiflash, fvt_cflash.C)', async () => {
    await using fixture = await Fixture.make();
    const { handle, contextId } = await fixture.attach();
    const reuse = (id: bigint, lun: number): Promise<string> =>
      refusal(() =>
        fixture.control.call(ContextClass, 'attachReuse', { handle, contextId: id, lun }),
      );
    expect(await reuse(contextId + 1n, 1)).to.equal('EINVAL cxlflash.context');
    expect(await reuse(contextId, 0)).to.equal('EINVAL cxlflash.attached');
    expect(await reuse(contextId, 9)).to.equal('ENODEV cxlflash.no-disk');
    const answer = await fixture.control.call(ContextClass, 'attachReuse', {
      handle,
      contextId,
      lun: 1,
    });
    expect(answer).to.deep.equal({ blockSize: 512, lastLba: 63n, maxTransfer: 32_768n });
    expect(await reuse(contextId, 1)).to.equal('EINVAL cxlflash.attached');
  });

  it('cxlflash detach twice, cxlflash detach foreign: EINVAL, and no other client can name the context (capiflash, fvt_cflash.C)', async () => {
    await using fixture = await Fixture.make();
    const { handle, contextId } = await fixture.attach();
    const detach = (control = fixture.control): Promise<string> =>
      refusal(() => control.call(ContextClass, 'detach', { handle, contextId, lun: 0 }));
    await using other = await fixture.device.control();
    expect(await detach(other)).to.match(/^EBADF /);
    expect(await detach()).to.equal('none');
    expect(await detach()).to.equal('EINVAL cxlflash.context');
    expect(
      await refusal(() =>
        fixture.control.call(ResourceClass, 'userDirect', { context: handle, contextId, lun: 0 }),
      ),
    ).to.equal('EINVAL cxlflash.context');
    expect(await handle.poll()).to.equal(POLLERR);
  });

  it('cxlflash direct context: a wrong cookie, and a disk that is not attached (capiflash, fvt_cflash.C)', async () => {
    await using fixture = await Fixture.make();
    const { handle: context, contextId } = await fixture.attach();
    const direct = (id: bigint, lun: number): Promise<string> =>
      refusal(() =>
        fixture.control.call(ResourceClass, 'userDirect', { context, contextId: id, lun }),
      );
    expect(await direct(contextId ^ (1n << 32n), 0)).to.equal('EINVAL cxlflash.context');
    expect(await direct(contextId, 1)).to.equal('EINVAL cxlflash.not-attached');
    expect(await direct(contextId, 7)).to.equal('ENODEV cxlflash.no-disk');
    expect(await fixture.control.handles(ResourceClass)).to.deep.equal([]);
  });

  it('cxlflash release handle: once; then it names nothing (capiflash, fvt_cflash.C)', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    const { handle, rsrcHandle, lastLba } = await fixture.direct(context);
    expect([rsrcHandle, lastLba]).to.deep.equal([0, 1023n]);
    expect(await fixture.transfer(context, { rsrcHandle }, 1, false)).to.equal(0);
    await fixture.control.call(ResourceClass, 'release', { handle });
    const again = (): Promise<unknown> =>
      fixture.control.call(ResourceClass, 'release', { handle });
    expect(await refusal(again)).to.match(/^ENOENT /);
    expect(await fixture.transfer(context, { rsrcHandle }, 1, false)).to.equal(0x0000_0500);
  });

  it('cxlflash release detached: EINVAL for a handle that went with its disk, and it is gone all the same', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    const { handle } = await fixture.direct(context);
    const { contextId } = context;
    await fixture.control.call(ContextClass, 'detach', {
      handle: context.handle,
      contextId,
      lun: 0,
    });
    const release = (): Promise<unknown> =>
      fixture.control.call(ResourceClass, 'release', { handle });
    expect(await refusal(release)).to.equal('EINVAL cxlflash.released');
    expect(await refusal(release)).to.match(/^ENOENT /);
  });

  it('cxlflash close descriptor: detaches everything, handles included (cxlflash_cxl_release)', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    const { handle } = await fixture.direct(context);
    await context.handle.close();
    expect(await fixture.register(context, 'CMD_ROOM')).to.equal(0xffff_ffff_ffff_ffffn);
    expect(
      await refusal(() => fixture.control.call(ResourceClass, 'release', { handle })),
    ).to.match(/^ENOENT /);
    expect(fixture.flash.disk(0).mode).to.equal(0);
    expect(fixture.flash.listenerCount).to.equal(0);
  });

  it('cxlflash disk info, cxlflash disk port: what a client may ask', async () => {
    await using fixture = await Fixture.make();
    const info = async (lun: number): Promise<unknown> =>
      (await fixture.control.call(DiskClass, 'info', { lun })).disk;
    const { wwid } = fixture.flash.disk(1);
    expect(await info(1)).to.deep.equal({
      last_lba: 63n,
      block_size: 512,
      ports: 3,
      mode: 0,
      wwid,
    });
    expect(await refusal(() => info(2))).to.equal('ENODEV cxlflash.no-disk');
    expect(await fixture.control.call(DiskClass, 'count', {})).to.deep.equal({
      disks: 2,
      ports: 2,
    });
    fixture.flash.setPortLink(1, false);
    const ups: number[] = [];
    for (const port of [0, 1]) {
      ups.push((await fixture.control.call(DiskClass, 'port', { port })).info.link_up);
    }
    expect(ups).to.deep.equal([1, 0]);
    expect(await refusal(() => fixture.control.call(DiskClass, 'port', { port: 2 }))).to.equal(
      'EINVAL cxlflash.port',
    );
  });
});

describe('contexts and the life of the device', () => {
  it('cxlflash mmio access: an access of any place and length comes as aligned accesses (vfio_pci_rdwr.c)', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    await fixture.setRegister(context, 'RRQ_START', 0x0102_0304_0506_0708n);
    const two = new Uint8Array(16);
    await fixture.device.read(0, HostRegister.RRQ_START, two);
    expect([...two]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
    await fixture.device.read(0, HostRegister.RRQ_START + 4, two.subarray(0, 8));
    expect(new Set(two.subarray(0, 8))).to.deep.equal(new Set([255]));
    await fixture.device.write(0, HostRegister.RRQ_START + 4, two.subarray(0, 8));
    expect(await fixture.register(context, 'RRQ_START')).to.equal(0x0102_0304_0506_0708n);
  });

  it('cxlflash event descriptor: what happens to a disk is read where interrupts are read', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    const resource = await fixture.direct(context);
    const ready = context.handle.ready();
    expect(await fixture.transfer(context, resource, 1, false)).to.equal(0);
    expect(await ready).to.equal(POLLIN | POLLRDNORM);
    await fixture.flash.resizeDisk(0, 512);
    const first = await readOne(context.handle);
    expect(first.kind).to.equal('driver');
    const news = 'data' in first ? FlashEvent.decode(first.data) : undefined;
    expect([news?.kind, news?.value]).to.deep.equal([FlashEventKind.LUN_CAPACITY, 511n]);
    expect(await readOne(context.handle)).to.include({ kind: 'interrupt', irq: 2 });
    expect(await refusal(() => readOne(context.handle))).to.match(/^EAGAIN /);
  });

  it('cxlflash data: what one context has written another one reads', async () => {
    await using fixture = await Fixture.make();
    const writer = await fixture.attach();
    const reader = await fixture.attach();
    fixture.memory.fill(0x5a, 0x2000, 0x3000);
    expect(await fixture.transfer(writer, await fixture.direct(writer), 9, true)).to.equal(0);
    fixture.memory.fill(0, 0x2000, 0x3000);
    expect(await fixture.transfer(reader, await fixture.direct(reader), 9, false)).to.equal(0);
    expect(new Set(fixture.memory.subarray(0x2000, 0x3000))).to.deep.equal(new Set([0x5a]));
  });

  it('cxlflash bus master: a function that may not master the bus cannot fetch a request (PCIe Base Spec, 7.5.1.1.3)', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    await fixture.device.write(7, 4, Uint8Array.of(2, 0));
    await fixture.setRegister(context, 'IOARRIN', BigInt(MEMORY + 0x1000));
    await settled();
    expect(await fixture.register(context, 'INTR_STATUS')).to.equal(8n);
  });

  const resets = [
    ['cxlflash reset device', 'device'],
    ['cxlflash reset function', 'function level'],
  ] as const;
  for (const [row, kind] of resets) {
    it(`${row}: every context ends; its descriptor gives what it has, then EIO`, async () => {
      await using fixture = await Fixture.make();
      const context = await fixture.attach();
      const resource = await fixture.direct(context);
      expect(await fixture.transfer(context, resource, 1, false)).to.equal(0);
      if (kind === 'device') {
        await fixture.device.reset();
      } else {
        // Initiate Function Level Reset: bit 15 of Device Control, at 8 in the PCI Express capability.
        const pointer = new Uint8Array(1);
        await fixture.device.read(7, 0x34, pointer);
        await fixture.device.write(7, (pointer[0] ?? 0) + 8, Uint8Array.of(0, 0x80));
      }
      await fixture.enable();
      expect(await fixture.register(context, 'CMD_ROOM')).to.equal(0xffff_ffff_ffff_ffffn);
      expect(await readOne(context.handle)).to.include({ kind: 'interrupt', irq: 2 });
      expect(await refusal(() => readOne(context.handle))).to.match(/^EIO /);
      const next = await fixture.attach();
      expect(next.mmioOffset).to.equal(0n);
      expect(await fixture.transfer(next, await fixture.direct(next), 1, false)).to.equal(0);
    });
  }

  it('cxlflash removal: descriptors give what they have, then EIO; nothing of the client is left', async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    expect(await fixture.transfer(context, await fixture.direct(context), 1, false)).to.equal(0);
    await fixture.host.remove(fixture.uuid, 0);
    expect(await readOne(context.handle)).to.include({ kind: 'interrupt', irq: 2 });
    expect(await refusal(() => readOne(context.handle))).to.match(/^EIO /);
    expect(fixture.flash.listenerCount).to.equal(0);
    await context.handle.close();
  });

  it("cxlflash removal: with the device's close descriptors are closed, and the next client finds nothing of it", async () => {
    await using fixture = await Fixture.make();
    const context = await fixture.attach();
    expect(await fixture.transfer(context, await fixture.direct(context), 1, false)).to.equal(0);
    await fixture.device.close();
    expect(await refusal(() => readOne(context.handle))).to.match(/^EBADF /);
    expect(fixture.flash.listenerCount).to.equal(0);
    await fixture.open();
    expect((await fixture.attach()).mmioOffset).to.equal(0n);
  });

  it('cxlflash pasid space: the commands of a context reach that address space and no other', async () => {
    await using fixture = await Fixture.make();
    const space = new AddressSpace();
    const memory = new Uint8Array(0x1_0000);
    space.map({ iova: MEMORY, memory });
    const binding = await fixture.device.bind(space);
    const context = await fixture.attach({ pasid: binding.pasid });
    const resource = await fixture.direct(context);
    await fixture.stores[0]?.memory.write(3, new Uint8Array(4096).fill(0x33));
    expect(await fixture.transfer(context, resource, 3, false, memory)).to.equal(0);
    expect(memory[0x2000]).to.equal(0x33);
    expect(fixture.memory.every((byte) => byte === 0)).to.equal(true);
    // The space goes: the context ends before, and only that one.
    const other = await fixture.attach();
    await binding.unbind();
    expect(await context.handle.poll()).to.equal(POLLIN | POLLRDNORM);
    expect(await fixture.register(context, 'CMD_ROOM')).to.equal(0xffff_ffff_ffff_ffffn);
    expect(await fixture.register(other, 'CMD_ROOM')).to.equal(64n);
  });

  it('cxlflash close hung: a store that does not answer holds nobody up, and the number stays taken', async () => {
    await using fixture = await Fixture.make();
    const [store] = fixture.stores;
    const contexts = [await fixture.attach(), await fixture.attach()];
    for (const context of contexts) {
      const resource = await fixture.direct(context);
      if (store !== undefined) {
        store.isHeld = true;
      }
      await fixture.transfer(context, resource, 1, false);
    }
    const closed = fixture.control.close();
    await settled();
    fixture.clock.advance(100);
    await settled();
    await closed;
    await using control = await fixture.device.control();
    expect((await fixture.attach({ control })).mmioOffset).to.equal(0x2_0000n);
    store?.letGo();
    await settled();
    expect((await fixture.attach({ control })).mmioOffset).to.equal(0n);
  });
});
