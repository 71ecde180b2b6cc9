import {
  AddressSpace,
  defineDriver,
  MdevHost,
  read32,
  registerRegion,
  write32,
} from '@mdevkit/core';
import { outcome, settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DOOR, FaultBench, layout, VALUE, VECTORS } from '../bench.test-support.js';
import { FaultInjector } from '../fault-injector.js';
import type { FaultRule } from '../plan.js';

function failing(at: FaultRule['at'], nth = 1): FaultRule {
  return { at, when: { nth }, do: { fault: 'fail' } };
}

describe('a model with a plan (docs/reference/fault-plans.md)', () => {
  it('row: model.create: row: fail: the mdev cannot be made, the next one can', async () => {
    await using bench = new FaultBench([
      { at: 'model.create', when: { nth: 1 }, do: { fault: 'fail', errno: 'ENOSPC' } },
    ]);
    // Each mdev counts its own creation.
    expect(await settled(bench.create())).to.equal('ENOSPC fault.injected');
    expect(bench.host.types[0]?.availableInstances).to.equal(4);
    expect(bench.injector.counts.get('any')).to.equal(0);
  });

  it('row: model.open: a failed open is no open; row: model.reset: nor is one whose reset fails', async () => {
    await using bench = new FaultBench([failing('model.open'), failing('model.reset', 2)]);
    await bench.create();
    expect(await settled(bench.open())).to.equal('EIO fault.injected');
    expect(await settled(bench.open())).to.equal('EIO fault.injected');
    expect(bench.notes).to.deep.equal(['reset']);
    await bench.open();
    expect(bench.notes).to.deep.equal(['reset', 'reset', 'open']);
  });

  it('row: model.reset: leaves the device failed until a reset succeeds', async () => {
    await using bench = await FaultBench.open(failing('model.reset', 2));
    const { device } = bench;
    expect(await settled(device.reset())).to.equal('EIO fault.injected');
    expect(await settled(read32(device, 0, VALUE))).to.match(/^EIO/);
    await device.reset();
    expect(await read32(device, 0, VALUE)).to.equal(0);
  });

  it('row: model.close: has closed the model all the same', async () => {
    await using bench = await FaultBench.open(failing('model.close'));
    await bench.device.close();
    expect(bench.notes.filter((note) => note === 'close')).to.have.lengthOf(1);
    expect(bench.faults).to.deep.equal(['0 model.close 1 fail']);
    await bench.open();
  });

  it('row: model.quiesce: a device that does not become quiet is cut off (model.ts, quiesce)', async () => {
    await using bench = await FaultBench.open(failing('model.quiesce', 2));
    const mapped = bench.device.dmaMap({ iova: 0x10000, memory: new Uint8Array(4096) });
    expect(await settled(mapped)).to.equal('EIO fault.injected');
    expect(() => {
      bench.model.dma.read(0, new Uint8Array(1));
    }).to.throw('dma.fault');
  });

  it('row: model.read: row: model.write: fail where the region says, and nothing was done', async () => {
    await using bench = await FaultBench.open(
      {
        at: 'model.write',
        where: { region: 0, offset: DOOR, length: 4 },
        when: { nth: 1 },
        do: { fault: 'fail', errno: 'EREMOTEIO' },
      },
      {
        at: 'model.read',
        where: { offset: VALUE },
        when: { every: 2 },
        do: { fault: 'fail' },
      },
    );
    const { device } = bench;
    await write32(device, 0, VALUE, 7);
    expect(await settled(write32(device, 0, DOOR, 1))).to.equal('EREMOTEIO fault.injected');
    await write32(device, 0, DOOR, 2);
    expect(bench.notes.filter((note) => note.startsWith('door'))).to.deep.equal(['door 2']);
    expect(await settled(read32(device, 0, VALUE))).to.equal(7);
    expect(await settled(read32(device, 0, DOOR))).to.equal(2);
    expect(await settled(read32(device, 0, VALUE))).to.equal('EIO fault.injected');
  });

  it('row: link-down: reads give ones, writes vanish, and what the core refuses it refuses still', async () => {
    await using bench = await FaultBench.open({
      at: 'client.info',
      when: { nth: 1 },
      do: { fault: 'link-down' },
    });
    const { device } = bench;
    await write32(device, 0, VALUE, 7);
    await device.info();
    await write32(device, 0, VALUE, 8);
    expect(await read32(device, 0, VALUE)).to.equal(0xffffffff);
    const beyond = new Uint8Array(4);
    expect(await settled(device.read(0, 0x20, beyond))).to.equal('EINVAL region.range');
    expect(await settled(device.read(0, 0x1e, beyond))).to.equal(2);
    await device.reset();
    expect(await read32(device, 0, VALUE)).to.equal(0);
  });

  it('row: link-down: only a reset or an open that is carried out brings the link up', async () => {
    await using bench = await FaultBench.open(
      { at: 'client.info', when: { nth: 1 }, do: { fault: 'link-down' } },
      { at: 'client.reset', when: { nth: 1 }, do: { fault: 'fail' } },
      { at: 'model.reset', when: { nth: 2 }, do: { fault: 'fail', errno: 'ENXIO' } },
    );
    const { device } = bench;
    await device.info();
    const reads: unknown[] = [];
    const after = async (call: Promise<unknown>): Promise<void> => {
      reads.push(await settled(call), await settled(read32(device, 0, VALUE)));
    };
    await after(bench.host.open(bench.host.mdevs[0]?.uuid ?? ''));
    await after(device.reset());
    // Leaves the device failed, so the link shows by DMA.
    await after(device.reset());
    const dma = outcome(() => {
      bench.model.dma.read(0, new Uint8Array(1));
      return '';
    });
    await after(device.reset());
    expect(reads.map((value) => (value === 'EIO device.failed' ? 'failed' : value))).to.deep.equal([
      'EBUSY device.busy',
      0xffffffff,
      'EIO fault.injected',
      0xffffffff,
      'ENXIO fault.injected',
      'failed',
      undefined,
      0,
    ]);
    expect(dma).to.equal('EIO fault.injected');
  });

  it('row: stall: row: delay: go on when a reset or an open is refused', async () => {
    await using bench = await FaultBench.open(
      { at: 'client.write', when: { nth: 1 }, do: { fault: 'stall', ms: 5 } },
      { at: 'irq', when: { nth: 1 }, do: { fault: 'delay', ms: 5 } },
      { at: 'client.reset', when: { nth: 1 }, do: { fault: 'fail' } },
    );
    const { device } = bench;
    await bench.bind();
    await write32(device, 0, DOOR, 1);
    bench.model.irqs.trigger(VECTORS);
    expect(await settled(bench.host.open(bench.host.mdevs[0]?.uuid ?? ''))).to.match(/^EBUSY/);
    expect(await settled(device.reset())).to.equal('EIO fault.injected');
    bench.clock.advance(5);
    expect([bench.notes.at(-1), bench.rung]).to.deep.equal(['door 1', ['0.0']]);
  });

  for (const at of ['client.open', 'model.open', 'model.reset', 'client.reset'] as const) {
    it(`row: link-down: one that begins in a reset or an open is not ended by it: ${at}`, async () => {
      const nth = at === 'model.reset' ? 2 : 1;
      const rule: FaultRule = { at, when: { nth }, do: { fault: 'link-down' } };
      await using bench = new FaultBench([rule]);
      await bench.create();
      const device = await bench.open();
      if (at.endsWith('reset')) {
        await device.reset();
      }
      const reads = [await read32(device, 0, VALUE)];
      await device.reset();
      reads.push(await read32(device, 0, VALUE));
      expect(reads).to.deep.equal([0xffffffff, 0]);
    });
  }

  it('row: link-down: of a model without a reset, an open brings the link up', async () => {
    const driver = defineDriver({
      name: 'plain',
      deviceApi: 'vfio-platform',
      types: [{ id: 'one' }],
      parents: [{ name: 'plain0', capacity: 1 }],
      model: () => ({
        deviceApi: 'vfio-platform',
        regions: [registerRegion('registers', layout.instantiate({}))],
        irqs: [],
      }),
    });
    const rule: FaultRule = { at: 'client.info', when: { nth: 1 }, do: { fault: 'link-down' } };
    await using host = new MdevHost({
      interposers: [new FaultInjector({ seed: 1, rules: [rule] })],
    });
    await host.load(driver);
    const { uuid } = await host.create({ parent: 'plain0', type: 'plain-one' });
    const first = await host.open(uuid);
    await first.info();
    expect(await settled(first.reset())).to.equal('EINVAL device.no-reset');
    expect(await read32(first, 0, VALUE)).to.equal(0xffffffff);
    await first.close();
    await using second = await host.open(uuid);
    expect(await read32(second, 0, VALUE)).to.equal(0);
  });

  it('keeps what a model is: regions, interrupts and what it offers (own rule)', async () => {
    await using bench = await FaultBench.open();
    const { device } = bench;
    expect(await device.regionInfo(0)).to.include({ size: 0x20 });
    expect((await device.irqInfo(0)).count).to.equal(2);
    await using binding = await device.bind(new AddressSpace());
    await binding.unbind();
    expect(bench.notes).to.include('drain');
  });
});
