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

const NONE: ReadonlySet<ObjectEntry> = new Set();

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
  descriptor: OpenDescriptor | undefined;
  /** Whether the close of a descriptor has it on its way out. */
  isClosing = false;
  #condition: Condition = 'creating';
  #parents: readonly ObjectEntry[] = [];
  #children: Set<ObjectEntry> | undefined;
  #waiting: (() => void)[] = [];
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

  get condition(): Condition {
    return this.#condition;
  }

  set condition(condition: Condition) {
    this.#condition = condition;
    if (this.isOver) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }

  /** Whether its driver has nothing to do with it any more. */
  get isOver(): boolean {
    return this.#condition === 'released' || this.#condition === 'gone';
  }

  /** Whether objects live on it, which it cannot go before. */
  get hasChildren(): boolean {
    return this.children.size !== 0;
  }

  /** The objects that live on it, oldest first. */
  get children(): ReadonlySet<ObjectEntry> {
    return this.#children ?? NONE;
  }

  /** Resolves when it is released or gone. */
  whenOver(): Promise<void> {
    if (this.isOver) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Has it live on others, which cannot go before it. */
  attach(parents: readonly ObjectEntry[]): void {
    this.#parents = [...parents];
    for (const parent of parents) {
      (parent.#children ??= new Set()).add(this);
    }
  }

  /** Lets its parents go before it. Idempotent. */
  detach(): void {
    for (const parent of this.#parents) {
      parent.#children?.delete(this);
    }
    this.#parents = [];
  }

  #refTo(state: unknown): HeldRef {
    const { name, objectClass } = this.bound;
    // The core implements its class whether or not a driver has added to it.
    const base = objectClass.extension?.base ?? objectClass;
    return { className: name, handle: this.handle, objectClass: base, state };
  }
}
