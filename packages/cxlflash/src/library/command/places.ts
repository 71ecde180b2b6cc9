import type { ContextMemory } from '../memory/index.js';
import type { CommandPlace } from './command.js';

/** Who has which slot, and which memory for its data. */
export class Places {
  readonly #memory: ContextMemory;
  readonly #freeSlots: number[];

  constructor(memory: ContextMemory) {
    this.#memory = memory;
    this.#freeSlots = Array.from({ length: memory.slots }, (_, i) => memory.slots - 1 - i);
  }

  /** Gives a command a place, unless it has one; false if there is none now. */
  take(place: CommandPlace, length: number): boolean {
    if (place.slot !== -1) {
      return true;
    }
    const slot = this.#freeSlots.at(-1);
    const dataAt = slot === undefined ? undefined : this.#memory.extents.allocate(length);
    if (slot === undefined || dataAt === undefined) {
      return false;
    }
    this.#freeSlots.pop();
    place.slot = slot;
    place.dataAt = dataAt;
    return true;
  }

  /** The device has let go of it; a command without a place has none to give. */
  give(place: CommandPlace, length: number): void {
    if (place.slot !== -1) {
      this.#memory.extents.free(place.dataAt, length);
      this.#freeSlots.push(place.slot);
      place.slot = -1;
    }
  }
}
