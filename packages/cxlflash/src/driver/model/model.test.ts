import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace, DmaPort, ManualClock, MdevHost, silentLogger } from '@mdevkit/core';
import { findVendorCapability } from '@mdevkit/pci';
import { FLASH_CAPABILITY_ID, FlashCapability } from '../../abi/index.js';
import { refusal } from '../control/fixture.test-support.js';
import { cxlflashDriver } from '../driver.js';
import module from '../module.js';
import { FlashParent } from '../parent/index.js';
import { MemoryStore } from '../store/index.js';
import { contextsOfType } from '../types.js';
import { DEFAULT_LIMITS, FlashModel, FunctionLayouts } from './index.js';

describe('the driver and its devices', () => {
  it('cxlflash types: slices by their number of contexts, out of those of the parent', async () => {
    await using host = new MdevHost();
    await host.load(module);
    const types = (): [string, number][] =>
      host.types.map(({ id, availableInstances }) => [id, availableInstances]);
    expect(types()).to.deep.equal([
      ['cxlflash-8c', 64],
      ['cxlflash-64c', 8],
      ['cxlflash-512c', 1],
    ]);
    await host.create({ parent: 'flash0', type: 'cxlflash-8c' });
    expect(types().map(([, free]) => free)).to.deep.equal([63, 7, 0]);
    expect(await refusal(() => contextsOfType('cxlflash-8q'))).to.equal('EINVAL cxlflash.type');
    for (const slices of [[0], [3], [8192], [0.5]]) {
      expect(() => cxlflashDriver({ slices })).to.throw(RangeError);
    }
  });

  it('cxlflash capability: tells a client where the windows are and what the AFU can do', async () => {
    await using host = new MdevHost();
    await host.load(cxlflashDriver({ slices: [1024], contexts: 1024 }));
    const { uuid } = await host.create({ parent: 'flash0', type: 'cxlflash-1024c' });
    await using device = await host.open(uuid);
    const config = new Uint8Array(4096);
    await device.read(7, 0, config);
    const found = findVendorCapability(config, FLASH_CAPABILITY_ID);
    expect(found?.version).to.equal(1);
    const { pad, ...capability } = {
      pad: 0,
      ...FlashCapability.decode(found?.payload ?? new Uint8Array(32)),
    };
    expect(pad).to.equal(0);
    expect(capability).to.deep.equal({
      host_bar: 0,
      modes: 1,
      contexts: 512,
      host_stride: 65_536,
      command_room: 64,
      resources: 256,
      interface_capabilities: 0x8000_0000_0000_0000n,
    });
    expect((await device.regionInfo(0)).size).to.equal(512 * 65_536);
  });

  it('cxlflash reset regions: contexts end with the reset of the regions, before the model hears of it', async () => {
    const ignored = { report: (): void => undefined };
    const parent = new FlashParent({ disks: [{ store: new MemoryStore({ blocks: 4 }) }] });
    const model = new FlashModel(
      DmaPort.onto(new AddressSpace(), ignored),
      {
        trigger: () => false,
        assert: () => false,
        deassert: () => undefined,
        enabled: () => false,
      },
      new ManualClock(),
      silentLogger,
      { uuid: '', type: 'cxlflash-8c', parent: 'flash0' },
      parent,
      new FunctionLayouts(),
      DEFAULT_LIMITS,
    );
    const client = { id: 1 };
    const context = model.slice.attach({ client, lun: 0, flags: 3, interrupts: 0 });
    const [bar] = model.regions;
    if (typeof bar === 'object') {
      bar.reset();
    }
    expect(context.isLive).to.equal(false);
    await model.reset();
    expect(model.slice.used).to.equal(0);
    await context.events.free();
    parent[Symbol.dispose]();
  });
});
