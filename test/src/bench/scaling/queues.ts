import { openAccelerator, type Accelerator } from '@mdevkit/accel';
import { MdevHost, nodeImporter } from '@mdevkit/core';
import { throughputOf, ZLIB } from '../accel/index.js';
import { againstForeign, type Benchmark, type Measurement } from '../measure/index.js';
import { sizesOf } from './points.js';

const PREFIX = 'scaling.queues';
const SIZES = [1, 2, 4, 8, 16] as const;
const RUNS = 3;
/** Of the largest type. */
const MOST_OF_ONE = 4;

/** Compression through so many queues of one parent, in mdevs of 4 queues at the most; the baseline has as many jobs under way. */
export const scalingQueues: Benchmark = {
  name: PREFIX,
  measures: sizesOf(`${PREFIX}.throughput`, SIZES).map((name) => againstForeign(name, ZLIB)),
  run: async () => {
    const results: Measurement[] = [];
    for (const queues of SIZES) {
      results.push(await throughputWith(queues));
    }
    return results;
  },
};

async function throughputWith(queues: number): Promise<Measurement> {
  await using host = new MdevHost({ importer: nodeImporter(import.meta.url) });
  await host.loadPackage('@mdevkit/accel');
  const accelerators: Accelerator[] = [];
  try {
    for (let opened = 0; opened < queues; opened += MOST_OF_ONE) {
      const count = Math.min(MOST_OF_ONE, queues);
      accelerators.push(await openAccelerator(host, { algorithms: ['deflate'], queues: count }));
    }
    return await throughputOf(accelerators, `${PREFIX}.throughput.${queues}`, RUNS);
  } finally {
    await Promise.all(accelerators.map((accelerator) => accelerator.close()));
  }
}
