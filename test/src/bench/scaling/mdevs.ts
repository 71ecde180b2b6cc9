import { mdevsAmong } from '../core/index.js';
import { alone, type Benchmark, type Measurement } from '../measure/index.js';
import { sizesOf } from './points.js';

const PREFIX = 'scaling.mdevs';
const RUNS = 3;
const SIZES = [10, 100, 1_000, 10_000] as const;

/** What an mdev costs in time and memory while so many others live. */
export const scalingMdevs: Benchmark = {
  name: PREFIX,
  measures: ['create_destroy', 'bytes'].flatMap((each) =>
    sizesOf(`${PREFIX}.${each}`, SIZES).map(alone),
  ),
  run: async () => {
    const results: Measurement[] = [];
    for (const live of SIZES) {
      results.push(...(await mdevsAmong(live, { prefix: PREFIX, suffix: `.${live}`, runs: RUNS })));
    }
    return results;
  },
};
