import { isThenable, type ModelGuard } from '../../device/model-guard.js';
import type { DestroyReason } from '../implement/index.js';
import type { ObjectEntry } from './object-entry.js';
import { outcomeOf } from './outcome.js';

/** A release that the driver has not answered in time; resolves with whether it has succeeded in the end. */
export interface LateRelease {
  readonly error: unknown;
  readonly finished: Promise<boolean>;
}

/** Has drivers undo what their create handlers have made. */
export class ObjectReleaser {
  readonly #guard: ModelGuard;
  /** Releases that were given up and are not answered. */
  readonly #late = new Map<ObjectEntry, Promise<boolean>>();

  constructor(guard: ModelGuard) {
    this.#guard = guard;
  }

  /** Whether the driver still works on a release of it. */
  isLate(entry: ObjectEntry): boolean {
    return this.#late.has(entry);
  }

  /**
   * Asks the driver, and answers nothing when it is done; synchronous if the driver is. Throws or rejects with the driver's
   * error; a driver that does not answer in time makes it resolve with what comes of that.
   */
  release(
    entry: ObjectEntry,
    reason: DestroyReason,
    state: unknown = entry.state,
  ): undefined | Promise<LateRelease | undefined> {
    const { release } = entry.bound.life;
    if (release === undefined) {
      return undefined;
    }
    const what = `${entry.bound.name}.release`;
    let answer: void | Promise<void>;
    try {
      answer = release(state, reason);
    } catch (error) {
      throw this.#guard.wrap(what, error);
    }
    return isThenable(answer) ? this.#follow(entry, what, Promise.resolve(answer)) : undefined;
  }

  async #follow(
    entry: ObjectEntry,
    what: string,
    answer: Promise<void>,
  ): Promise<LateRelease | undefined> {
    const outcome = await outcomeOf(this.#guard, what, answer);
    switch (outcome.kind) {
      case 'answered':
        return undefined;
      case 'failed':
        throw outcome.error;
      case 'late': {
        const finished = this.#finish(entry, outcome.answer);
        this.#late.set(entry, finished);
        return { error: outcome.error, finished };
      }
    }
  }

  async #finish(entry: ObjectEntry, answer: Promise<void>): Promise<boolean> {
    try {
      await answer;
      return true;
    } catch {
      return false;
    } finally {
      this.#late.delete(entry);
    }
  }
}
