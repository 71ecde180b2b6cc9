import type { Logger } from '../../log/index.js';
import type { DirtyLog } from '../dirty/index.js';
import type { Area } from '../space/index.js';
import type { HeldRange } from './held-range.js';
import type { PinnedRange } from './pinned-range.js';

/** Who is to know what becomes of pins. */
export interface HeldPinsOptions {
  /** Of the access, for reports. */
  readonly name: string;
  readonly logger: Logger;
  readonly onRevoked?: ((range: PinnedRange) => void) | undefined;
}

/** What an access has pinned. A range enters when it is made and leaves when it is let go. */
export class HeldPins {
  /** Each as often as it was pinned. */
  readonly ranges = new Set<HeldRange>();
  readonly #options: HeldPinsOptions;

  constructor(options: HeldPinsOptions) {
    this.#options = options;
  }

  /** Marks what may be written at any time. */
  mark(log: DirtyLog): void {
    for (const { isWritable, iova, length } of this.ranges) {
      if (isWritable) {
        log.mark(iova, length);
      }
    }
  }

  /** Takes back every range that has a part in a map. */
  revokeIn(area: Area): void {
    this.#revoke([...this.ranges].filter((range) => range.touches(area)));
  }

  /** Takes back what is left when the access leaves its space. */
  revokeAll(): void {
    const { name, logger } = this.#options;
    const pins = this.ranges.size;
    if (pins > 0) {
      const message = 'a driver keeps pins in a space that it leaves; they are revoked';
      logger.error(message, { access: name, pins });
      this.#revoke([...this.ranges]);
    }
  }

  /** All of them before anybody hears of one. */
  #revoke(ranges: readonly HeldRange[]): void {
    for (const range of ranges) {
      this.#guard('memory failed to let go of a pin', () => {
        range.revoke();
      });
    }
    // One may have been unpinned by the memory of another.
    for (const range of ranges.filter(({ isRevoked }) => isRevoked)) {
      this.#guard('the revocation handler of a driver failed', () => {
        this.#options.onRevoked?.(range);
      });
    }
  }

  #guard(failed: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.logger.error(failed, { access: this.#options.name, error });
    }
  }
}
