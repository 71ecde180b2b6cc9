import { MdevHost } from '@mdevkit/core';
import { benchDriver, benchType } from './bench-device.js';
import { heldBytes } from './garbage.js';
import { median, quantile, type Benchmark, type Measurement } from './measurement.js';

const LIVE = 10_000;
const RUNS = 7;
const PER_RUN = 200;

/** What an mdev costs in time and memory while ten thousand others live. */
export const coreMdev: Benchmark = {
  name: 'core.mdev',
  run: async () => {
    await using host = new MdevHost();
    await host.load(benchDriver());
    await createDestroy(host);
    const before = heldBytes();
    for (let i = 0; i < LIVE; i++) {
      await host.create(benchType);
    }
    const each = (heldBytes() - before) / LIVE;
    return [await timeCreateDestroy(host), memory('core.mdev.bytes', each)];
  },
};

function memory(name: string, bytes: number): Measurement {
  return { name, unit: 'B', median: bytes, p99: bytes, n: 1, baseline: null, ratio: null };
}

async function timeCreateDestroy(host: MdevHost): Promise<Measurement> {
  const samples: number[][] = [];
  for (let run = 0; run < RUNS; run++) {
    samples.push(await createDestroy(host));
  }
  return {
    name: 'core.mdev.create_destroy',
    unit: 'ns',
    median: median(samples.map(median)),
    p99: median(samples.map((run) => quantile(run, 0.99))),
    n: RUNS,
    baseline: null,
    ratio: null,
  };
}

async function createDestroy(host: MdevHost): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; i < PER_RUN; i++) {
    const start = performance.now();
    const { uuid } = await host.create(benchType);
    await host.remove(uuid);
    samples.push((performance.now() - start) * 1e6);
  }
  return samples;
}
