import { payloadOf } from '../message/index.js';
import { posted, seed, type Seed, type SeedSession } from './seed.js';

/*
 * What no recorded client says, or only says to devices of another kind. Numbers are those of the specification
 * (docs/interop/vfio-user.rst of QEMU) and of Linux include/uapi/linux/vfio.h.
 */
const GET = 0x1_0000;
const SET = 0x2_0000;
const PROBE = 0x4_0000;
const MIGRATION = 1;
const DEVICE_STATE = 2;
const LOGGING_START = 6;
const LOGGING_STOP = 7;
const LOGGING_REPORT = 8;
const MIGRATION_SIZE = 9;
const [STOP, RUNNING, STOP_COPY, RESUMING, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P] = [
  1, 2, 3, 4, 5, 6, 7,
];

function mapMemory(iova: bigint, size: bigint, offset = 0n, flags = 3): Seed {
  return seed(2, payloadOf(32, flags, offset, iova, size), 'memory');
}

function mapFile(iova: bigint, size: bigint, flags = 0xb): Seed {
  return seed(2, payloadOf(32, flags, 0n, iova, size), 'file');
}

/** The device has to ask for this memory by messages. */
function mapMessages(iova: bigint, size: bigint, flags = 3): Seed {
  return seed(2, payloadOf(32, flags, 0n, iova, size));
}

function unmap(iova: bigint, size: bigint, flags = 0): Seed {
  return seed(3, payloadOf(24, flags, iova, size));
}

function unmapWithBitmap(iova: bigint, size: bigint, bytes: bigint): Seed {
  return seed(3, payloadOf(40 + Number(bytes), 1, iova, size, 4096n, bytes));
}

function read(region: number, offset: number, count: number): Seed {
  return seed(9, payloadOf(BigInt(offset), region, count));
}

function write(region: number, offset: number, ...words: readonly number[]): Seed {
  return seed(10, payloadOf(BigInt(offset), region, words.length * 4, ...words));
}

function post(region: number, offset: number, ...words: readonly number[]): Seed {
  return posted(10, payloadOf(BigInt(offset), region, words.length * 4, ...words));
}

function setIrqs(flags: number, index: number, start: number, count: number, eventfds = 0): Seed {
  const kinds = Array.from({ length: eventfds }, () => 'eventfd' as const);
  return seed(8, payloadOf(20, flags, index, start, count), ...kinds);
}

function feature(flags: number, ...data: readonly (number | bigint)[]): Seed {
  const body = payloadOf(...data);
  return seed(16, payloadOf((flags & GET) === 0 ? 8 + body.length : 4096, flags, body));
}

function state(to: number): Seed {
  return feature(SET | DEVICE_STATE, to, 0);
}

function migrationRead(size: number): Seed {
  return seed(17, payloadOf(8 + size, size));
}

function migrationWrite(...words: readonly number[]): Seed {
  const size = words.length * 4;
  return seed(18, payloadOf(8 + size, size, ...words));
}

const reset = seed(13, new Uint8Array(0));

const information: readonly Seed[] = [
  seed(4, payloadOf(16, 0, 0, 0)),
  ...[0, 1, 2, 3, 4, 7, 8, 9].map((index) => seed(5, payloadOf(32, 0, index, 0, 0n, 0n))),
  ...[0, 1, 2, 3, 7].map((index) => seed(5, payloadOf(4096, 0, index, 0, 0n, 0n))),
  ...[0, 1, 2, 3, 4, 5].map((index) => seed(7, payloadOf(16, 0, index, 0))),
  ...[0, 1, 2, 7].map((index) => seed(6, payloadOf(4096, 0, index, 0))),
];

const interrupts: readonly Seed[] = [
  setIrqs(0x24, 0, 0, 1, 1),
  setIrqs(0x14, 0, 0, 1, 1),
  setIrqs(0x09, 0, 0, 1),
  setIrqs(0x11, 0, 0, 1),
  setIrqs(0x21, 0, 0, 1),
  setIrqs(0x21, 0, 0, 0),
  setIrqs(0x24, 2, 0, 4, 4),
  setIrqs(0x24, 2, 4, 2, 2),
  setIrqs(0x21, 2, 1, 1),
  seed(8, payloadOf(23, 0x22, 2, 0, 3, Uint8Array.of(1, 0, 1))),
  setIrqs(0x24, 2, 1, 2),
  setIrqs(0x21, 2, 0, 0),
  setIrqs(0x24, 1, 0, 3, 3),
  setIrqs(0x24, 3, 0, 1, 1),
  setIrqs(0x24, 4, 0, 1, 1),
  setIrqs(0x21, 3, 0, 1),
  write(0, 0xff0, 0x0001_0002),
  write(0, 0xff0, 0x0000_0000),
];

const memory: readonly Seed[] = [
  mapMemory(0x10_0000n, 0x2_0000n),
  mapMemory(0x20_0000n, 0x1000n, 0x3000n, 1),
  mapFile(0x30_0000n, 0x4000n),
  mapMessages(0x40_0000n, 0x1_0000n),
  mapMessages(2n ** 64n - 0x1_0000n, 0x1_0000n),
  mapMemory(0x10_0000n, 0x2_0000n),
  mapMemory(0x11_0000n, 0x2_0000n),
  feature(SET | LOGGING_START, 4096n, 0, 0),
  unmapWithBitmap(0x10_0000n, 0x2_0000n, 8n),
  feature(GET | LOGGING_REPORT, 0x20_0000n, 0x1000n, 4096n),
  feature(SET | LOGGING_STOP),
  unmap(0x20_0000n, 0x1000n),
  unmap(0x40_0000n, 0x1_0000n),
  unmap(0n, 0n, 2),
];

/** Registers of the model `messages`: address, length, doorbell. */
function job(address: number, length: number, what: number): readonly Seed[] {
  return [write(0, 8, address, 0), write(0, 0x10, length), post(0, 0x14, what)];
}

const jobs: readonly Seed[] = [
  mapMessages(0x40_0000n, 0x1_0000n),
  mapMemory(0x10_0000n, 0x2_0000n),
  mapFile(0x30_0000n, 0x4000n),
  setIrqs(0x24, 0, 0, 1, 1),
  ...job(0x40_0000, 64, 1),
  ...job(0x40_0100, 5000, 2),
  ...job(0x40_0000, 0x8000, 3),
  ...job(0x10_0000, 4096, 3),
  ...job(0x10_0000, 64, 0xc),
  ...job(0x30_0000, 256, 0xf),
  ...job(0x40_0000, 16, 0x10),
  ...job(0x40_0000, 16, 0x20),
  ...job(0x40_0000, 16, 0x41),
  read(0, 0x18, 4),
  unmap(0x40_0000n, 0x1_0000n),
  reset,
];

const answers: readonly Seed[] = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((how) => [
  read(0, 4 + 4 * how, 4),
  write(0, 4 + 4 * how, how),
  post(0, 4 + 4 * how, how),
]);

const transfers: readonly Seed[] = [
  read(1, 0, 0x1000),
  write(1, 0x10, 1, 2, 3, 4, 5, 6, 7, 8),
  read(1, 0x3ff0, 64),
  read(2, 0, 8),
  write(2, 0, 1),
  seed(15, payloadOf(2n, 4n, 0, 4, 7n, 0x10n, 1, 8, 9n)),
  posted(15, payloadOf(3n, 4n, 0, 4, 7n, 8n, 0, 4, 7n, 0x20n, 1, 2, 9n)),
  reset,
  read(0, 0, 4),
];

const saving: readonly Seed[] = [
  feature(GET | MIGRATION),
  feature(PROBE | GET | MIGRATION),
  feature(PROBE | SET | DEVICE_STATE),
  feature(GET | DEVICE_STATE, 0, 0),
  feature(GET | MIGRATION_SIZE),
  state(PRE_COPY),
  migrationRead(16),
  migrationRead(64),
  state(PRE_COPY_P2P),
  state(STOP_COPY),
  migrationRead(8),
  migrationRead(4096),
  migrationRead(0),
  state(STOP),
  state(RUNNING),
];

const restoring: readonly Seed[] = [
  state(RESUMING),
  migrationWrite(0x7461_6c31, 7),
  migrationWrite(1, 2, 3),
  state(RUNNING_P2P),
  state(RUNNING),
  read(0, 0, 4),
  state(STOP_COPY),
  migrationRead(64),
  reset,
  feature(GET | DEVICE_STATE, 0, 0),
];

const all = ['edu', 'asynchronous', 'messages', 'migratable'];

/** By what they are about. */
export const writtenSessions: readonly SeedSession[] = [
  { name: 'information', models: ['edu', 'asynchronous'], seeds: information },
  { name: 'interrupts', models: ['asynchronous'], seeds: interrupts },
  { name: 'memory', models: all, seeds: memory },
  { name: 'jobs', models: ['messages'], seeds: jobs },
  { name: 'answers', models: ['asynchronous'], seeds: answers },
  { name: 'transfers', models: ['asynchronous'], seeds: transfers },
  { name: 'saving', models: ['migratable'], seeds: saving },
  { name: 'restoring', models: ['migratable'], seeds: restoring },
];
