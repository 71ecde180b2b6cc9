import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { openAccelerator, type Accelerator } from '@mdevkit/accel';
import { MdevHost, nodeImporter } from '@mdevkit/core';
import { CHUNK_SIZE, corpus } from './corpus.js';
import {
  againstForeign,
  median,
  quantile,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';

const NAME = 'accel.throughput_ratio';
/** What it is compared to. */
export const ZLIB = 'calling node:zlib';
const RUNS = 9;
const CHUNKS = 48;

const deflateDirectly = promisify<Uint8Array, Buffer>(deflate);

/** Compression through an mdev, in turn with calling node:zlib on the same chunks, as many under way. */
export const accelThroughput: Benchmark = {
  name: 'accel.throughput',
  measures: [againstForeign(NAME, ZLIB)],
  run: async () => {
    await using host = new MdevHost({ importer: nodeImporter(import.meta.url) });
    await host.loadPackage('@mdevkit/accel');
    await using accelerator = await openAccelerator(host, { algorithms: ['deflate'] });
    return [await throughputOf([accelerator], NAME)];
  },
};

/** Compression through all of them at once, each with its share of the chunks. */
export async function throughputOf(
  accelerators: readonly Accelerator[],
  name: string,
  runs = RUNS,
): Promise<Measurement> {
  const chunks = corpus(CHUNKS);
  const parallelism = accelerators.reduce((sum, each) => sum + each.parallelism, 0);
  const shares = accelerators.map((_, i) =>
    chunks.filter((_chunk, n) => n % accelerators.length === i),
  );
  const device = (): Promise<number> =>
    bytesPerSecond(() =>
      Promise.all(accelerators.map((each, i) => compress(each, shares[i] ?? []))),
    );
  const direct = (): Promise<number> =>
    bytesPerSecond(() => eachLimited(chunks, parallelism, deflateDirectly));
  await device();
  await direct();
  const rates: number[] = [];
  const baselines: number[] = [];
  for (let run = 0; run < runs; run++) {
    rates.push(await device());
    baselines.push(await direct());
  }
  const value = median(rates);
  const baseline = median(baselines);
  return {
    name,
    unit: '/s',
    median: value,
    // The slow end is the tail of a rate.
    p99: quantile(rates, 0.01),
    n: runs,
    baseline,
    ratio: value / baseline,
  };
}

async function compress(accelerator: Accelerator, chunks: readonly Uint8Array[]): Promise<void> {
  for await (const _ of accelerator.transform(chunks, { algorithm: 'deflate' }));
}

async function bytesPerSecond(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (CHUNKS * CHUNK_SIZE) / ((performance.now() - start) / 1000);
}

async function eachLimited(
  chunks: readonly Uint8Array[],
  limit: number,
  work: (chunk: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const rest = chunks.values();
  const worker = async (): Promise<void> => {
    for (const chunk of rest) {
      await work(chunk);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
