import type { DirtyLog } from '../dirty/index.js';
import type { Area } from './area.js';
import type { Iova } from '../dma/dma.js';

/** An access of a driver, seen from the space: who may hold pins in its maps. */
export interface UnmapListener {
  /** Shown in reports. */
  readonly name: string;
  /** A map is about to go: everything pinned in the range is to be unpinned before this returns. */
  notifyUnmap(iova: Iova, length: number): void;
  /** It did not do so: its pins in the map are void from now on. */
  revoke(area: Area): void;
  /** Marks what it holds for writing: memory that is pinned may be written at any time. */
  markPinned(log: DirtyLog): void;
}
