import { SharedMemory } from '@mdevkit/linux';
import { median, ofRuns, quantile, type Benchmark, type Measurement } from '../measurement.js';
import type { Link } from './link.js';
import * as message from './messages.js';
import { Peers } from './peers.js';
import type { ServerMode } from './shared.js';

const RUNS = 21;
const TRIPS = 2000;
const BATCH = 64;
const BATCHES = 2000;
const MAPS = 200;
const MAP_BYTES = 2 ** 21;

/**
 * The vfio-user server in a process of its own, its client in this one. `read4` and `write4` are round trips of an
 * access of 4 bytes, and their baseline is a bare ping-pong of as many bytes between the same two processes, which wait
 * in the same way: `poll` tries again and again, `block` sleeps in the kernel.
 */
export const vfioUser: Benchmark = {
  name: 'vfio_user',
  run: async () => {
    const results: Measurement[] = [];
    for (const mode of ['poll', 'block'] as const) {
      await using peers = await Peers.start(mode);
      results.push(...roundTrips(peers, mode));
      if (mode === 'poll') {
        results.push(postedWrites(peers.device), ...maps(peers.device));
      }
    }
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
    floors.push(timeOf(TRIPS, floor));
    runs.push(timeOf(TRIPS, run));
  }
  const baseline = median(floors);
  return { ...ofRuns(name, 'ns', runs), baseline, ratio: median(runs) / baseline };
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

/** Maps and unmaps of a sealed memfd, each with a descriptor of its own. */
function maps(device: Link): readonly Measurement[] {
  using memory = SharedMemory.create(MAP_BYTES);
  const [mapped, unmapped]: [number[], number[]] = [[], []];
  for (let i = 0; i < RUNS * MAPS; i++) {
    message.putMap(device.buffer.view, MAP_BYTES, MAP_BYTES);
    mapped.push(
      timeOf(1, () => {
        device.roundTrip(message.MAP_SIZE, message.HEADER, [memory.fd]);
      }),
    );
    message.requireSuccess(device);
    message.putUnmap(device.buffer.view, MAP_BYTES, MAP_BYTES);
    unmapped.push(
      timeOf(1, () => {
        device.roundTrip(message.UNMAP_SIZE, message.UNMAP_SIZE);
      }),
    );
    message.requireSuccess(device);
  }
  return [ofTimes('vfio_user.dma_map', mapped), ofTimes('vfio_user.dma_unmap', unmapped)];
}

/** Single times: the first ones, before the engine knows the code, are left out. */
function ofTimes(name: string, times: readonly number[]): Measurement {
  const warm = times.slice(Math.floor(times.length / 4));
  return { ...ofRuns(name, 'ns', warm), p99: quantile(warm, 0.99) };
}

/** Nanoseconds of one of so many calls. */
function timeOf(times: number, run: () => void): number {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < times; i++) {
    run();
  }
  return Number(process.hrtime.bigint() - begin) / times;
}
