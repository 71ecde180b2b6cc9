import { SharedMemory } from '@mdevkit/linux';
import {
  againstForeign,
  alone,
  median,
  ofRuns,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';
import type { Link, ServerMode } from '../processes/index.js';
import * as message from './messages.js';
import { Peers } from './peers.js';

/** Many short runs: most of them are over before the kernel lets another process have the core. */
const RUNS = 201;
const TRIPS = 250;
const BATCH = 64;
const BATCHES = 200;
const DEPTH = 32;
const MAP_BYTES = 2 ** 21;

/**
 * The vfio-user server in a process of its own, its client in this one. `read4` and `write4` are round trips of an
 * access of 4 bytes, and their baseline is a bare ping-pong of as many bytes between the same two processes, which wait
 * in the same way: `poll` tries again and again, `block` sleeps in the kernel. Posted
 * writes are measured with a server that waits as it does by default, and maps with one that polls.
 */
export const vfioUser: Benchmark = {
  name: 'vfio_user',
  measures: [
    againstForeign('vfio_user.read4.poll', 'a bare ping-pong'),
    againstForeign('vfio_user.write4.poll', 'a bare ping-pong'),
    againstForeign('vfio_user.read4.block', 'a bare ping-pong'),
    againstForeign('vfio_user.write4.block', 'a bare ping-pong'),
    alone('vfio_user.posted_writes'),
    alone('vfio_user.dma_map'),
    alone('vfio_user.dma_unmap'),
  ],
  run: async () => {
    const results: Measurement[] = [];
    for (const mode of ['poll', 'block'] as const) {
      await using peers = await Peers.start(mode);
      results.push(...roundTrips(peers, mode));
    }
    await using poster = await Peers.start('default');
    results.push(postedWrites(poster.device));
    await using mapper = await Peers.start('poll');
    results.push(...maps(mapper.device));
    return results;
  },
};

function roundTrips(peers: Peers, mode: ServerMode): readonly Measurement[] {
  const { device, echo } = peers;
  const read = compare(
    `vfio_user.read4.${mode}`,
    () => {
      device.roundTrip(message.READ_SIZE, message.READ_REPLY);
    },
    () => {
      echo.roundTrip(message.READ_SIZE, message.READ_REPLY);
    },
    () => {
      message.putRead(device.buffer.view);
      echo.buffer.view.setUint32(0, message.READ_REPLY, true);
    },
  );
  message.requireSuccess(device);
  const write = compare(
    `vfio_user.write4.${mode}`,
    () => {
      device.roundTrip(message.WRITE_SIZE, message.WRITE_REPLY);
    },
    () => {
      echo.roundTrip(message.WRITE_SIZE, message.WRITE_REPLY);
    },
    () => {
      message.putWrite(device.buffer.view, 0, false);
      echo.buffer.view.setUint32(0, message.WRITE_REPLY, true);
    },
  );
  message.requireSuccess(device);
  return [read, write];
}

function compare(
  name: string,
  run: () => void,
  floor: () => void,
  prepare: () => void,
): Measurement {
  prepare();
  const [runs, floors]: [number[], number[]] = [[], []];
  for (let i = 0; i < RUNS; i++) {
    floors.push(timeOfTrips(floor));
    runs.push(timeOfTrips(run));
  }
  const baseline = median(floors);
  return { ...ofRuns(name, 'ns', runs), baseline, ratio: median(runs) / baseline };
}

/** The first one waits until the server has given the other connection up. */
function timeOfTrips(run: () => void): number {
  run();
  return timeOf(TRIPS, run);
}

/** Writes that nobody answers, {@link BATCH} in one send; a read at the end of each run waits until all are done. */
function postedWrites(device: Link): Measurement {
  const rates: number[] = [];
  const size = BATCH * message.WRITE_SIZE;
  for (let i = 0; i < RUNS; i++) {
    for (let k = 0; k < BATCH; k++) {
      message.putWrite(device.buffer.view, k * message.WRITE_SIZE, true);
    }
    const begin = performance.now();
    for (let k = 0; k < BATCHES; k++) {
      device.send(size);
    }
    message.putRead(device.buffer.view);
    device.roundTrip(message.READ_SIZE, message.READ_REPLY);
    rates.push((BATCH * BATCHES * 1000) / (performance.now() - begin));
  }
  message.requireSuccess(device);
  return ofRuns('vfio_user.posted_writes', '/s', rates);
}

/**
 * Maps and unmaps of a sealed memfd, each map with a descriptor: the time of one of {@link DEPTH} that are sent without
 * waiting for each other's answers, as QEMU sends the maps of its memory.
 */
function maps(device: Link): readonly Measurement[] {
  using memory = SharedMemory.create(MAP_BYTES);
  const [mapped, unmapped]: [number[], number[]] = [[], []];
  const map = (index: number): void => {
    message.putMap(device.buffer.view, index * MAP_BYTES, MAP_BYTES);
    device.send(message.MAP_SIZE, [memory.fd]);
  };
  const unmap = (index: number): void => {
    message.putUnmap(device.buffer.view, index * MAP_BYTES, MAP_BYTES);
    device.send(message.UNMAP_SIZE);
  };
  for (let i = 0; i < RUNS; i++) {
    mapped.push(timeOfEach(device, map, message.HEADER));
    unmapped.push(timeOfEach(device, unmap, message.UNMAP_SIZE));
  }
  return [ofRuns('vfio_user.dma_map', 'ns', mapped), ofRuns('vfio_user.dma_unmap', 'ns', unmapped)];
}

function timeOfEach(device: Link, send: (index: number) => void, reply: number): number {
  const time = timeOf(1, () => {
    for (let index = 0; index < DEPTH; index++) {
      send(index);
    }
    for (let index = 0; index < DEPTH; index++) {
      device.receive(reply);
      message.requireSuccess(device);
    }
  });
  return time / DEPTH;
}

/** Nanoseconds of one of so many calls. */
function timeOf(times: number, run: () => void): number {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < times; i++) {
    run();
  }
  return Number(process.hrtime.bigint() - begin) / times;
}
