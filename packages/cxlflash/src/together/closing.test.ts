import {
  BufferMemory,
  ManualClock,
  MdevError,
  MdevHost,
  type Control,
  type ObjectDescriptor,
} from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { cxlflashDriver, FlashParent, MemoryStore } from '../driver/index.js';
import { Flash } from '../library/index.js';
import { FlashFixture, inProcess, reasonOf, refusalOf, until } from './fixture.test-support.js';

/** A control plane whose way breaks while contexts are closed: they close, and nobody hears of it. */
function breaking(control: Control): Control {
  return withMember(control, 'call', async (...args: Parameters<Control['call']>) => {
    const result: object = await control.call(...args);
    if (args[1] === 'attach') {
      const { handle } = result as { readonly handle: ObjectDescriptor };
      const close = handle.close.bind(handle);
      handle.close = async (): Promise<void> => {
        await close();
        throw new Error('EPIPE');
      };
    }
    return result;
  });
}

/** A control plane whose driver takes disks away while the device still works on their commands. */
function neverQuiet(control: Control): Control {
  return withMember(control, 'call', async (...args: Parameters<Control['call']>) => {
    const result: unknown = await control.call(...args);
    if (args[1] === 'detach') {
      throw new MdevError('EBUSY', 'cxlflash.not-quiet', 'commands have not ended');
    }
    return result;
  });
}

function withMember<T extends object>(target: T, name: keyof T, member: unknown): T {
  return new Proxy(target, {
    get(_, key): unknown {
      const value: unknown = key === name ? member : Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('closing what partly fails (own rule: every step is taken, the first error is told at the end)', () => {
  it('a release that fails after the request of the host is told to who closes, and to nobody else (bug: unhandled rejection)', async () => {
    await using fixture = await FlashFixture.make();
    const { device } = await fixture.connect(inProcess);
    let releases = 0;
    const flash = await Flash.attach(device, { clock: fixture.clock }, () => {
      releases += 1;
      return Promise.reject(new Error('the way back is broken'));
    });
    const removal = fixture.host.remove(fixture.uuid, 1000);
    await until(() => releases === 1);
    // An unhandled rejection is reported in between.
    await new Promise((resolve) => setImmediate(resolve));
    expect(await reasonOf(flash.close())).to.equal('Error: the way back is broken');
    await fixture.disconnect();
    await removal;
  });

  it('contexts whose close fails: the others are closed, then the device is given back, and the first error is told (bug)', async () => {
    await using fixture = await FlashFixture.make();
    const { device } = await fixture.connect(inProcess);
    await using control = await device.control();
    let releases = 0;
    let memory = 0;
    const flash = await Flash.attach(
      device,
      {
        clock: fixture.clock,
        control: breaking(control),
        iovaBytes: 20 * 4096,
        allocateMemory: (bytes) => {
          memory += 1;
          const given = new Uint8Array(bytes);
          const release = (): void => {
            memory -= 1;
          };
          return { memory: new BufferMemory(given), bytes: given, release };
        },
      },
      () => {
        releases += 1;
        return Promise.resolve();
      },
    );
    const contexts = [await flash.openContext({ bufferBytes: 4096 })];
    contexts.push(await flash.openContext({ bufferBytes: 4096 }));
    const ends = contexts.map((context) => context.events().next());
    const lun = await contexts[1]?.openLun();
    fixture.store.isHeld = true;
    const read = lun?.read(0, new Uint8Array(4096));
    await until(() => fixture.store.calls.length === 1);
    const closing = reasonOf(flash.close());
    await until(() => flash.contexts.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect([releases, memory]).to.deep.equal([0, 1]);
    fixture.store.letGo();
    expect(await read).to.equal(1);
    expect(await closing).to.equal('Error: EPIPE');
    expect([flash.contexts, releases, memory]).to.deep.equal([[], 1, 0]);
    expect((await Promise.all(ends)).map(({ done }) => done)).to.deep.equal([true, true]);
  });
});

describe('disks that come and go (drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_attach, _cxlflash_disk_detach)', () => {
  it('a disk whose blocks the library cannot use is not kept by the driver either (bug)', async () => {
    const stores = [4096, 8192].map((blockSize) => new MemoryStore({ blocks: 64, blockSize }));
    using parent = new FlashParent({ disks: stores.map((store) => ({ store })) });
    const clock = new ManualClock();
    await using host = new MdevHost({ clock });
    await host.load(cxlflashDriver({ parents: [{ name: 'flash0', flash: parent }], slices: [8] }));
    const { uuid } = await host.create({ parent: 'flash0', type: 'cxlflash-8c' });
    const device = await host.open(uuid);
    const flash = await Flash.attach(device, { clock });
    const context = await flash.openContext({ bufferBytes: 4096 });
    for (let i = 0; i < 2; i++) {
      expect(await refusalOf(context.attachDisk(1))).to.equal('EOPNOTSUPP cxlflash.block-size');
    }
    expect(context.disks).to.deep.equal([0]);
    await flash.close();
    await device.close();
  });

  it('a disk whose detach is EBUSY has left the context, as it has in the driver; the last one closes it (bug)', async () => {
    await using fixture = await FlashFixture.make();
    const { device } = await fixture.connect(inProcess);
    await using control = await device.control();
    await using flash = await Flash.attach(device, {
      clock: fixture.clock,
      control: neverQuiet(control),
    });
    const context = await flash.openContext({ bufferBytes: 4096 });
    await context.attachDisk(1);
    expect(await refusalOf(context.detachDisk(1))).to.equal('EBUSY cxlflash.not-quiet');
    expect(context.disks).to.deep.equal([0]);
    await context.attachDisk(1);
    expect(context.disks).to.deep.equal([0, 1]);
    expect(await refusalOf(context.detachDisk(1))).to.equal('EBUSY cxlflash.not-quiet');
    expect(await refusalOf(context.detachDisk(0))).to.equal('EBUSY cxlflash.not-quiet');
    expect([context.disks, flash.contexts]).to.deep.equal([[], []]);
  });

  it('a disk whose detach is refused stays (EINVAL of get_context)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(inProcess);
    await using context = await flash.openContext({ bufferBytes: 4096 });
    expect(await refusalOf(context.detachDisk(1))).to.equal('EINVAL cxlflash.not-attached');
    expect(context.disks).to.deep.equal([0]);
  });
});
