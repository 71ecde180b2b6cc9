import { MdevHost } from '@mdevkit/core';
import { benchDriver, benchType } from './bench-device.js';
import { endOfJob, heldBytes } from './garbage.js';
import { median, ofRuns, quantile, type Benchmark, type Measurement } from './measurement.js';

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
    const each: number[] = [];
    let live = await createMany(host, each);
    for (let run = 1; run < RUNS; run++) {
      await Promise.all(live.map((uuid) => host.remove(uuid)));
      await endOfJob();
      live = await createMany(host, each);
    }
    return [await timeCreateDestroy(host), ofRuns('core.mdev.bytes', 'B', each)];
  },
};

/** Creates ten thousand mdevs and adds what each of them holds to `each`. */
async function createMany(host: MdevHost, each: number[]): Promise<string[]> {
  const before = heldBytes();
  const uuids: string[] = [];
  for (let i = 0; i < LIVE; i++) {
    uuids.push((await host.create(benchType)).uuid);
  }
  each.push((heldBytes() - before) / LIVE);
  return uuids;
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
