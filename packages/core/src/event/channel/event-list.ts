/** One place of an {@link EventList}. What it holds changes with the next change of the list. */
export interface EventSlot<O> {
  /** Who reported the event; undefined for the core. */
  owner: O | undefined;
  element: bigint;
  type: number;
  data: Uint8Array;
  /** The event before it, and the one behind it. */
  previous: EventSlot<O> | undefined;
  next: EventSlot<O> | undefined;
  /** The next event of the same owner. */
  nextOfOwner: EventSlot<O> | undefined;
}

/** The queued events of one owner. For the list. */
export interface OwnEvents<O> {
  oldest: EventSlot<O> | undefined;
  newest: EventSlot<O> | undefined;
}

/** Reports to one list, and belongs to that. */
export interface EventOwner<O> {
  readonly queued: OwnEvents<O>;
}

export const NO_DATA = new Uint8Array(0);

/**
 * The queued events of a channel, oldest first. The events of one owner are found without looking at those of others. A slot
 * is made when the queue has never been so long, and then used again and again; so queueing an event allocates nothing.
 */
export class EventList<O extends EventOwner<O>> {
  readonly #capacity: number;
  #oldest: EventSlot<O> | undefined;
  #newest: EventSlot<O> | undefined;
  /** Slots that wait to be used again, by their `next`. */
  #free: EventSlot<O> | undefined;
  #length = 0;

  /** @param capacity - events, 1 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get length(): number {
    return this.#length;
  }

  /** The oldest event. */
  first(): EventSlot<O> | undefined {
    return this.#oldest;
  }

  /** @returns false if the oldest event had to go for it */
  push(owner: O | undefined, element: bigint, type: number, data: Uint8Array): boolean {
    const roomy = this.#length < this.#capacity;
    if (!roomy) {
      this.drop();
    }
    const slot = this.#take(owner, element, type, data);
    slot.previous = this.#newest;
    if (this.#newest === undefined) {
      this.#oldest = slot;
    } else {
      this.#newest.next = slot;
    }
    this.#newest = slot;
    if (owner !== undefined) {
      const { queued } = owner;
      if (queued.newest === undefined) {
        queued.oldest = slot;
      } else {
        queued.newest.nextOfOwner = slot;
      }
      queued.newest = slot;
    }
    return roomy;
  }

  /** Puts an event before all others. @returns false if there is no room, and the event is gone */
  restore(owner: O | undefined, element: bigint, type: number, data: Uint8Array): boolean {
    if (this.#length === this.#capacity) {
      return false;
    }
    const slot = this.#take(owner, element, type, data);
    slot.next = this.#oldest;
    if (this.#oldest === undefined) {
      this.#newest = slot;
    } else {
      this.#oldest.previous = slot;
    }
    this.#oldest = slot;
    if (owner !== undefined) {
      slot.nextOfOwner = owner.queued.oldest;
      owner.queued.oldest = slot;
      owner.queued.newest ??= slot;
    }
    return true;
  }

  /** Removes the oldest event, if there is one. */
  drop(): void {
    const slot = this.#oldest;
    if (slot === undefined) {
      return;
    }
    if (slot.owner !== undefined) {
      // The oldest of all is the oldest of its owner.
      const { queued } = slot.owner;
      queued.oldest = slot.nextOfOwner;
      if (queued.oldest === undefined) {
        queued.newest = undefined;
      }
    }
    this.#release(slot);
  }

  /** Removes all events of an owner; the others keep their order. Takes as long as there are events of this owner. */
  purge({ queued }: O): void {
    let slot = queued.oldest;
    queued.oldest = undefined;
    queued.newest = undefined;
    while (slot !== undefined) {
      const following = slot.nextOfOwner;
      this.#release(slot);
      slot = following;
    }
  }

  clear(): void {
    while (this.#length > 0) {
      this.drop();
    }
    this.#free = undefined;
  }

  #take(owner: O | undefined, element: bigint, type: number, data: Uint8Array): EventSlot<O> {
    this.#length += 1;
    const slot = this.#free;
    if (slot === undefined) {
      const links = { previous: undefined, next: undefined, nextOfOwner: undefined };
      return { owner, element, type, data, ...links };
    }
    this.#free = slot.next;
    slot.next = undefined;
    slot.owner = owner;
    slot.element = element;
    slot.type = type;
    slot.data = data;
    return slot;
  }

  /** Takes a slot out of the queue, but not out of the events of its owner. One that is free keeps nothing alive. */
  #release(slot: EventSlot<O>): void {
    const { previous, next } = slot;
    if (previous === undefined) {
      this.#oldest = next;
    } else {
      previous.next = next;
    }
    if (next === undefined) {
      this.#newest = previous;
    } else {
      next.previous = previous;
    }
    this.#length -= 1;
    slot.owner = undefined;
    slot.element = 0n;
    slot.type = 0;
    slot.data = NO_DATA;
    slot.previous = undefined;
    slot.nextOfOwner = undefined;
    slot.next = this.#free;
    this.#free = slot;
  }
}
