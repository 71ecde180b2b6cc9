import { FLAT_SEARCH, mapUnmapAmong, SORTED_ARRAY, translateAmong } from '../iommu/index.js';
import { againstForeign, type Benchmark, type Measurement } from '../measure/index.js';
import { sizesOf } from './points.js';

const PREFIX = 'scaling.maps';
const SIZES = [10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;

/** Finding the map of an address, and a map with its unmap, among so many others. */
export const scalingMaps: Benchmark = {
  name: PREFIX,
  measures: [
    ...sizesOf(`${PREFIX}.translate`, SIZES).map((name) => againstForeign(name, FLAT_SEARCH)),
    ...sizesOf(`${PREFIX}.map_unmap`, SIZES).map((name) => againstForeign(name, SORTED_ARRAY)),
  ],
  run: async () => {
    const results: Measurement[] = [];
    for (const live of SIZES) {
      results.push(await translateAmong(live, `${PREFIX}.translate.${live}`));
      results.push(await mapUnmapAmong(live, `${PREFIX}.map_unmap.${live}`));
    }
    return results;
  },
};
