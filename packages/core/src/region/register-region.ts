import type { RegisterMap } from './register-map/index.js';
import { Region } from './region.js';

/**
 * A region that is nothing but registers. Accesses reach the map as the client made them, because a register
 * map takes any of them.
 */
export function registerRegion(name: string, map: RegisterMap<string>): Region {
  const { size } = map;
  return new Region({
    name,
    size,
    ranges: [{ kind: 'trapped', offset: 0, size, handler: map, split: 'none' }],
  });
}
