import type { ModelGuard } from '../../device/model-guard.js';
import { failure } from '../../errors/index.js';
import type { EventSource } from '../../event/channel/event-source.js';
import { safeLogger, type Logger } from '../../log/index.js';
import type { DestroyReason } from '../implement/index.js';
import type { BoundClass } from '../schema/bound.js';
import type { HandleTable } from './handle-table.js';
import type { ObjectEntry } from './object-entry.js';
import { ObjectReleaser, type LateRelease } from './object-releaser.js';
import { OpenDescriptor, type DescriptorOwner } from './open-descriptor.js';
import { requireOperations } from './require-operations.js';
import { Teardown } from './teardown.js';

/**
 * The objects of one client: how they come and go. Whoever finds an object locks it, and gives the lock back when its call
 * is over.
 *
 * Source: Linux drivers/infiniband/core/rdma_core.c.
 */
export class ObjectSpace implements DescriptorOwner {
  readonly #table: HandleTable;
  readonly #guard: ModelGuard;
  readonly #releaser: ObjectReleaser;
  readonly #teardown: Teardown;
  /** The work on descriptors that are being closed; none of it waits for {@link ObjectSpace.end}. */
  readonly #closings = new Set<Promise<void>>();

  constructor(table: HandleTable, guard: ModelGuard, logger: Logger) {
    this.#table = table;
    this.#guard = guard;
    this.#releaser = new ObjectReleaser(guard);
    this.#teardown = new Teardown(guard, safeLogger(logger), this.#releaser);
  }

  get size(): number {
    return this.#table.size;
  }

  /** All that are not on their way in or out, oldest first. */
  list(): readonly ObjectEntry[] {
    return this.#table.list().filter(isFound);
  }

  /**
   * Finds and locks. Throws EINVAL `object.handle` or `object.class`, ENOENT `object.absent`, EBUSY `object.locked`.
   */
  lookup(target: BoundClass, handle: number, isWriter: boolean): ObjectEntry {
    const entry = this.#table.find(handle);
    if (entry === undefined || !isFound(entry)) {
      throw failure('object.absent', { handle });
    }
    if (entry.bound !== target) {
      throw failure('object.class', { handle, class: entry.bound.name, expected: target.name });
    }
    return locked(entry, isWriter);
  }

  /** As {@link ObjectSpace.lookup}; EBADF `object.descriptor` for what is no descriptor of this class and client. */
  lookupDescriptor(target: BoundClass, descriptor: unknown): ObjectEntry {
    if (
      !(descriptor instanceof OpenDescriptor) ||
      descriptor.owner !== this ||
      descriptor.isClosed ||
      descriptor.entry.bound !== target ||
      !isFound(descriptor.entry)
    ) {
      throw failure('object.descriptor', { expected: target.name });
    }
    return locked(descriptor.entry, false);
  }

  /** Reserves a handle for an object that nobody sees before it is committed. Throws ENOSPC `object.too-many`. */
  begin(bound: BoundClass): ObjectEntry {
    return this.#table.begin(bound);
  }

  /**
   * Opens the descriptor of an object that is about to be committed. Throws what the driver throws, and EIO `object.answer`
   * for operations that are none.
   */
  openDescriptor(entry: ObjectEntry): OpenDescriptor {
    const operations: unknown = entry.bound.life.descriptor?.(entry.state);
    return new OpenDescriptor(
      entry,
      this,
      requireOperations(operations, entry.bound.name),
      this.#guard,
    );
  }

  /** Cannot fail. */
  commit(entry: ObjectEntry, parents: readonly ObjectEntry[]): void {
    entry.attach(parents);
    entry.condition = 'live';
  }

  /** The object could not be finished; `made` has its state if the driver has made it. Never fails. */
  abort(entry: ObjectEntry, made: { readonly state: unknown } | undefined): void | Promise<void> {
    this.forget(entry);
    return made === undefined ? undefined : this.#teardown.discard(entry, made.state);
  }

  /**
   * Destroys an object that the caller has locked: the driver first, and if that refuses the object stays. Answers what
   * comes of it later if the driver does not answer in time. Throws EBUSY `object.has-children`.
   */
  destroy(entry: ObjectEntry): undefined | Promise<LateRelease | undefined> {
    if (entry.condition === 'released') {
      this.forget(entry);
      return undefined;
    }
    if (entry.hasChildren) {
      throw failure('object.has-children', { handle: entry.handle, children: entry.children.size });
    }
    const released = this.#releaser.release(entry, 'destroy');
    if (released === undefined) {
      this.forget(entry);
      return undefined;
    }
    return this.#finishDestroy(entry, released);
  }

  /** The descriptor was closed, which cannot be refused: what lives on the object goes before it. */
  async destroyWith(entry: ObjectEntry): Promise<void> {
    if (entry.condition === 'live') {
      const closing = this.#destroyFamily(entry);
      this.#closings.add(closing);
      await closing;
      this.#closings.delete(closing);
    } else if (entry.condition === 'ending') {
      // Somebody else is at it, who does not wait for this.
      await entry.whenOver();
    }
    if (entry.condition === 'released') {
      this.forget(entry);
    }
  }

  /**
   * Ends all objects, newest first and again while that helps: nobody finds them from now on, and they are released when the
   * calls that work on them are over, or have missed their deadline; then for `driver-failure`. After `driver-remove` they
   * stay in the table as released, and their descriptors can be read; after `close` nothing is left. One after the other,
   * for the caller to see to. Never fails.
   *
   * @param idle - resolves when no call is under way; there must be no new ones
   */
  async end(reason: 'close' | 'driver-remove', idle: Promise<void>): Promise<void> {
    const ending = this.#table.list();
    this.#teardown.hide(ending);
    await Promise.all([idle, this.#teardown.whenFree(ending, reason)]);
    while (this.#closings.size !== 0) {
      await Promise.all([...this.#closings]);
    }
    // Also what those calls have made.
    const entries = this.#table.list();
    this.#teardown.hide(entries);
    const keeps = reason === 'driver-remove';
    await this.#teardown.run(
      entries.filter(({ condition }) => condition === 'ending'),
      ({ lock }) => (lock.isFree ? reason : 'driver-failure'),
      (entry) => {
        if (keeps) {
          entry.condition = 'released';
        }
      },
    );
    if (!keeps) {
      for (const entry of entries) {
        this.forget(entry);
        entry.descriptor?.end();
      }
    }
  }

  /** Nothing behind the descriptors reports any more. */
  removeDescriptors(): void {
    for (const entry of this.#table.list()) {
      entry.descriptor?.remove();
    }
  }

  /** Takes an object out of the table; nothing of it is left but what the client has read of its events. Idempotent. */
  forget(entry: ObjectEntry): void {
    if (entry.condition === 'gone') {
      return;
    }
    entry.condition = 'gone';
    entry.detach();
    entry.sources.forEach(purge);
    this.#table.remove(entry);
  }

  async #destroyFamily(entry: ObjectEntry): Promise<void> {
    const family = await this.#teardown.isolate(entry);
    const reasonOf = (each: ObjectEntry): DestroyReason => (each === entry ? 'destroy' : 'close');
    await this.#teardown.run(family, reasonOf, (each) => {
      this.forget(each);
      if (each !== entry) {
        each.descriptor?.end();
      }
    });
  }

  async #finishDestroy(
    entry: ObjectEntry,
    released: Promise<LateRelease | undefined>,
  ): Promise<LateRelease | undefined> {
    const late = await released;
    if (late === undefined) {
      this.forget(entry);
      return undefined;
    }
    return { error: late.error, finished: this.#forgetLate(entry, late.finished) };
  }

  /** Until the driver has answered the object is locked. */
  async #forgetLate(entry: ObjectEntry, finished: Promise<boolean>): Promise<boolean> {
    const isReleased = await finished;
    if (isReleased) {
      this.forget(entry);
    }
    return isReleased;
  }
}

function isFound({ condition }: ObjectEntry): boolean {
  return condition === 'live' || condition === 'released';
}

function purge(source: EventSource): void {
  source.purge();
}

function locked(entry: ObjectEntry, isWriter: boolean): ObjectEntry {
  if (!(isWriter ? entry.lock.tryWrite() : entry.lock.tryRead())) {
    throw failure('object.locked', { handle: entry.handle });
  }
  return entry;
}
