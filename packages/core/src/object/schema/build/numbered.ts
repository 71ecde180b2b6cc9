import { failure } from '../../../errors/index.js';
import { declaredId } from '../../declare/index.js';
import { keyOf, type KeySpace } from '../key-space.js';
import type { Place } from './place.js';

/** Something that calls name by a number, and programs by a name. */
interface Entry {
  readonly name: string;
  readonly wireId: number;
}

/** Entries of one space of numbers, each name and number once. */
export class Numbered<T extends Entry> {
  readonly #space: KeySpace;
  readonly #typeOf: (entry: T) => string;
  readonly #byKey = new Map<number, T>();
  readonly #byName = new Map<string, T>();

  /** @param typeOf - what an entry of the same number would have to be to be the same thing */
  constructor(space: KeySpace, typeOf: (entry: T) => string) {
    this.#space = space;
    this.#typeOf = typeOf;
  }

  /** @throws MdevError EOVERFLOW `schema.overflow`, EEXIST `schema.duplicate`, EINVAL `schema.type` */
  add(entry: T, place: Place): void {
    // Whoever reads the error looks for the number as it is written.
    const number = declaredId(entry.wireId);
    const key = keyOf(this.#space, entry.wireId);
    if (key < 0) {
      throw failure('schema.overflow', { ...place, number });
    }
    const same = this.#byKey.get(key);
    if (same !== undefined && this.#typeOf(same) !== this.#typeOf(entry)) {
      throw failure('schema.type', { ...place, number, other: same.name });
    }
    if (same !== undefined || this.#byName.has(entry.name)) {
      throw failure('schema.duplicate', { ...place, number, other: same?.name });
    }
    this.#byKey.set(key, entry);
    this.#byName.set(entry.name, entry);
  }

  named(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** In the order of their places. */
  entries(): T[] {
    return [...this.#byKey].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  }
}
