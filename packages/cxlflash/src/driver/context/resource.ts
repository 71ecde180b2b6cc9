import type { Disk } from '../parent/index.js';
import type { FlashContext } from './flash-context.js';

/** A handle of a whole disk. */
export class Resource {
  readonly context: FlashContext;
  readonly disk: Disk;
  /** Its entry in the resource table. */
  readonly handle: number;
  #isLive = true;
  #wasTaken = false;

  constructor(context: FlashContext, disk: Disk, handle: number) {
    this.context = context;
    this.disk = disk;
    this.handle = handle;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** It was not released by its own client's call: its disk was detached, or its context has ended. */
  get wasTaken(): boolean {
    return this.#wasTaken;
  }

  /** Its entry is gone. */
  end(byDetach: boolean): void {
    this.#isLive = false;
    this.#wasTaken = byDetach;
  }
}
