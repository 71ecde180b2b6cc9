import { MdevHost } from '@mdevkit/core';
import { benchDriver, benchType } from './bench-device.js';
import {
  alone,
  endOfJob,
  heldBytes,
  median,
  ofRuns,
  quantile,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';

const LIVE = 10_000;
const RUNS = 7;
const PER_RUN = 200;

/** What the measures are called around their own names, and how often they are taken. */
export interface Series {
  readonly prefix: string;
  readonly suffix: string;
  readonly runs: number;
}

/** What an mdev costs in time and memory while ten thousand others live. */
export const coreMdev: Benchmark = {
  name: 'core.mdev',
  measures: [alone('core.mdev.create_destroy'), alone('core.mdev.bytes')],
  run: () => mdevsAmong(LIVE, { prefix: 'core.mdev', suffix: '', runs: RUNS }),
};

/** The same while `live` others live: `PREFIX.create_destroySUFFIX` and `PREFIX.bytesSUFFIX`. */
export async function mdevsAmong(
  live: number,
  { prefix, suffix, runs }: Series,
): Promise<readonly Measurement[]> {
  await using host = new MdevHost();
  await host.load(benchDriver());
  await createDestroy(host);
  const each: number[] = [];
  let uuids = await createMany(host, live, each);
  for (let run = 1; run < runs; run++) {
    await Promise.all(uuids.map((uuid) => host.remove(uuid)));
    await endOfJob();
    uuids = await createMany(host, live, each);
  }
  return [
    await timeCreateDestroy(host, `${prefix}.create_destroy${suffix}`, runs),
    ofRuns(`${prefix}.bytes${suffix}`, 'B', each),
  ];
}

/** Creates mdevs and adds what each of them holds to `each`. */
async function createMany(host: MdevHost, live: number, each: number[]): Promise<string[]> {
  const before = heldBytes();
  const uuids: string[] = [];
  for (let i = 0; i < live; i++) {
    uuids.push((await host.create(benchType)).uuid);
  }
  each.push((heldBytes() - before) / live);
  return uuids;
}

async function timeCreateDestroy(host: MdevHost, name: string, runs: number): Promise<Measurement> {
  const samples: number[][] = [];
  for (let run = 0; run < runs; run++) {
    samples.push(await createDestroy(host));
  }
  return {
    name,
    unit: 'ns',
    median: median(samples.map(median)),
    p99: median(samples.map((run) => quantile(run, 0.99))),
    n: runs,
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
