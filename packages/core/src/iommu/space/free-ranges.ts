import { advance } from '../iova.js';
import type { IovaRange, RangeSet } from '../ranges/index.js';
import type { AreaMap } from './area-map.js';

/** The gaps between the maps inside `choosable`, ascending. */
export function* freeRanges(choosable: RangeSet, areas: AreaMap): Generator<IovaRange> {
  for (const { start, last } of choosable) {
    let from = start;
    for (const area of areas.from(start)) {
      if (area.start > last) {
        break;
      }
      if (area.start > from) {
        yield { start: from, last: advance(area.start, -1) };
      }
      // 2^64 after a map at the very end: greater than any `last`.
      from = advance(area.last, 1);
    }
    if (from <= last) {
      yield { start: from, last };
    }
  }
}
