import { POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome, settled } from '../../errors/outcome.test-support.js';
import { RecordingLogger } from '../../device/recording-logger.test-support.js';
import { drain, named, readLater, readNow, Room } from './channel.test-support.js';
import { deviceEventRecord } from './device-event-record.js';
import { DEFAULT_EVENT_CAPACITY, EventChannel, MAX_EVENT_CAPACITY } from './event-channel.js';

const READABLE = POLLIN | POLLRDNORM;

describe('reading an event channel (drivers/infiniband/core/uverbs_main.c, ib_uverbs_event_read)', () => {
  it('uverbs §6.5 record: element, type and size, then the data', () => {
    const channel = new EventChannel();
    channel.source(0x1122_3344_5566_7788n).report(0x0102, Uint8Array.of(9, 8, 7));
    const room = new Room();
    expect(channel.read(room, true)).to.equal(19);
    expect([...(room.bytes ?? [])]).to.deep.equal([
      ...[0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
      ...[0x02, 0x01, 0x01, 0x00],
      ...[3, 0, 0, 0],
      ...[9, 8, 7],
    ]);
  });

  it('own rule namespaces: an event of the core and one of a driver are never the same', () => {
    const channel = new EventChannel();
    channel.post(0n, 4);
    channel.source(0n).report(4);
    channel.source(0n).report(0xffff);
    expect(drain(channel)).to.deep.equal(['0:core 4', '0:4', '0:65535']);
  });

  it('uverbs §6.5 one event: each read takes one, oldest first, whatever the room', () => {
    const channel = new EventChannel();
    const [a, b] = [channel.source(1n), channel.source(2n)];
    a.report(1);
    b.report(2);
    a.report(3);
    expect(drain(channel)).to.deep.equal(['1:1', '2:2', '1:3']);
  });

  it('seed 002 event channel: several objects and the device report to one', () => {
    const channel = new EventChannel();
    const [queue, region] = [channel.source(10n), channel.source(20n)];
    queue.report(1);
    channel.post(0n, 1, new Uint8Array(8));
    region.report(2);
    expect(drain(channel)).to.deep.equal(['10:1', '0:core 1 [0 0 0 0 0 0 0 0]', '20:2']);
  });

  it('uverbs §6.5 room: a buffer that is too small is EINVAL, and the event is kept', () => {
    const channel = new EventChannel();
    channel.post(0n, 9, Uint8Array.of(1, 2));
    for (const length of [0, 15, 16, 17]) {
      const room = new Room({ length });
      expect(outcome(() => channel.read(room, true))).to.equal('EINVAL event.room');
      expect([room.copies, channel.poll()]).to.deep.equal([0, READABLE]);
    }
    expect(readNow(channel, new Room({ length: 18 }))).to.equal('0:core 9 [1 2]');
  });

  it('uverbs §6.5 empty: a read that must not wait is EAGAIN', () => {
    const channel = new EventChannel();
    const again = (): unknown => outcome(() => channel.read(new Room(), true));
    expect([again(), again()]).to.deep.equal(['EAGAIN event.empty', 'EAGAIN event.empty']);
    channel.post(0n, 1);
    expect(readNow(channel)).to.equal('0:core 1');
    expect(again()).to.equal('EAGAIN event.empty');
  });

  it('uverbs §6.5 read at once: what is there is read without waiting, also by a read that would wait', () => {
    const channel = new EventChannel();
    channel.post(5n, 1);
    const room = new Room();
    expect(channel.read(room, false)).to.equal(16);
    expect(room.event).to.equal('5:core 1');
  });

  it('uverbs §6.5 waiting: reads wait in order, and each gets one event', async () => {
    const channel = new EventChannel();
    const seen: string[] = [];
    const reads = ['first', 'second', 'third'].map(async (name) => {
      seen.push(`${name} ${await readLater(channel)}`);
    });
    channel.post(0n, 1);
    channel.post(0n, 2);
    await microtasks();
    expect(seen).to.deep.equal(['first 0:core 1', 'second 0:core 2']);
    expect(channel.poll()).to.equal(0);
    channel.post(0n, 3);
    await Promise.all(reads);
    expect(seen.at(-1)).to.equal('third 0:core 3');
  });

  it('uverbs §6.5 waiting: one whose buffer is too small leaves the event to the next', async () => {
    const channel = new EventChannel();
    const small = settled(async () => channel.read(new Room({ length: 15 }), false));
    const second = readLater(channel);
    channel.post(0n, 1);
    expect([await small, await second]).to.deep.equal(['EINVAL event.room', '0:core 1']);
    expect(channel.poll()).to.equal(0);
  });
});

describe('polling an event channel (drivers/infiniband/core/uverbs_main.c, ib_uverbs_event_poll)', () => {
  it('uverbs §6.5 poll: readable while something is queued, then nothing, then an error', () => {
    const channel = new EventChannel();
    expect(channel.poll()).to.equal(0);
    channel.post(0n, 1);
    channel.post(0n, 2);
    expect(channel.poll()).to.equal(READABLE);
    readNow(channel);
    channel.end();
    expect(channel.poll()).to.equal(READABLE);
    readNow(channel);
    expect(channel.poll()).to.equal(POLLERR);
  });

  it('own rule change: listeners are told whenever poll answers something else', () => {
    const channel = new EventChannel();
    const told: number[] = [];
    const source = channel.source(1n);
    using _listener = channel.onChange(() => told.push(channel.poll()));
    source.report(1);
    source.report(2);
    readNow(channel);
    readNow(channel);
    source.report(3);
    source.purge();
    channel.post(0n, 1);
    channel.end();
    readNow(channel);
    expect(told).to.deep.equal([READABLE, 0, READABLE, 0, READABLE, POLLERR]);
  });

  it('own rule change: what a waiting read takes at once was never readable', async () => {
    const channel = new EventChannel();
    let told = 0;
    using _listener = channel.onChange(() => (told += 1));
    const read = readLater(channel);
    channel.post(0n, 1);
    expect([await read, told]).to.deep.equal(['0:core 1', 0]);
  });

  it('own rule change: a listener that throws is logged, and the others are told', () => {
    const logger = new RecordingLogger();
    const channel = new EventChannel({ logger });
    let told = 0;
    using _bad = channel.onChange(() => {
      throw new Error('bad listener');
    });
    using _good = channel.onChange(() => (told += 1));
    channel.post(0n, 1);
    expect([told, logger.lines.length, readNow(channel)]).to.deep.equal([1, 1, '0:core 1']);
    new EventChannel().post(0n, 1);
  });
});

describe('what is queued (own rule: a client that does not read cannot use up memory)', () => {
  it('own rule capacity: 1 to 1048576 events, 4096 if nothing is said', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Infinity, MAX_EVENT_CAPACITY + 1]) {
      expect(outcome(() => new EventChannel({ capacity }))).to.equal('EINVAL event.capacity');
    }
    for (const capacity of [1, MAX_EVENT_CAPACITY]) {
      new EventChannel({ capacity }).post(0n, 1);
    }
    const channel = new EventChannel();
    expect(channel.capacity).to.equal(DEFAULT_EVENT_CAPACITY);
    for (let i = 0; i < DEFAULT_EVENT_CAPACITY; i++) {
      channel.post(0n, 1);
    }
    expect(drain(channel)).to.have.length(4096).and.not.include('lost 1');
  });

  it('own rule overflow: the oldest goes, and the next read tells how many did', () => {
    const channel = new EventChannel({ capacity: 2 });
    for (let i = 1; i <= 5; i++) {
      channel.post(0n, i);
    }
    expect(drain(channel)).to.deep.equal(['lost 3', '0:core 4', '0:core 5']);
    for (let i = 1; i <= 3; i++) {
      channel.post(0n, i);
    }
    expect(drain(channel)).to.deep.equal(['lost 1', '0:core 2', '0:core 3']);
  });

  it('own rule overflow: losses after the marker was read are told once more, and none twice', () => {
    const channel = new EventChannel({ capacity: 1 });
    channel.post(0n, 1);
    channel.post(0n, 2);
    expect(readNow(channel)).to.equal('lost 1');
    channel.post(0n, 3);
    channel.post(0n, 4);
    expect(drain(channel)).to.deep.equal(['lost 2', '0:core 4']);
  });

  it('own rule overflow: the marker needs its room as well, and stays without it', () => {
    const channel = new EventChannel({ capacity: 1 });
    channel.post(0n, 1);
    channel.post(0n, 2);
    const small = new Room({ length: 23 });
    expect(outcome(() => channel.read(small, true))).to.equal('EINVAL event.room');
    expect(drain(channel)).to.deep.equal(['lost 1', '0:core 2']);
  });

  it('own rule overflow: of what is lost nothing counts as reported', () => {
    const channel = new EventChannel({ capacity: 1 });
    const source = channel.source(1n);
    source.report(1);
    source.report(2);
    drain(channel);
    expect(source.reported).to.equal(1);
  });

  it('own rule copied data: what is done to the bytes afterwards changes nothing, a Buffer as well', () => {
    const channel = new EventChannel();
    const data = Buffer.from([1, 2, 3]);
    channel.source(1n).report(1, data.subarray(1));
    channel.post(2n, 1, data);
    data.fill(0);
    expect(drain(channel)).to.deep.equal(['1:1 [2 3]', '2:core 1 [1 2 3]']);
  });

  it('own rule shared record: an event of the device was copied for each channel; now they share its bytes', () => {
    const record = deviceEventRecord({ kind: 'error', message: 'on fire' });
    const seen: Uint8Array[] = [];
    const target = {
      length: 4096,
      copy(_header: Uint8Array, data: Uint8Array): void {
        seen.push(data);
      },
    };
    for (let i = 0; i < 3; i++) {
      const channel = new EventChannel();
      channel.tell(record);
      expect(channel.read(target, true)).to.equal(23);
    }
    expect(seen.every((data) => data === record.data)).to.equal(true);
  });

  it('own rule data size: 4080 bytes at the most, or the driver is told', () => {
    const channel = new EventChannel();
    const source = channel.source(1n);
    const large = new Uint8Array(4081);
    expect(outcome(() => source.report(1, large))).to.equal('EMSGSIZE event.too-large');
    expect(outcome(() => channel.post(0n, 1, large))).to.equal('EMSGSIZE event.too-large');
    expect(channel.poll()).to.equal(0);
    source.report(1, large.subarray(1));
    const room = new Room({ length: 4096 });
    expect(channel.read(room, true)).to.equal(4096);
    expect(named(room.bytes ?? new Uint8Array(0)).startsWith('1:1 [0 0')).to.equal(true);
  });

  it('own rule driver types: 0 to 65535, and data is bytes', () => {
    const source = new EventChannel().source(1n);
    for (const type of [-1, 65536, 0.5, Number.NaN]) {
      expect(outcome(() => source.report(type))).to.equal('EINVAL event.type');
    }
    const text = 'text' as unknown as Uint8Array;
    expect(outcome(() => source.report(1, text))).to.equal('EINVAL event.data');
  });
});
