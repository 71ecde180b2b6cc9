/** One place of an {@link EventRing}. What it holds changes with the next change of the ring. */
export interface EventSlot<O> {
  /** Who reported the event; undefined for the core. */
  owner: O | undefined;
  element: bigint;
  type: number;
  data: Uint8Array;
}

const FIRST_SLOTS = 16;

export const NO_DATA = new Uint8Array(0);

/**
 * The queued events of a channel, oldest first. Its slots are used again and again, and become more, up to the capacity,
 * when the queue has never been so long; so queueing an event allocates nothing.
 */
export class EventRing<O> {
  readonly #capacity: number;
  #slots: EventSlot<O>[] = [];
  #head = 0;
  #length = 0;

  /** @param capacity - events, 1 or more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  /** The oldest event. */
  first(): EventSlot<O> | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  /** @returns false if the oldest event had to go for it */
  push(owner: O | undefined, element: bigint, type: number, data: Uint8Array): boolean {
    const roomy = this.#length < this.#capacity;
    if (!roomy) {
      this.drop();
    } else if (this.#length === this.#slots.length) {
      this.#grow();
    }
    this.#length += 1;
    this.#set(this.#length - 1, owner, element, type, data);
    return roomy;
  }

  /** Puts an event before all others. @returns false if there is no room, and the event is gone */
  restore(owner: O | undefined, element: bigint, type: number, data: Uint8Array): boolean {
    if (this.#length === this.#capacity) {
      return false;
    }
    if (this.#length === this.#slots.length) {
      this.#grow();
    }
    this.#head = (this.#head === 0 ? this.#slots.length : this.#head) - 1;
    this.#length += 1;
    this.#set(0, owner, element, type, data);
    return true;
  }

  /** Removes the oldest event. There is one. */
  drop(): void {
    this.#empty(0);
    this.#head = this.#head + 1 === this.#slots.length ? 0 : this.#head + 1;
    this.#length -= 1;
  }

  /** Removes all events of an owner; the others keep their order. Takes as long as the queue is. */
  purge(owner: O): void {
    const slots = this.#slots;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const from = this.#at(i);
      const slot = slots[from];
      if (slot !== undefined && slot.owner !== owner) {
        const to = this.#at(kept);
        const hole = slots[to];
        if (hole !== undefined) {
          slots[to] = slot;
          slots[from] = hole;
        }
        kept += 1;
      }
    }
    for (let i = kept; i < this.#length; i++) {
      this.#empty(i);
    }
    this.#length = kept;
  }

  clear(): void {
    this.#slots = [];
    this.#head = 0;
    this.#length = 0;
  }

  #at(index: number): number {
    const at = this.#head + index;
    return at < this.#slots.length ? at : at - this.#slots.length;
  }

  #set(index: number, owner: O | undefined, element: bigint, type: number, data: Uint8Array): void {
    const slot = this.#slots[this.#at(index)];
    if (slot !== undefined) {
      slot.owner = owner;
      slot.element = element;
      slot.type = type;
      slot.data = data;
    }
  }

  /** An empty slot keeps nothing alive. */
  #empty(index: number): void {
    this.#set(index, undefined, 0n, 0, NO_DATA);
  }

  #grow(): void {
    const old = this.#slots;
    const size = Math.min(this.#capacity, Math.max(FIRST_SLOTS, old.length * 2));
    const slots = [...old.slice(this.#head), ...old.slice(0, this.#head)];
    while (slots.length < size) {
      slots.push({ owner: undefined, element: 0n, type: 0, data: NO_DATA });
    }
    this.#slots = slots;
    this.#head = 0;
  }
}
