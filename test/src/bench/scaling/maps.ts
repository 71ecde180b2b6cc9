import { mapUnmapAmong, translateAmong } from '../iommu/index.js';
import type { Benchmark, Measurement } from '../measure/index.js';
import { sizesOf } from './points.js';

const PREFIX = 'scaling.maps';
const SIZES = [10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;

/** Finding the map of an address, and a map with its unmap, among so many others. */
export const scalingMaps: Benchmark = {
  name: PREFIX,
  measures: sizesOf(PREFIX, ['translate', 'map_unmap'], SIZES),
  run: async () => {
    const results: Measurement[] = [];
    for (const live of SIZES) {
      results.push(await translateAmong(live, `${PREFIX}.translate.${live}`));
      results.push(await mapUnmapAmong(live, `${PREFIX}.map_unmap.${live}`));
    }
    return results;
  },
};
