import type { EventSource } from '../../event/channel/event-source.js';
import type { HeldRef } from '../implement/index.js';
import type { BoundClass } from '../schema/bound.js';
import { LockWord } from './lock-word.js';
import type { OpenDescriptor } from './open-descriptor.js';

/**
 * `creating`: has a handle that nobody can find. `live`: can be found. `ending`: is on its way out and cannot be found.
 * `released`: its device is gone, and all that a client can do is to destroy it. `gone`: is not in the table any more.
 */
export type Condition = 'creating' | 'live' | 'ending' | 'released' | 'gone';

/**
 * An object of one client.
 *
 * Source: Linux include/rdma/ib_verbs.h, struct ib_uobject.
 */
export class ObjectEntry {
  readonly handle: number;
  readonly bound: BoundClass;
  readonly lock = new LockWord();
  /** Where it reports its events. */
  readonly sources: EventSource[] = [];
  condition: Condition = 'creating';
  /** The objects that cannot go before it. */
  parents: readonly ObjectEntry[] = [];
  /** Objects that it cannot go before. */
  children = 0;
  descriptor: OpenDescriptor | undefined;
  #ref: HeldRef;

  constructor(handle: number, bound: BoundClass) {
    this.handle = handle;
    this.bound = bound;
    this.#ref = this.#refTo(undefined);
  }

  /** What handlers know it by. */
  get ref(): HeldRef {
    return this.#ref;
  }

  get state(): unknown {
    return this.#ref.state;
  }

  set state(state: unknown) {
    this.#ref = this.#refTo(state);
  }

  /** Lets its parents go before it. Idempotent. */
  detach(): void {
    for (const parent of this.parents) {
      parent.children -= 1;
    }
    this.parents = [];
  }

  #refTo(state: unknown): HeldRef {
    const { name, objectClass } = this.bound;
    // The core implements its class whether or not a driver has added to it.
    const base = objectClass.extension?.base ?? objectClass;
    return { className: name, handle: this.handle, objectClass: base, state };
  }
}
