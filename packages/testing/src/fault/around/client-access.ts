import type { Struck } from '../inject/index.js';

/** Hands what was decided about a client's access on to the region that serves it, once the core has let it through. */
export class ClientAccess {
  #struck: Struck | undefined;

  /** `proceed` reaches the region before it returns, or not at all. */
  carry<T>(struck: Struck, proceed: () => T): T {
    this.#struck = struck;
    try {
      return proceed();
    } finally {
      this.#struck = undefined;
    }
  }

  /** By the region, which is reached once for each access. */
  take(): Struck | undefined {
    const struck = this.#struck;
    this.#struck = undefined;
    return struck;
  }
}
