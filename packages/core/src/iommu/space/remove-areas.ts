import { failure } from '../../errors/index.js';
import type { Logger } from '../../log/index.js';
import type { AreaMap } from './area-map.js';
import type { Area } from './area.js';
import type { Personality } from './personality.js';
import { releasePins } from './release-pins.js';
import type { Checkpoint } from './requests.js';
import type { UnmapListener } from './unmap-listener.js';

/** Who takes part in an unmap. */
export interface UnmapParties {
  readonly personality: Personality;
  readonly listeners: ReadonlySet<UnmapListener>;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint | undefined;
}

/**
 * Removes maps and returns their bytes. Two passes, so that a map that cannot go keeps all the others, too.
 *
 * Drivers are called in the first pass and may change the space from there: a map that one has unmapped itself
 * is not counted any more, and what it maps in its place stays. Throws EBUSY to a driver that is about to unmap
 * what it is just asked to unpin.
 */
export function removeAreas(map: AreaMap, areas: readonly Area[], parties: UnmapParties): number {
  // Without pins nobody is called, so that nothing can interfere.
  if (parties.checkpoint !== undefined || areas.some((area) => area.pins > 0)) {
    emptyAreas(areas, parties);
  }
  let bytes = 0;
  for (const area of areas) {
    if (area.size > 0) {
      bytes += area.size;
      map.remove(area);
    }
  }
  return bytes;
}

/** The first pass: nothing is pinned afterwards, and nothing is going to be. */
function emptyAreas(
  areas: readonly Area[],
  { personality, listeners, logger, checkpoint }: UnmapParties,
): void {
  const busy = areas.find((area) => area.unmapping && area.pins > 0);
  if (busy !== undefined) {
    throw failure('dma.unmapping', { iova: busy.start, size: busy.size });
  }
  const marked = areas.filter((area) => !area.unmapping);
  for (const area of marked) {
    area.unmapping = true;
  }
  try {
    for (const area of areas) {
      checkpoint?.('unmap.area');
      if (area.pins > 0) {
        releasePins(area, listeners, personality, logger);
      }
    }
    checkpoint?.('unmap.remove');
  } catch (error) {
    for (const area of marked) {
      area.unmapping = false;
    }
    throw error;
  }
}
