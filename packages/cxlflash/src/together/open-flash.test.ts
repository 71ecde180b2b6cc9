import {
  BufferMemory,
  ManualClock,
  MdevHost,
  nodeImporter,
  type DmaMap,
  type MemoryObject,
} from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { cxlflashDriver } from '../driver/index.js';
import { Flash, openFlash } from '../library/index.js';
import { FlashFixture, inProcess, pattern, reasonOf, refusalOf } from './fixture.test-support.js';

describe('openFlash (open-power/capiflash cflash_block_int.c, cblk_open)', () => {
  it('works with the driver that a host loads by the name of the package', async () => {
    await using host = new MdevHost({
      importer: nodeImporter(import.meta.url),
      clock: new ManualClock(),
    });
    expect(await host.loadPackage('@mdevkit/cxlflash')).to.deep.equal(['cxlflash']);
    await using flash = await openFlash(host, { clock: new ManualClock() });
    await using context = await flash.openContext();
    await using lun = await context.openLun();
    expect(await lun.write(1, pattern(1, 1))).to.equal(1);
    expect(lun.size()).to.equal(16_384);
  });

  it('takes the smallest type with enough contexts, and removes it at the end', async () => {
    await using host = new MdevHost({ clock: new ManualClock() });
    await host.load(cxlflashDriver({ contexts: 128 }));
    const small = await openFlash(host, { contexts: 8 });
    const large = await openFlash(host, { contexts: 9 });
    expect(host.mdevs.map(({ type }) => type)).to.deep.equal(['cxlflash-8c', 'cxlflash-64c']);
    expect([small.maxContexts, large.maxContexts]).to.deep.equal([8, 64]);
    await small.close();
    await small.close();
    await large.close();
    expect(host.mdevs).to.deep.equal([]);
  });

  it('none that fits is ENODEV, and nothing is left', async () => {
    await using host = new MdevHost({ clock: new ManualClock() });
    expect(await refusalOf(openFlash(host))).to.equal('ENODEV cxlflash.no-device');
    await host.load(cxlflashDriver({ contexts: 8, slices: [8] }));
    expect(await reasonOf(openFlash(host, { contexts: 9 }))).to.equal('cxlflash.no-device');
    expect(await reasonOf(openFlash(host, { iova: 100 }))).to.equal('cxlflash.argument');
    expect(host.mdevs).to.deep.equal([]);
    await using flash = await openFlash(host);
    expect(await reasonOf(openFlash(host))).to.equal('cxlflash.no-device');
    await flash.close();
  });
});

describe('Flash.attach', () => {
  it('leaves the device open and without contexts, also to the next one', async () => {
    await using fixture = await FlashFixture.make();
    const { device } = await fixture.connect(inProcess);
    for (let i = 0; i < 3; i++) {
      const flash = await Flash.attach(device, { clock: fixture.clock });
      for (let j = 0; j < flash.maxContexts; j++) {
        await flash.openContext({ bufferBytes: 4096 });
      }
      await flash.close();
    }
  });

  it('addresses that run out are ENOSPC, and come back (own rule)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(inProcess, { iovaBytes: 10 * 4096 });
    const small = { bufferBytes: 4096 };
    const first = await flash.openContext(small);
    await using second = await flash.openContext(small);
    expect(await refusalOf(flash.openContext(small))).to.equal('ENOSPC cxlflash.no-iova');
    await first.close();
    await using third = await flash.openContext(small);
    expect(second.contextId).not.to.equal(third.contextId);
  });

  it('memory of another size is refused, and its addresses come back (own rule)', async () => {
    await using fixture = await FlashFixture.make();
    let extra = 1;
    await using flash = await fixture.flash(inProcess, {
      iovaBytes: 4 * 4096,
      allocateMemory: (bytes) => new Uint8Array(bytes + extra),
    });
    const small = { bufferBytes: 4096 };
    expect(await reasonOf(flash.openContext(small))).to.match(/^RangeError/);
    extra = 0;
    await using context = await flash.openContext(small);
    expect(context.disks).to.deep.equal([0]);
  });

  it('memory that its owner has taken away is unmapped, and its addresses come back (own rule)', async () => {
    await using fixture = await FlashFixture.make();
    const given: ArrayBuffer[] = [];
    await using flash = await fixture.flash(inProcess, {
      iovaBytes: 4 * 4096,
      allocateMemory: (size) => {
        const bytes = new Uint8Array(size);
        given.push(bytes.buffer);
        return bytes;
      },
    });
    for (let i = 0; i < 2; i++) {
      const context = await flash.openContext({ bufferBytes: 4096 });
      structuredClone(undefined, { transfer: given.slice(i) });
      await context.close();
    }
    expect(given.length).to.equal(2);
  });

  it('memory that is an object is mapped as such, and given back when nobody uses it (own rule)', async () => {
    await using fixture = await FlashFixture.make();
    const { device } = await fixture.connect(inProcess);
    const mapped: unknown[] = [];
    const watched = new Proxy(device, {
      get(target, key): unknown {
        const value: unknown = Reflect.get(target, key);
        if (key === 'dmaMap') {
          return (map: DmaMap) => {
            mapped.push(map.memory);
            return target.dmaMap(map);
          };
        }
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const given: MemoryObject[] = [];
    let short = 0;
    let released = 0;
    await using flash = await Flash.attach(watched, {
      clock: fixture.clock,
      allocateMemory: (size) => {
        const bytes = new Uint8Array(size);
        const memory = new BufferMemory(new Uint8Array(bytes.buffer, 0, size - short));
        given.push(memory);
        return {
          memory,
          bytes,
          release: () => {
            released += 1;
          },
        };
      },
    });
    const context = await flash.openContext();
    const lun = await context.openLun();
    expect(await lun.write(3, pattern(1, 8))).to.equal(1);
    const read = new Uint8Array(4096);
    expect(await lun.read(3, read)).to.equal(1);
    expect(Buffer.compare(read, pattern(1, 8))).to.equal(0);
    expect(mapped).to.deep.equal(given);
    expect(released).to.equal(0);
    await context.close();
    expect(released).to.equal(1);
    // A disk that there is not: the memory was mapped before.
    expect(await refusalOf(flash.openContext({ disk: 9 }))).to.equal('ENODEV cxlflash.no-disk');
    expect([given.length, released]).to.deep.equal([2, 2]);
    short = 4096;
    expect(await reasonOf(flash.openContext())).to.match(/^RangeError/);
    expect([given.length, released]).to.deep.equal([3, 3]);
  });

  it('who waits for events of a context that closes is told (own rule)', async () => {
    await using fixture = await FlashFixture.make();
    await using flash = await fixture.flash(inProcess);
    const context = await flash.openContext({ bufferBytes: 4096 });
    const waiting = context.events().next();
    await context.close();
    expect((await waiting).done).to.equal(true);
  });

  it('a context that is being opened while everything closes is closed as well (own rule)', async () => {
    for (let ticks = 0; ticks < 60; ticks += 3) {
      await using fixture = await FlashFixture.make();
      const flash = await fixture.flash(inProcess);
      const opening = reasonOf(flash.openContext({ bufferBytes: 4096 }));
      for (let i = 0; i < ticks; i++) {
        await Promise.resolve();
      }
      await flash.close();
      expect(await opening, `after ${ticks}`).to.be.oneOf(['cxlflash.closed', 'none']);
      expect(flash.contexts).to.deep.equal([]);
    }
  });

  it('a LUN that is being opened while its context closes is none (own rule)', async () => {
    for (let ticks = 0; ticks < 60; ticks += 3) {
      await using fixture = await FlashFixture.make();
      await using flash = await fixture.flash(inProcess);
      const context = await flash.openContext({ bufferBytes: 4096 });
      const opening = context.openLun().then(
        (lun) =>
          lun.read(0, new Uint8Array(4096)).then(
            () => 'none',
            () => 'refused',
          ),
        () => 'refused',
      );
      for (let i = 0; i < ticks; i++) {
        await Promise.resolve();
      }
      await context.close();
      expect(await opening, `after ${ticks}`).to.be.oneOf(['none', 'refused']);
    }
  });
});
