import type { ObjectDescriptor } from '../../object/descriptor.js';

/** Who waits until a descriptor is ready. */
export interface ReadyWaiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * `ready` of one descriptor for all its readers. It cannot be taken back, and a descriptor may never be ready again: however
 * many begin to wait and give it up, one call of it is under way, and who gave up is forgotten.
 */
class SharedReady {
  readonly #descriptor: ObjectDescriptor;
  readonly #waiters = new Set<ReadyWaiter>();
  #isAsked = false;

  constructor(descriptor: ObjectDescriptor) {
    this.#descriptor = descriptor;
  }

  add(waiter: ReadyWaiter): void {
    if (!this.#isAsked) {
      const ready = this.#descriptor.ready();
      this.#isAsked = true;
      ready.then(
        () => {
          this.#end((one) => {
            one.resolve();
          });
        },
        (error: unknown) => {
          this.#end((one) => {
            one.reject(error);
          });
        },
      );
    }
    this.#waiters.add(waiter);
  }

  delete(waiter: ReadyWaiter): void {
    this.#waiters.delete(waiter);
  }

  #end(tell: (waiter: ReadyWaiter) => void): void {
    this.#isAsked = false;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    waiters.forEach(tell);
  }
}

/** Belongs to the descriptors, which are the caller's: what is known of one goes with it. */
const shared = new WeakMap<ObjectDescriptor, SharedReady>();

/** Resolves when the descriptor is ready, or rejects as its `ready` does. */
export function whenReady(descriptor: ObjectDescriptor, waiter: ReadyWaiter): Disposable {
  const known = shared.get(descriptor) ?? new SharedReady(descriptor);
  shared.set(descriptor, known);
  known.add(waiter);
  return {
    [Symbol.dispose]: () => {
      known.delete(waiter);
    },
  };
}
