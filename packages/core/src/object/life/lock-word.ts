/**
 * Who works on an object: nobody (0), so many readers, or one writer (-1). Nobody waits for it; a call that does not get it
 * answers EBUSY. Only the end of an object waits until it is free.
 *
 * Source: Linux drivers/infiniband/core/rdma_core.c, uverbs_try_lock_object.
 */
export class LockWord {
  #word = 0;
  #waiting: (() => void)[] | undefined;

  get isFree(): boolean {
    return this.#word === 0;
  }

  tryRead(): boolean {
    if (this.#word < 0) {
      return false;
    }
    this.#word += 1;
    return true;
  }

  tryWrite(): boolean {
    if (this.#word !== 0) {
      return false;
    }
    this.#word = -1;
    return true;
  }

  /** Gives back what a try has taken. */
  unlock(): void {
    this.#word = this.#word < 0 ? 0 : this.#word - 1;
    if (this.#word === 0 && this.#waiting !== undefined) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      for (const resolve of waiting) {
        resolve();
      }
    }
  }

  whenFree(): Promise<void> {
    if (this.isFree) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      (this.#waiting ??= []).push(resolve);
    });
  }
}
