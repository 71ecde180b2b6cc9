import { PAGE, randomAddresses, spaceOf, startOf } from './spaces.js';
import { againstForeign, micro, type Benchmark, type Measurement } from '../measure/index.js';

/** What the search of a space is compared to. */
export const FLAT_SEARCH = 'a binary search in a flat array';

/** The curve; the targets are for 10, 1,000, 65,535 and 1,000,000. */
const LIVE = [10, 100, 1_000, 10_000, 65_535, 1_000_000] as const;
/** A power of two, and more addresses than the caches of a core hold maps. */
const ADDRESSES = 1 << 20;

/**
 * Finding the map of an address, uniformly random over all maps, and (`.hole`) finding that there is none, which the
 * cache of translations does not help: the search of the tree alone. The baseline is a binary search in a flat array
 * of the same starts.
 */
export const iommuTranslate: Benchmark = {
  name: 'iommu.translate',
  measures: LIVE.flatMap((live) => [
    againstForeign(`iommu.translate.${live}`, FLAT_SEARCH),
    againstForeign(`iommu.translate.hole.${live}`, FLAT_SEARCH),
  ]),
  run: async () => {
    const results: Measurement[] = [];
    for (const live of LIVE) {
      results.push(...(await translate(live)));
    }
    return results;
  },
};

async function translate(live: number): Promise<readonly Measurement[]> {
  return [
    await translateAmong(live, `iommu.translate.${live}`),
    await translateAmong(live, `iommu.translate.hole.${live}`, PAGE),
  ];
}

/** Finds the maps of addresses, each `shift` bytes behind one that is mapped: a page behind it there is none. */
export async function translateAmong(live: number, name: string, shift = 0): Promise<Measurement> {
  const space = spaceOf(live);
  const starts = Float64Array.from({ length: live }, (_, n) => startOf(n));
  const addresses = randomAddresses(live, ADDRESSES).map((address) => address + shift);
  for (const address of addresses) {
    space.find(address);
  }
  let i = 0;
  const next = (): number => addresses[(i = (i + 1) & (ADDRESSES - 1))] ?? 0;
  return micro(
    name,
    () => space.find(next()),
    () => search(starts, next()),
  );
}

/** The last start at or before `address`. */
function search(starts: Float64Array, address: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
