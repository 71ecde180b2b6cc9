import { AddressSpace, read32, write32 } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DOOR, FaultBench, VALUE } from '../bench.test-support.js';
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
