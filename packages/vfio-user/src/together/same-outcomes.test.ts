import {
  bindIrqs,
  disableIrqs,
  irqCallback,
  read32,
  unmaskIrq,
  write32,
  write64,
  type Device,
  type IrqTarget,
  type MigrationData,
} from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MIG_DATA_SIZE,
  VFIO_DEVICE_FEATURE_MIGRATION,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
  VfioUserDeviceFeatureDmaLoggingControl,
  VfioUserDeviceFeatureDmaLoggingReport,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  benchRegisters,
  LINE_INDEX,
  MEMORY_OFFSET,
  MEMORY_SIZE,
  SIGNAL_INDEX,
  VECTOR_INDEX,
  VECTORS,
} from './bench-model.test-support.js';
import { openInProcess, openOverVfioUser, outcome } from './both-ways.test-support.js';

const REGISTERS = 0;
const MEMORY = 1;
const PAGE = 4096;
const at = (name: Parameters<typeof benchRegisters.offsetOf>[0]): number =>
  benchRegisters.offsetOf(name);

type Note = (what: unknown) => void;
type Script = (device: Device, note: Note) => Promise<void>;

/** Has a client do the same with both devices; what it notes is the same. */
async function same(script: Script): Promise<void> {
  const notes: unknown[][] = [];
  for (const open of [openInProcess, openOverVfioUser]) {
    await using bench = await open();
    const noted: unknown[] = [];
    await script(bench.device, (what) => noted.push(what));
    notes.push(noted);
  }
  expect(notes[0]).to.have.length.greaterThan(0);
  expect(notes[1]).to.deep.equal(notes[0]);
}

/** Lets interrupts that are on their way come. */
async function settled(device: Device, until: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !until(); turn++) {
    await device.regionInfo(0);
  }
}

function counter(): { readonly target: IrqTarget; count: number } {
  const made = { count: 0, target: irqCallback(() => (made.count += 1)) };
  return made;
}

describe('a client finds the same device in process and over vfio-user (own rule: one device contract)', () => {
  it('infos', () =>
    same(async (device, note) => {
      note(await device.info());
      for (const index of [0, 1, 2, 3, 4, 5, 2 ** 32, -1, 0.5]) {
        note(await outcome(device.regionInfo(index)));
      }
      for (const index of [0, 1, 2, 3, 4, 2 ** 32, -1]) {
        note(await outcome(device.irqInfo(index)));
      }
    }));

  it('accesses to registers, and those that are refused', () =>
    same(async (device, note) => {
      note(await read32(device, REGISTERS, at('ID')));
      await write32(device, REGISTERS, at('SCRATCH'), 0x12345678);
      note(await read32(device, REGISTERS, at('SCRATCH')));
      const all = new Uint8Array(benchRegisters.size);
      note(await device.read(REGISTERS, 0, all));
      note([...all]);
      for (const [region, offset, length] of [
        [0, 0x3c, 8],
        [0, 0x40, 4],
        [0, 2 ** 53, 4],
        [0, -1, 4],
        [0, 0.5, 4],
        [0, 4, 0],
        [2, 0, 4],
        [3, 0, 4],
        [3, 0, 0],
        [4, 0, 4],
        [9, 0, 4],
        [-1, 0, 4],
      ] as const) {
        note(await outcome(device.read(region, offset, new Uint8Array(length))));
        note(await outcome(device.write(region, offset, new Uint8Array(length))));
      }
      note(await outcome(write32(device, REGISTERS, at('FAIL'), 1)));
    }));

  it('memory of the device, by access and by mapping', () =>
    same(async (device, note) => {
      const bytes = Uint8Array.from({ length: MEMORY_SIZE }, (_, i) => i % 253);
      note(await device.write(MEMORY, MEMORY_OFFSET, bytes));
      using mapping = await device.mmap(MEMORY, MEMORY_OFFSET + PAGE, PAGE);
      note([...mapping.bytes.subarray(0, 8)]);
      mapping.bytes.set([9, 8, 7]);
      const back = new Uint8Array(4);
      await device.read(MEMORY, MEMORY_OFFSET + PAGE, back);
      note([...back]);
      for (const [region, offset, length] of [
        [MEMORY, 0, PAGE],
        [MEMORY, MEMORY_OFFSET, MEMORY_SIZE + PAGE],
        [MEMORY, MEMORY_OFFSET + 1, PAGE],
        [MEMORY, MEMORY_OFFSET, 0],
        [REGISTERS, 0, PAGE],
        [3, 0, PAGE],
        [9, 0, PAGE],
      ] as const) {
        note(await outcome(device.mmap(region, offset, length)));
      }
      mapping[Symbol.dispose]();
      expect(() => mapping.bytes).to.throw('device.closed');
    }));

  it('vectors', () =>
    same(async (device, note) => {
      const counters = Array.from({ length: VECTORS }, counter);
      const targets = counters.map(({ target }) => target);
      note(await outcome(disableIrqs(device, VECTOR_INDEX)));
      note(await bindIrqs(device, VECTOR_INDEX, targets));
      note(await outcome(bindIrqs(device, LINE_INDEX, targets.slice(0, 1))));
      for (const vector of [0, 7, 8, 19, 19, 25]) {
        await write32(device, REGISTERS, at('FIRE'), vector);
      }
      await settled(device, () => counters[19]?.count === 2);
      note(counters.map(({ count }) => count));
      const flags = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER;
      const bools = Uint8Array.of(1, 0, 1);
      await device.setIrqs({ index: VECTOR_INDEX, flags, start: 3, count: 3, bools });
      await bindIrqs(device, VECTOR_INDEX, [-1, -1], 3);
      await write32(device, REGISTERS, at('FIRE'), 3);
      await disableIrqs(device, VECTOR_INDEX);
      note(counters.map(({ count }) => count));
      note(await outcome(bindIrqs(device, VECTOR_INDEX, targets, 1)));
      note(await outcome(bindIrqs(device, VECTOR_INDEX, [7])));
      note(await outcome(bindIrqs(device, 3, targets.slice(0, 1))));
      note(await outcome(bindIrqs(device, 9, targets.slice(0, 1))));
      const mask = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK;
      note(await outcome(device.setIrqs({ index: VECTOR_INDEX, flags: mask, start: 0, count: 1 })));
    }));

  it('a line that masks itself', () =>
    same(async (device, note) => {
      const line = counter();
      await bindIrqs(device, LINE_INDEX, [line.target]);
      await write32(device, REGISTERS, at('LINE'), 1);
      await settled(device, () => line.count === 1);
      await write32(device, REGISTERS, at('LINE'), 1);
      note(line.count);
      await unmaskIrq(device, LINE_INDEX);
      await settled(device, () => line.count === 2);
      note(line.count);
      await write32(device, REGISTERS, at('LINE'), 0);
      await unmaskIrq(device, LINE_INDEX);
      await disableIrqs(device, LINE_INDEX);
      note(line.count);
      note(await outcome(unmaskIrq(device, LINE_INDEX)));
      note(await outcome(disableIrqs(device, LINE_INDEX)));
      await bindIrqs(device, SIGNAL_INDEX, [line.target]);
      const flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_MASK;
      const request = { index: LINE_INDEX, flags, start: 0, count: 1, slots: [line.target] };
      note(await outcome(device.setIrqs(request)));
    }));

  it('DMA in shared memory, its maps and unmaps', () =>
    same(async (device, note) => {
      using memory = SharedMemory.create(4 * PAGE);
      memory.bytes?.fill(0x5a, 0, 100);
      await device.dmaMap({ iova: 0x10000, memory, size: PAGE, write: false });
      await device.dmaMap({ iova: 0x20000, memory, offset: PAGE });
      const copy = async (source: bigint, target: bigint, length: number): Promise<unknown> => {
        await write64(device, REGISTERS, at('SOURCE'), source);
        await write64(device, REGISTERS, at('TARGET'), target);
        await write32(device, REGISTERS, at('LENGTH'), length);
        return outcome(write32(device, REGISTERS, at('COPY'), 1));
      };
      note(await copy(0x10000n, 0x20010n, 100));
      note([...(memory.bytes?.subarray(PAGE, PAGE + 200) ?? [])]);
      note(await copy(0x20000n, 0x10000n, 1));
      note(await copy(0x30000n, 0x20000n, 1));
      note(await outcome(device.dmaMap({ iova: 0x20000, memory })));
      note(await outcome(device.dmaMap({ iova: 0x50001, memory })));
      note(await outcome(device.dmaMap({ iova: 0x50000, memory, read: false, write: false })));
      note(await outcome(device.dmaUnmap(0x21000, PAGE)));
      note(await outcome(device.dmaUnmap(0x21000, 0)));
      note(await outcome(device.dmaUnmap(0x21001, PAGE)));
      note(await device.dmaUnmap(0x40000, PAGE));
      note(await device.dmaUnmap(0, 0x100000));
      note(await copy(0x10000n, 0x20010n, 100));
    }));

  it('which pages a device wrote', () =>
    same(async (device, note) => {
      using memory = SharedMemory.create(4 * PAGE);
      await device.dmaMap({ iova: 0, memory });
      const start = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START;
      const stop = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP;
      const report = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT;
      const room = new Uint8Array(VfioUserDeviceFeatureDmaLoggingReport.size + 8);
      VfioUserDeviceFeatureDmaLoggingReport.encode(
        { iova: 0n, length: BigInt(4 * PAGE), page_size: BigInt(PAGE) },
        room,
      );
      note(await outcome(device.feature(report, room)));
      const control = VfioUserDeviceFeatureDmaLoggingControl.encode({ page_size: BigInt(PAGE) });
      await device.feature(start, control);
      await write64(device, REGISTERS, at('TARGET'), BigInt(2 * PAGE + 5));
      await write32(device, REGISTERS, at('LENGTH'), 10);
      await write32(device, REGISTERS, at('COPY'), 1);
      const { data } = await device.feature(report, room);
      note([...data]);
      note([...(await device.feature(report, room)).data.subarray(24)]);
      note((await device.feature(stop, new Uint8Array(0))).data.length);
      note(await outcome(device.feature(report, room)));
    }));

  it('features', () =>
    same(async (device, note) => {
      const get = VFIO_DEVICE_FEATURE_GET;
      const eight = new Uint8Array(8);
      note([...(await device.feature(get | VFIO_DEVICE_FEATURE_MIGRATION, eight)).data]);
      note([...(await device.feature(get | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, eight)).data]);
      const probe = VFIO_DEVICE_FEATURE_PROBE | get | VFIO_DEVICE_FEATURE_MIGRATION;
      note((await device.feature(probe, new Uint8Array(0))).data.length);
      for (const flags of [
        get | 999,
        VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIGRATION,
        get | VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIGRATION,
        VFIO_DEVICE_FEATURE_MIGRATION,
        0x8000_0000,
        2 ** 33,
      ]) {
        note(await outcome(device.feature(flags, eight)));
      }
      note(await outcome(device.feature(get | VFIO_DEVICE_FEATURE_MIGRATION, new Uint8Array(7))));
    }));

  it('a migration: states, sessions, data', () =>
    same(async (device, note) => {
      note(await device.migrationState());
      await write32(device, REGISTERS, at('SCRATCH'), 77);
      const early = await device.setMigrationState(VFIO_DEVICE_STATE_PRE_COPY);
      note(await readSome(early));
      note(await outcome(early?.read(new Uint8Array(3)) ?? Promise.resolve()));
      note(await device.setMigrationState(VFIO_DEVICE_STATE_STOP_COPY));
      note(await device.migrationState());
      note(await readSome(early));
      note(await outcome(early?.write(new Uint8Array(1)) ?? Promise.resolve()));
      note(await outcome(device.setMigrationState(VFIO_DEVICE_STATE_PRE_COPY)));
      note(await outcome(device.setMigrationState(99)));
      await device.setMigrationState(VFIO_DEVICE_STATE_STOP);
      note(await outcome(early?.read(new Uint8Array(3)) ?? Promise.resolve()));
      const restoring = await device.setMigrationState(VFIO_DEVICE_STATE_RESUMING);
      note(await restoring?.write(Uint8Array.of(5, 5, 5, 5, 99)));
      note(await outcome(restoring?.read(new Uint8Array(3)) ?? Promise.resolve()));
      note(await device.setMigrationState(VFIO_DEVICE_STATE_RUNNING));
      note(await outcome(restoring?.write(new Uint8Array(1)) ?? Promise.resolve()));
      note(await read32(device, REGISTERS, at('SCRATCH')));
    }));

  it('reset and close', () =>
    same(async (device, note) => {
      const line = counter();
      using memory = SharedMemory.create(PAGE);
      await device.dmaMap({ iova: 0, memory });
      await bindIrqs(device, VECTOR_INDEX, [line.target]);
      await write32(device, REGISTERS, at('SCRATCH'), 1);
      const saving = await device.setMigrationState(VFIO_DEVICE_STATE_STOP_COPY);
      await device.reset();
      note(await outcome(saving?.read(new Uint8Array(1)) ?? Promise.resolve()));
      note(await read32(device, REGISTERS, at('SCRATCH')));
      note(await device.migrationState());
      await write32(device, REGISTERS, at('FIRE'), 0);
      await settled(device, () => line.count > 0);
      note(line.count);
      note(await device.dmaUnmap(0, PAGE));
      await device.close();
      await device.close();
      note(await outcome(device.info()));
    }));

  it('a device that is removed', async () => {
    const notes: unknown[][] = [];
    for (const open of [openInProcess, openOverVfioUser]) {
      await using bench = await open();
      const { device, host, uuid } = bench;
      await read32(device, REGISTERS, at('ID'));
      await host.remove(uuid, 0);
      const later = [read32(device, REGISTERS, at('ID')), device.reset(), device.regionInfo(0)];
      notes.push(await Promise.all(later.map(outcome)));
    }
    expect(notes[0]).to.deep.equal(['ENODEV', 'ENODEV', 'ENODEV']);
    expect(notes[1]).to.deep.equal(notes[0]);
  });
});

/** All that is there, three bytes at a time. */
async function readSome(session: MigrationData | undefined): Promise<number[]> {
  const all: number[] = [];
  const piece = new Uint8Array(3);
  for (;;) {
    const count = await outcome(session?.read(piece) ?? Promise.resolve(0));
    if (typeof count !== 'number' || count === 0) {
      return all;
    }
    all.push(...piece.subarray(0, count));
  }
}
