import type { DisposableStore } from '../lifecycle/index.js';

/**
 * What lives as long as the container it is injected from, driver, parent or mdev: a service adds what it
 * acquires, and all of it is released in reverse order when the container goes.
 */
export type Scope = DisposableStore;

export const Scope: unique symbol = Symbol.for('@mdevkit/core/Scope');
