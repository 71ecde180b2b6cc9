import { failure } from '../../errors/index.js';
import { silentLogger, type Logger } from '../../log/index.js';
import type { DirtyLog } from '../dirty/index.js';
import type { Iova } from '../dma/dma.js';
import { advance, distance, isIova, lastOf } from '../iova.js';
import {
  AddressSpace,
  IOMMU_PAGE_SIZE,
  READ,
  WRITE,
  type AddressSpaceOptions,
  type Area,
  type SpaceConstraints,
  type UnmapListener,
} from '../space/index.js';
import { ParentListener, type GuestRange } from './parent-listener.js';
import { ParentWindow } from './parent-window.js';
import { StagedLog } from './staged-log.js';
import { WindowHolds } from './window-holds.js';

/** Address spaces on top of one another at the most, the lowest one included. */
export const MAX_DEPTH = 4;

/** A window of the parent that is to be mapped. */
export interface MapParentRequest {
  /** Where devices see it. Without one an `iommufd` space chooses; a `type1v2` space refuses. */
  readonly iova?: Iova | undefined;
  /** Where it starts in the parent, which need not map anything there yet. */
  readonly parentIova: Iova;
  /** Bytes. */
  readonly size: number;
  /** What devices may do, if the parent allows it as well; both by default. */
  readonly read?: boolean | undefined;
  readonly write?: boolean | undefined;
}

/**
 * An address space on top of another one: that of a guest over that of its host. It maps windows of its parent.
 * An access goes through both stages at the time it happens: it faults where either of them maps nothing, and
 * may do what both allow. A write is marked in the dirty logs of both, and a pin holds the maps of both, so that
 * an unmap in the parent tells whoever pinned through this space.
 *
 * As long as it is not destroyed the parent is busy. Nothing can be a parent of its own: the parent is there
 * first.
 *
 * Source: Linux drivers/iommu/iommufd/hw_pagetable.c, iommufd_hwpt_nested_alloc (one stage over another only);
 * Intel VT-d Specification, section 3.6 (Nested Translation).
 */
export class NestedSpace extends AddressSpace {
  readonly parent: AddressSpace;
  readonly #depth: number;
  readonly #logger: Logger;
  readonly #holds = new WindowHolds();
  readonly #listeners = new Set<UnmapListener>();
  /** Where each window is mapped. */
  readonly #places = new WeakMap<ParentWindow, Iova>();
  readonly #parentListener: UnmapListener;
  #staged:
    | { readonly own: DirtyLog | undefined; readonly below: DirtyLog; readonly log: DirtyLog }
    | undefined;
  #destroyed = false;

  /** Throws EINVAL `nested.depth`. The personality is that of the parent by default. */
  constructor(parent: AddressSpace, options: AddressSpaceOptions = {}) {
    super({ ...options, personality: options.personality ?? parent.personality.name });
    this.parent = parent;
    this.#depth = parent.depth + 1;
    this.#logger = options.logger ?? silentLogger;
    if (this.#depth >= MAX_DEPTH) {
      throw failure('nested.depth', { depth: this.#depth + 1, limit: MAX_DEPTH });
    }
    this.#parentListener = new ParentListener({
      holds: this.#holds,
      logger: this.#logger,
      listeners: this.#listeners,
      pinnedOn: (iova, length) => this.#pinnedOn(iova, length),
      stagedInto: (log) => this.#stagedInto(undefined, log),
    });
    parent.join(this.#parentListener);
  }

  override get depth(): number {
    return this.#depth;
  }

  /** Where writes are marked: also there while only the parent records them. */
  override get dirtyLog(): DirtyLog | undefined {
    const own = super.dirtyLog;
    const below = this.parent.dirtyLog;
    if (below === undefined) {
      return own;
    }
    if (this.#staged?.own !== own || this.#staged?.below !== below) {
      this.#staged = { own, below, log: this.#stagedInto(own, below) };
    }
    return this.#staged.log;
  }

  /**
   * Maps a window of the parent and returns where. Throws as `map` of the personality: EOVERFLOW for a range
   * that is none, here or in the parent, EINVAL, EEXIST, ENOSPC; and ENOENT `nested.destroyed`.
   */
  mapParent(request: MapParentRequest): Iova {
    this.#requireAlive();
    const { iova, parentIova, size, read, write } = request;
    // The window starts at a page, so that an offset in it is as aligned as the address in the parent.
    const offset = isIova(parentIova) ? Number(BigInt(parentIova) % BigInt(IOMMU_PAGE_SIZE)) : 0;
    const isRange = isIova(parentIova) && isIova(size) && isIova(offset + size);
    if (!isRange || lastOf(parentIova, Math.max(size, 1)) === undefined) {
      throw failure('dma.overflow', { parentIova, size });
    }
    const access = (read === false ? 0 : READ) | (write === false ? 0 : WRITE);
    const range = { base: advance(parentIova, -offset), size: offset + size, access };
    const window = new ParentWindow(this.parent, range, this.#holds);
    const place = super.map({ iova, memory: window, offset, size, read, write });
    this.#places.set(window, place);
    return place;
  }

  /** Refuses, as does `copy`: EINVAL. */
  override map(): never {
    throw failure('nested.map');
  }

  override copy(): never {
    throw failure('nested.map');
  }

  override join(listener: UnmapListener): void {
    super.join(listener);
    this.#listeners.add(listener);
  }

  override leave(listener: UnmapListener): void {
    super.leave(listener);
    this.#listeners.delete(listener);
  }

  /** Throws as that of every space, and ENOENT after {@link NestedSpace.destroy}. */
  override constrain(owner: object, constraints: SpaceConstraints): void {
    this.#requireAlive();
    super.constrain(owner, constraints);
  }

  /** Removes all maps and lets go of the parent, for good. Throws EBUSY while anything is attached. */
  override destroy(): void {
    super.destroy();
    this.#destroyed = true;
    this.parent.leave(this.#parentListener);
  }

  #pinnedOn(parentIova: Iova, length: number): readonly GuestRange[] {
    const ranges: GuestRange[] = [];
    for (const window of this.#holds.windowsOn(parentIova, length)) {
      const place = this.#places.get(window);
      const area = place === undefined ? undefined : this.find(place);
      if (area?.memory === window) {
        ranges.push(shownBy(area, window, parentIova, length));
      }
    }
    return ranges;
  }

  #stagedInto(own: DirtyLog | undefined, below: DirtyLog): DirtyLog {
    return new StagedLog(own, (own ?? below).pageSize, (iova, length) => {
      this.#markParent(below, iova, length);
    });
  }

  #markParent(below: DirtyLog, iova: Iova, length: number): void {
    for (let done = 0; done < length;) {
      const at = advance(iova, done);
      const area = this.find(at);
      if (!(area?.memory instanceof ParentWindow)) {
        return;
      }
      const offset = area.memoryOffset(at);
      const size = Math.min(area.size - (offset - area.offset), length - done);
      below.mark(area.memory.parentIova(offset), size);
      done += size;
    }
  }

  #requireAlive(): void {
    if (this.#destroyed) {
      throw failure('nested.destroyed');
    }
  }
}

/** The part of a map of the nested space that shows a part of a range of the parent; there is one. */
function shownBy(area: Area, window: ParentWindow, parentIova: Iova, length: number): GuestRange {
  const start = window.parentIova(area.offset);
  const isAhead = start < parentIova;
  const skipped = isAhead ? distance(start, parentIova) : 0;
  const left = length - (isAhead ? 0 : distance(parentIova, start));
  return { area, iova: advance(area.start, skipped), length: Math.min(area.size - skipped, left) };
}
