import type { ModelGuard } from '../../device/model-guard.js';
import type { Logger } from '../../log/index.js';
import type { DestroyReason } from '../implement/index.js';
import type { ObjectEntry } from './object-entry.js';
import type { LateRelease, ObjectReleaser } from './object-releaser.js';
import { waitAtMost } from './outcome.js';

/**
 * Ends objects that nobody is asked about any more. Never fails: what a driver cannot release it is told of, and then it is
 * given up and logged.
 *
 * Source: Linux drivers/infiniband/core/rdma_core.c, uverbs_destroy_ufile_hw, __uverbs_cleanup_ufile.
 */
export class Teardown {
  readonly #guard: ModelGuard;
  readonly #logger: Logger;
  readonly #releaser: ObjectReleaser;

  constructor(guard: ModelGuard, logger: Logger, releaser: ObjectReleaser) {
    this.#guard = guard;
    this.#logger = logger;
    this.#releaser = releaser;
  }

  /** Releases what an object that could not be finished is made of. */
  discard(entry: ObjectEntry, state: unknown): void | Promise<void> {
    try {
      const released = this.#releaser.release(entry, 'abort', state);
      return released === undefined ? undefined : this.#awaitDiscard(entry, released);
    } catch (error) {
      this.#giveUp(entry, 'abort', error);
    }
  }

  /**
   * Makes an object and all that live on it impossible to find, and waits until no call works on them any more.
   *
   * @returns those that are still there
   */
  async isolate(entry: ObjectEntry, list: () => readonly ObjectEntry[]): Promise<ObjectEntry[]> {
    const family = new Set([entry]);
    let before = 0;
    // A call that has begun may yet commit another child.
    while (family.size !== before) {
      before = family.size;
      for (const each of family) {
        hide(each);
      }
      for (const each of family) {
        if (!each.lock.isFree) {
          await waitAtMost(this.#guard, `${each.bound.name}.close`, each.lock.whenFree());
        }
      }
      for (const each of list()) {
        if (each.condition === 'live' && each.parents.some((parent) => family.has(parent))) {
          family.add(each);
        }
      }
    }
    return [...family].filter(({ condition }) => condition === 'ending');
  }

  /**
   * Releases objects, newest first, and those that were refused again while any other was released; then the rest for
   * `driver-failure`.
   *
   * @param done - is told of each when it is over
   */
  async run(
    entries: readonly ObjectEntry[],
    reasonOf: (entry: ObjectEntry) => DestroyReason,
    done: (entry: ObjectEntry) => void,
  ): Promise<void> {
    let left = [...entries].sort((a, b) => b.handle - a.handle);
    left.forEach(hide);
    for (let before = Infinity; left.length !== 0 && left.length < before;) {
      before = left.length;
      left = await this.#pass(left, reasonOf, done);
    }
    for (const entry of left) {
      // What had to stay for the sake of others has not been asked yet.
      const isTried = entry.children === 0 && !(await this.#tryRelease(entry, reasonOf(entry)));
      if (isTried || entry.children !== 0) {
        await this.#force(entry);
      }
      entry.detach();
      done(entry);
    }
  }

  async #pass(
    entries: readonly ObjectEntry[],
    reasonOf: (entry: ObjectEntry) => DestroyReason,
    done: (entry: ObjectEntry) => void,
  ): Promise<ObjectEntry[]> {
    const refused: ObjectEntry[] = [];
    for (const entry of entries) {
      const answer = entry.children === 0 && this.#tryRelease(entry, reasonOf(entry));
      if (typeof answer === 'boolean' ? answer : await answer) {
        entry.detach();
        done(entry);
      } else {
        refused.push(entry);
      }
    }
    return refused;
  }

  /** Whether it was released; synchronous if the driver is. */
  #tryRelease(entry: ObjectEntry, reason: DestroyReason): boolean | Promise<boolean> {
    if (this.#releaser.isLate(entry)) {
      return false;
    }
    try {
      const answer = this.#releaser.release(entry, reason);
      return answer === undefined || isReleased(answer);
    } catch {
      return false;
    }
  }

  async #force(entry: ObjectEntry): Promise<void> {
    let error: unknown = 'its release is not answered';
    if (!this.#releaser.isLate(entry)) {
      try {
        error = await this.#releaser.release(entry, 'driver-failure');
      } catch (reason) {
        error = reason;
      }
    }
    this.#giveUp(entry, 'driver-failure', error);
  }

  async #awaitDiscard(
    entry: ObjectEntry,
    released: Promise<LateRelease | undefined>,
  ): Promise<void> {
    try {
      const late = await released;
      if (late !== undefined) {
        this.#giveUp(entry, 'abort', late.error);
      }
    } catch (error) {
      this.#giveUp(entry, 'abort', error);
    }
  }

  #giveUp(entry: ObjectEntry, reason: DestroyReason, error: unknown): void {
    const { handle, bound } = entry;
    this.#logger.error('an object could not be released', {
      class: bound.name,
      handle,
      reason,
      error,
    });
  }
}

/** Nobody finds it any more. */
function hide(entry: ObjectEntry): void {
  if (entry.condition === 'live') {
    entry.condition = 'ending';
  }
}

async function isReleased(answer: Promise<LateRelease | undefined>): Promise<boolean> {
  try {
    return (await answer) === undefined;
  } catch {
    return false;
  }
}
