import { MAX_OBJECTS } from '../../abi/index.js';
import { failure } from '../../errors.js';

/** What a device counts. */
export type Pool = 'pd' | 'mr' | 'mw' | 'cq' | 'srq' | 'ah' | 'xrcd' | 'qp';

/** How many objects of each class there are. */
export class Pools {
  readonly #counts: Record<Pool, number> = {
    pd: 0,
    mr: 0,
    mw: 0,
    cq: 0,
    srq: 0,
    ah: 0,
    xrcd: 0,
    qp: 0,
  };

  get counts(): Readonly<Record<Pool, number>> {
    return { ...this.#counts };
  }

  /** Takes one place. */
  enter(pool: Pool): void {
    if (this.#counts[pool] >= MAX_OBJECTS) {
      throw failure('verbs.objects', { class: pool, limit: MAX_OBJECTS });
    }
    this.#counts[pool] += 1;
  }

  leave(pool: Pool): void {
    this.#counts[pool] -= 1;
  }
}
