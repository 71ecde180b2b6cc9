import { BufferMemory } from '@mdevkit/core';
import {
  againstForeign,
  alone,
  heldBytes,
  micro,
  ofRuns,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';
import { PAGE, spaceOf, startOf } from './spaces.js';

/** What a map and its unmap are compared to. */
export const SORTED_ARRAY = 'two splices of a sorted array';

/** The curve; the target is for 100,000. */
const LIVE = [10, 1_000, 100_000] as const;
const COUNTED = 100_000;
const RUNS = 5;

/** What a map costs in time (with its unmap; the baseline inserts into a sorted array) and in memory. */
export const iommuMap: Benchmark = {
  name: 'iommu.map',
  measures: [
    ...LIVE.map((live) => againstForeign(`iommu.map_unmap.${live}`, SORTED_ARRAY)),
    alone('iommu.map.bytes'),
  ],
  run: async () => {
    const results: Measurement[] = [];
    for (const live of LIVE) {
      results.push(await mapUnmapAmong(live, `iommu.map_unmap.${live}`));
    }
    return [...results, bytes()];
  },
};

/** A map and its unmap, among `live` others. */
export async function mapUnmapAmong(live: number, name: string): Promise<Measurement> {
  const space = spaceOf(live);
  const memory = new BufferMemory(new Uint8Array(PAGE));
  const sorted = Array.from({ length: live }, (_, n) => ({ start: startOf(n) }));
  const entry = { start: 0 };
  let n = 0;
  const step = Math.max(1, Math.floor(live * 0.382));
  return micro(
    name,
    () => {
      n = (n + step) % live;
      const iova = startOf(n) + PAGE;
      space.map({ iova, memory });
      return space.unmap(iova, PAGE);
    },
    () => {
      n = (n + step) % live;
      sorted.splice(n, 0, entry);
      return sorted.splice(n, 1);
    },
  );
}

/** Of one memory object, of which every map shows a part. */
function bytes(): Measurement {
  const each: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = heldBytes();
    const space = spaceOf(COUNTED);
    // In use, so that its cache of translations counts.
    for (let n = 0; n < COUNTED; n++) {
      space.find(startOf(n));
    }
    each.push((heldBytes() - before) / COUNTED);
    space.unmapAll();
  }
  return ofRuns('iommu.map.bytes', 'B', each);
}
