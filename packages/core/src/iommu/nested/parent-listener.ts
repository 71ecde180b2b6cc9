import type { DirtyLog } from '../dirty/index.js';
import type { Iova } from '../dma/dma.js';
import type { Logger } from '../../log/index.js';
import type { Area, UnmapListener } from '../space/index.js';
import type { WindowHolds } from './window-holds.js';

/** What a {@link ParentListener} needs of the nested space. */
export interface Guest {
  readonly holds: WindowHolds;
  readonly logger: Logger;
  /** Who holds pins in the nested space. */
  readonly listeners: ReadonlySet<UnmapListener>;
  /** What the maps of the nested space that have pins in a range of the parent show of it. */
  pinnedOn(parentIova: Iova, length: number): readonly GuestRange[];
  /** A log of the nested space that marks in one of the parent. */
  stagedInto(log: DirtyLog): DirtyLog;
}

/** A range of the nested space, which lies in one of its maps. */
export interface GuestRange {
  readonly area: Area;
  readonly iova: Iova;
  readonly length: number;
}

/**
 * The nested space as its parent sees it: somebody who has pins. What the parent says of its own IOVAs is passed
 * on to whoever pins in the nested space, in the nested space's IOVAs, before the parent goes on.
 */
export class ParentListener implements UnmapListener {
  readonly name = 'nested space';
  readonly #guest: Guest;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  notifyUnmap(iova: Iova, length: number): void {
    for (const range of this.#guest.pinnedOn(iova, length)) {
      for (const listener of [...this.#guest.listeners]) {
        this.#logged(listener, () => {
          listener.notifyUnmap(range.iova, range.length);
        });
      }
    }
  }

  revoke(area: Area): void {
    for (const range of this.#guest.pinnedOn(area.start, area.size)) {
      for (const listener of [...this.#guest.listeners]) {
        this.#logged(listener, () => {
          listener.revoke(range.area);
        });
      }
    }
    // Pins of somebody who does not listen to the nested space.
    for (const hold of this.#guest.holds.in(area)) {
      this.#logged(this, () => {
        hold[Symbol.dispose]();
      });
    }
  }

  markPinned(log: DirtyLog): void {
    const staged = this.#guest.stagedInto(log);
    for (const listener of this.#guest.listeners) {
      listener.markPinned(staged);
    }
  }

  #logged({ name }: UnmapListener, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#guest.logger.error('an unmap of the parent was not taken well', {
        access: name,
        error,
      });
    }
  }
}
