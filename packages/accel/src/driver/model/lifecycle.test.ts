import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { findVendorCapability } from '@mdevkit/pci';
import {
  ACCEL_CAPABILITY_ID,
  ACCEL_MAGIC,
  AccelCapability,
  globalRegisters,
  MAX_TRANSFER,
  QueueStatistics,
  SharedHeader,
  STATISTICS_OFFSET,
  STATUS_ENABLED,
  STATUS_IDLE,
} from '../../abi/index.js';
import { QueuePool } from '../pool/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, DATA } from './bench.test-support.js';
import { QUEUE_IN_FLIGHT } from './index.js';

/** Three jobs under way and nothing completed. */
function busy(): Bench {
  const bench = Bench.working();
  for (let i = 0; i < 3; i++) {
    bench.entry(i, { destination_length: 16 });
  }
  bench.tail(3);
  return bench;
}

/** Ends every job and proves that nothing came of it. */
async function expectSilence(bench: Bench): Promise<void> {
  const memory = bench.memory.slice();
  const { length } = bench.irqs.vectors;
  const { bytesWritten } = bench.dma.counters;
  for (let i = 0; i < 3; i++) {
    await bench.controlled.end(i, new Uint8Array(16).fill(0xee));
  }
  expect(Buffer.compare(bench.memory, memory)).to.equal(0);
  expect(bench.irqs.vectors.length).to.equal(length);
  expect(bench.dma.counters.bytesWritten).to.equal(bytesWritten);
}

describe('a reset abandons work: no completion, interrupt or DMA afterwards', () => {
  it('by the device (VFIO_DEVICE_RESET)', async () => {
    const bench = busy();
    bench.resetRegions();
    bench.model.reset();
    bench.command(6);
    await expectSilence(bench);
    expect(bench.events).to.deep.equal([{ kind: 'error', message: 'a reset stopped the queues' }]);
  });

  it('also between the reset of the regions and the reset of the model', async () => {
    const bench = busy();
    bench.resetRegions();
    bench.command(6);
    await expectSilence(bench);
  });

  it('by Initiate Function Level Reset (PCIe Base Spec 6.0, section 6.6.2)', async () => {
    const bench = busy();
    const config = bench.read(7, 0, 256);
    const express = config.indexOf(0x10, 0x40);
    bench.write(7, express + 8, 0x8000, 2);
    bench.command(6);
    expect(bench.get('STATUS')).to.equal(0);
    await expectSilence(bench);
    expect(bench.get('STATUS')).to.equal(STATUS_IDLE);
  });

  it('by CONTROL.RESET, and by clearing CONTROL.ENABLE', async () => {
    for (const control of [2, 0]) {
      const bench = busy();
      bench.set('CONTROL', control);
      await expectSilence(bench);
      expect(bench.get('SQ_HEAD')).to.equal(control === 0 ? 3 : 0);
      expect(bench.get('CONTROL')).to.equal(0);
    }
  });

  it('and the queue works again at once, with its old jobs still counted', async () => {
    const bench = busy();
    bench.enable();
    for (let i = 0; i < 4; i++) {
      bench.entry(i, { tag: 100 + i });
    }
    bench.tail(4);
    expect(bench.controlled.jobs.length).to.equal(7);
    await bench.controlled.end(0, new Uint8Array(16));
    expect(bench.get('CQ_TAIL')).to.equal(0);
    await bench.controlled.end(4);
    expect(bench.completion(0).tag).to.equal(101);
  });

  it('resets over and over do not pile up work', async () => {
    const bench = Bench.working();
    for (let round = 0; round < 10; round++) {
      bench.enable();
      for (let i = 0; i < 4; i++) {
        bench.entry(i, {});
      }
      bench.tail(4);
    }
    expect(bench.controlled.jobs.length).to.equal(QUEUE_IN_FLIGHT);
    await bench.controlled.end(0);
    // The place of the abandoned job serves the queue as it is now.
    expect(bench.controlled.jobs.length).to.equal(QUEUE_IN_FLIGHT + 1);
  });
});

describe('queues of the parent (drivers/misc/uacce/uacce.c, get_queue and put_queue)', () => {
  it('are taken at open, and given back when the work is quiet', async () => {
    const pool = new QueuePool(1);
    const bench = Bench.working({ pool });
    expect(pool.available).to.equal(0);
    bench.entry(0, {});
    bench.tail(1);
    let closed = false;
    const closing = bench.model.close().then(() => {
      closed = true;
    });
    await settled();
    expect(closed).to.equal(false);
    expect(pool.available).to.equal(0);
    const other = new Bench({ pool });
    try {
      other.open();
      expect.fail('opened without a queue');
    } catch (error) {
      expect(MdevError.is(error) && error.reason).to.equal('accel.no-queues');
      expect(MdevError.is(error) && error.code).to.equal('ENOSPC');
    }
    await bench.controlled.end(0);
    await closing;
    expect(pool.available).to.equal(1);
    other.open();
  });

  it('come back in the order of their numbers', async () => {
    const pool = new QueuePool(3);
    const [first, ...rest] = pool.take(3);
    await pool.putBack(rest);
    await pool.putBack(first === undefined ? [] : [first]);
    expect(pool.take(3).map(({ index }) => index)).to.deep.equal([0, 1, 2]);
  });
});

describe('what an accelerator shows of itself', () => {
  it('a capability with its BARs, queues and algorithms', () => {
    const bench = new Bench({ type: 'accel-4q' });
    bench.open();
    const found = findVendorCapability(bench.read(7, 0, 256), ACCEL_CAPABILITY_ID);
    expect(found?.version).to.equal(1);
    const capability = AccelCapability.decode(found?.payload ?? new Uint8Array(0));
    expect(capability).to.include({
      control_bar: 0,
      doorbell_bar: 2,
      shared_bar: 4,
      queue_count: 4,
      algorithms: 0b10_0011_1110,
      max_transfer: MAX_TRANSFER,
    });
    const words = new Uint32Array(bench.read(0, 0, 20).buffer);
    expect([...words]).to.deep.equal([ACCEL_MAGIC, 1, 4, 0b10_0011_1110, MAX_TRANSFER]);
    expect(globalRegisters.registers.length).to.equal(5);
  });

  it('a shared region with statistics that the client cannot spoil', async () => {
    const bench = Bench.working();
    expect(SharedHeader.decode(bench.read(4, 0, 64))).to.deep.equal({
      magic: ACCEL_MAGIC,
      version: 1,
      queue_count: 1,
      statistics_offset: 64,
      statistics_stride: 64,
    });
    bench.entry(0, { source: DATA, source_length: 10, destination_length: 4 });
    bench.entry(1, { opcode: 0 });
    bench.tail(2);
    bench.region(4).mmap(0, 4096).fill(0xff);
    await bench.controlled.end(0, new Uint8Array(4));
    const shown = QueueStatistics.decode(bench.read(4, STATISTICS_OFFSET, 64));
    expect(shown).to.deep.equal({ completed: 1, failed: 1, bytes_in: 10, bytes_out: 4 });
    bench.resetRegions();
    bench.model.reset();
    bench.command(6);
    expect(QueueStatistics.decode(bench.read(4, STATISTICS_OFFSET, 64)).completed).to.equal(0);
  });

  it('its memory BARs only while they are enabled', () => {
    const bench = Bench.working();
    bench.command(4);
    expect(() => bench.get('STATUS')).to.throw('region.disabled');
    bench.command(6);
    expect(bench.get('STATUS') & STATUS_ENABLED).to.equal(STATUS_ENABLED);
  });

  it('a type that the driver does not have cannot be made', () => {
    expect(() => new Bench({ type: 'accel-3q' })).to.throw('accel.type');
  });
});
