import { MdevError, type Handle } from '@mdevkit/core';
import { ILLEGAL_REQUEST, MEDIUM_ERROR } from '@mdevkit/uapi';
import { expect } from 'chai';
import { it } from 'mocha';
import {
  ASC_LBA_OUT_OF_RANGE,
  ASC_UNRECOVERED_READ,
  ASC_WRITE_ERROR,
  ContextClass,
  ResourceClass,
} from '../abi/index.js';
import { Flash, type ContextEvent, type FlashContext } from '../library/index.js';
import {
  BLOCKS,
  FlashFixture,
  pattern,
  reasonOf,
  refusalOf,
  until,
  type Connect,
} from './fixture.test-support.js';

async function errorOf(promise: Promise<unknown>): Promise<MdevError> {
  try {
    await promise;
  } catch (error) {
    if (MdevError.is(error)) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The events of a context, as they come. */
function eventsOf(context: FlashContext): ContextEvent[] {
  const seen: ContextEvent[] = [];
  const events = context.events();
  void (async () => {
    for await (const event of events) {
      seen.push(event);
    }
  })();
  return seen;
}

/** What goes wrong with disks, ports and requests, over whatever leads to the device. */
export function errorBodies(connect: Connect): void {
  it('what a store throws is a medium error of the one command', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    const lun = await context.openLun();
    for (const kind of ['read', 'write'] as const) {
      fixture.store.isHeld = true;
      const outcome = errorOf(lun[kind](3, pattern(1, 0)));
      await until(() => fixture.store.calls.length === 1);
      fixture.store.letGo(new Error('a scratch'));
      const { code, reason, details } = await outcome;
      expect([code, reason]).to.deep.equal(['EIO', 'cxlflash.check-condition']);
      const asc = kind === 'read' ? ASC_UNRECOVERED_READ : ASC_WRITE_ERROR;
      expect(details).to.include({ afu_rc: 0, scsi_rc: 2, fc_rc: 0, key: MEDIUM_ERROR, asc });
      expect(await lun[kind](3, pattern(1, 0))).to.equal(1);
    }
    expect(lun.statistics).to.include({ errors: 2, retries: 0 });
  });

  it('without a link ENETDOWN after three retries, and the links are told as they change', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    const lun = await context.openLun();
    const seen = eventsOf(context);
    fixture.parent.setPortLink(0, false);
    expect(await lun.read(0, new Uint8Array(4096))).to.equal(1);
    fixture.parent.setPortLink(1, false);
    expect(await refusalOf(lun.read(0, new Uint8Array(4096)))).to.equal(
      'ENETDOWN cxlflash.link-down',
    );
    expect(context.retries).to.equal(3);
    fixture.parent.setPortLink(1, true);
    expect(await lun.read(0, new Uint8Array(4096))).to.equal(1);
    await until(() => seen.length === 3);
    expect(seen).to.deep.equal([
      { kind: 'port-link', port: 0, isUp: false, isMerged: false },
      { kind: 'port-link', port: 1, isUp: false, isMerged: false },
      { kind: 'port-link', port: 1, isUp: true, isMerged: false },
    ]);
  });

  it('a disk that grows or shrinks has its new size when the event has come (LUN_CAPACITY)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    const lun = await context.openLun();
    const seen = eventsOf(context);
    await fixture.parent.resizeDisk(0, BLOCKS + 8);
    await until(() => seen.length === 1);
    expect([lun.size(), await lun.write(BLOCKS + 7, pattern(1, 1))]).to.deep.equal([BLOCKS + 8, 1]);
    await fixture.parent.resizeDisk(0, 16);
    const late = await errorOf(lun.read(100, new Uint8Array(4096)));
    if (late.reason === 'cxlflash.check-condition') {
      expect(late.details).to.include({ key: ILLEGAL_REQUEST, asc: ASC_LBA_OUT_OF_RANGE });
    }
    await until(() => seen.length === 2);
    expect(seen[1]).to.deep.equal({ kind: 'lun-capacity', disk: 0, lastLba: 15n, isMerged: false });
    expect(lun.size()).to.equal(16);
    expect(await reasonOf(lun.read(16, new Uint8Array(4096)))).to.equal('cxlflash.range');
  });

  it('a disk that is taken away is ENODEV, and the other disk of the context goes on (LUN_GONE)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    await context.attachDisk(1);
    const [lun, other] = [await context.openLun(), await context.openLun({ disk: 1 })];
    const seen = eventsOf(context);
    fixture.store.isHeld = true;
    const read = refusalOf(lun.read(0, new Uint8Array(4096)));
    await until(() => fixture.store.calls.length === 1);
    fixture.parent.removeDisk(0);
    await until(() => seen.length === 1);
    expect(seen).to.deep.equal([{ kind: 'lun-gone', disk: 0 }]);
    fixture.store.letGo();
    expect(await read).to.equal('ENODEV cxlflash.lun-gone');
    expect(await refusalOf(lun.write(0, pattern(1, 1)))).to.equal('ENODEV cxlflash.lun-gone');
    expect(await other.write(0, pattern(1, 1))).to.equal(1);
    expect(await refusalOf(flash.openContext())).to.equal('ENODEV cxlflash.no-disk');
  });

  it('A22 a handle that is released behind a transfer: its commands fail, those of another do not', async () => {
    await using fixture = await FlashFixture.make();
    const { device, options = {} } = await fixture.connect(connect);
    await using control = options.control ?? (await device.control());
    const flash = await Flash.attach(device, { clock: fixture.clock, ...options, control });
    const context = await flash.openContext();
    const [lun, other] = [await context.openLun(), await context.openLun()];
    fixture.store.isHeld = true;
    const running = reasonOf(lun.read(0, new Uint8Array(4096)));
    const beside = other.read(0, new Uint8Array(4096));
    await until(() => fixture.store.calls.length === 2);
    const [handle] = await control.handles(ResourceClass);
    const released = control.call(ResourceClass, 'release', {
      handle: handle as Handle<'RESOURCE'>,
    });
    // The driver has the release, however long its way was.
    await until(() => fixture.parent.disk(0).users === 1);
    const late = reasonOf(lun.read(0, new Uint8Array(4096)));
    fixture.store.letGo();
    await released;
    // An entry that was cleared allows nothing (0x05).
    expect([await running, await late]).to.deep.equal([
      'cxlflash.permission',
      'cxlflash.permission',
    ]);
    expect(await beside).to.equal(1);
    await flash.close();
    expect(await control.handles(ContextClass)).to.deep.equal([]);
  });

  it('what the driver refuses arrives with its errno', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    for (const [options, refusal] of [
      [{ disk: 9 }, 'ENODEV cxlflash.no-disk'],
      [{ interrupts: 0x99 }, 'EINVAL cxlflash.interrupts'],
      [{ interrupts: 1 }, 'EINVAL cxlflash.argument'],
      [{ disk: -1 }, 'EINVAL cxlflash.argument'],
      [{ bufferBytes: 4095 }, 'EINVAL cxlflash.argument'],
      [{ timeoutMs: 0 }, 'EINVAL cxlflash.argument'],
      [{ timeoutMs: Infinity }, 'EINVAL cxlflash.argument'],
    ] as const) {
      expect(await refusalOf(flash.openContext(options)), JSON.stringify(options)).to.equal(
        refusal,
      );
    }
    const contexts: FlashContext[] = [];
    for (let i = 0; i < flash.maxContexts; i++) {
      contexts.push(await flash.openContext({ bufferBytes: 4096 }));
    }
    expect(await refusalOf(flash.openContext())).to.equal('ENOSPC cxlflash.no-contexts');
    await contexts[3]?.close();
    await using again = await flash.openContext();
    expect(await (await again.openLun()).read(0, new Uint8Array(4096))).to.equal(1);
  });

  it('handles are given back: a context opens LUNs for ever, but 256 at a time (EMFILE)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    await using context = await flash.openContext();
    for (let i = 0; i < 300; i++) {
      await (await context.openLun()).close();
    }
    const luns = await Promise.all(Array.from({ length: 256 }, () => context.openLun()));
    expect(await refusalOf(context.openLun())).to.equal('EMFILE cxlflash.resources');
    await luns[7]?.close();
    expect(await (await context.openLun()).read(0, new Uint8Array(4096))).to.equal(1);
  });

  it('the disks can be asked for', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(connect);
    expect(await flash.diskCount()).to.equal(2);
    const { last_lba, block_size } = await flash.disk(1);
    expect([last_lba, block_size]).to.deep.equal([799n, 512]);
    expect(await refusalOf(flash.disk(2))).to.equal('ENODEV cxlflash.no-disk');
  });
}
