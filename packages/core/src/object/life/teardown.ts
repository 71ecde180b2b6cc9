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

  /** Nobody finds them any more. */
  hide(entries: readonly ObjectEntry[]): void {
    entries.forEach(hide);
  }

  /** Waits until no call works on objects that are on their way out, or the deadline of all together has passed. */
  async whenFree(entries: readonly ObjectEntry[], what: string): Promise<void> {
    const locked = entries.filter(
      (entry) =>
        entry.condition === 'ending' && !entry.lock.isFree && !this.#releaser.isLate(entry),
    );
    if (locked.length !== 0) {
      const free = Promise.all(locked.map(({ lock }) => lock.whenFree()));
      await waitAtMost(this.#guard, `calls before ${what}`, free);
    }
  }

  /**
   * Makes an object and all that live on it impossible to find, and waits until no call works on them any more.
   *
   * @returns those that are still there
   */
  async isolate(entry: ObjectEntry): Promise<ObjectEntry[]> {
    const family = new Set<ObjectEntry>();
    adopt(family, entry);
    let before = 0;
    // A call that has begun may yet commit another child.
    while (family.size !== before) {
      before = family.size;
      await this.whenFree([...family], `${entry.bound.name}.close`);
      for (const each of [...family]) {
        each.children.forEach((child) => {
          adopt(family, child);
        });
      }
    }
    // Those that are being closed themselves.
    const others = [...family].flatMap(({ children }) => [...children]);
    await Promise.all(others.map((other) => this.#whenOver(family, other)));
    return [...family].filter(({ condition }) => condition === 'ending');
  }

  /**
   * Releases objects, newest first, and those that were refused again while any other was released; then those on which
   * nothing lives for `driver-failure`, and so on with the rest. Nobody waits for a driver that is not done before it is
   * asked for the next, unless that lives on the first: a driver that never answers costs one deadline, not one for each.
   *
   * @param done - is told of each when it is over
   */
  async run(
    entries: readonly ObjectEntry[],
    reasonOf: (entry: ObjectEntry) => DestroyReason,
    done: (entry: ObjectEntry) => void,
  ): Promise<void> {
    const finish = (entry: ObjectEntry): void => {
      entry.detach();
      done(entry);
    };
    let left = [...entries].sort((a, b) => b.handle - a.handle);
    left.forEach(hide);
    while (left.length !== 0) {
      const before = left.length;
      left = await this.#pass(left, reasonOf, finish);
      if (left.length === before) {
        left = await this.#giveUpLeaves(left, reasonOf, finish);
      }
    }
  }

  /** Answers what is left. */
  async #pass(
    entries: readonly ObjectEntry[],
    reasonOf: (entry: ObjectEntry) => DestroyReason,
    finish: (entry: ObjectEntry) => void,
  ): Promise<ObjectEntry[]> {
    const over = new Set<ObjectEntry>();
    const end = (entry: ObjectEntry): void => {
      over.add(entry);
      finish(entry);
    };
    const asked: Promise<void>[] = [];
    for (const entry of entries) {
      const answer = !entry.hasChildren && this.#tryRelease(entry, reasonOf(entry));
      if (answer === true) {
        end(entry);
      } else if (answer !== false) {
        asked.push(endIf(answer, entry, end));
      }
    }
    await Promise.all(asked);
    return entries.filter((entry) => !over.has(entry));
  }

  /** Nothing helps any more: those on which nothing lives are asked once more, and told. Answers what is left. */
  async #giveUpLeaves(
    entries: readonly ObjectEntry[],
    reasonOf: (entry: ObjectEntry) => DestroyReason,
    finish: (entry: ObjectEntry) => void,
  ): Promise<ObjectEntry[]> {
    const leaves = entries.filter(({ hasChildren }) => !hasChildren);
    // If something lives on all of them, it is nothing that can be waited for.
    const stuck = new Set(leaves.length === 0 ? entries : leaves);
    const force = async (entry: ObjectEntry): Promise<void> => {
      const isReleased = !entry.hasChildren && (await this.#tryRelease(entry, reasonOf(entry)));
      if (!isReleased) {
        await this.#force(entry);
      }
    };
    await Promise.all(Array.from(stuck, force));
    stuck.forEach(finish);
    return entries.filter((entry) => !stuck.has(entry));
  }

  /** Waits for one that somebody else has on its way out, but not for ever. */
  async #whenOver(family: ReadonlySet<ObjectEntry>, entry: ObjectEntry): Promise<void> {
    if (!family.has(entry)) {
      await waitAtMost(this.#guard, `${entry.bound.name}.close`, entry.whenOver());
    }
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

/** Takes an object and all that live on it, but what another close of a descriptor has taken. */
function adopt(family: Set<ObjectEntry>, entry: ObjectEntry): void {
  const open = [entry];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    hide(each);
    if (each.condition === 'ending' && !each.isClosing) {
      each.isClosing = true;
      family.add(each);
      for (const child of each.children) {
        open.push(child);
      }
    }
  }
}

async function endIf(
  answer: Promise<boolean>,
  entry: ObjectEntry,
  end: (entry: ObjectEntry) => void,
): Promise<void> {
  if (await answer) {
    end(entry);
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
