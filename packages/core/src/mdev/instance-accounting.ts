import { failure } from '../errors/index.js';

/**
 * The capacity of one parent, shared by all of its types: every mdev takes its type's units at creation and
 * gives them back when its last user has let go of it.
 *
 * Source: Linux drivers/vfio/mdev/mdev_core.c, available_instances.
 */
export class InstanceAccounting {
  readonly capacity: number;
  #used = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  available(units: number): number {
    return Math.floor((this.capacity - this.#used) / units);
  }

  /** Returns the undo. Throws EUSERS `mdev.no-instances`. */
  take(units: number): () => void {
    if (this.#used + units > this.capacity) {
      throw failure('mdev.no-instances', { capacity: this.capacity, used: this.#used, units });
    }
    this.#used += units;
    let taken = true;
    return () => {
      if (taken) {
        taken = false;
        this.#used -= units;
      }
    };
  }
}
