import { failure } from '../../errors/index.js';
import type { Logger } from '../../log/index.js';
import type { Area } from './area.js';
import type { Personality } from './personality.js';
import type { UnmapListener } from './unmap-listener.js';

/**
 * Has the pins of a map dropped before it goes. Listeners are asked as often as the kernel asks them; one that
 * keeps its pins nevertheless is reported, and its pins are void: an unmap never hangs, and nobody goes on using
 * what a client has taken back.
 *
 * Throws what the personality says of it, and the map stays; the next attempt finds no pins.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range; drivers/vfio/vfio_iommu_type1.c,
 * vfio_dma_do_unmap.
 */
export function releasePins(
  area: Area,
  listeners: ReadonlySet<UnmapListener>,
  personality: Personality,
  logger: Logger,
): void {
  const { start, size } = area;
  for (let round = 0; round < personality.unmapRounds && area.pins > 0; round++) {
    for (const listener of [...listeners]) {
      notify(listener, area, logger);
    }
  }
  if (area.pins === 0) {
    return;
  }
  for (const listener of [...listeners]) {
    listener.revoke(area);
  }
  logger.error('a driver keeps pins in memory that is unmapped; they are revoked', {
    iova: start,
    size,
    rounds: personality.unmapRounds,
  });
  if (personality.stuck !== undefined) {
    throw failure(personality.stuck, { iova: start, size });
  }
}

function notify(listener: UnmapListener, area: Area, logger: Logger): void {
  try {
    listener.notifyUnmap(area.start, area.size);
  } catch (error) {
    logger.error('the unmap handler of a driver failed', { access: listener.name, error });
  }
}
