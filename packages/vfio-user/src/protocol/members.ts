import { failure } from '../errors/index.js';

/** Long enough for every name there is. */
const NAME_LENGTH = 64;

/** What may stand in a log: a peer could send line ends and escape sequences. */
function printable(name: string): string {
  return name.slice(0, NAME_LENGTH).replaceAll(/[^ -~]/g, '?');
}

/**
 * The members of a JSON object of which a peer says that they have certain types. It remembers which
 * were asked for, so that the others can be named.
 */
export class Members {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #path: string;
  readonly #asked = new Set<string>();
  readonly #inner: Members[] = [];

  /**
   * @param path - how errors call the object
   * @throws MdevError `vfio-user.version-type` when it is no object
   */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw failure('vfio-user.version-type', { member: path, expected: 'object' });
    }
    this.#values = new Map<string, unknown>(Object.entries(value));
    this.#path = path;
  }

  /** @throws MdevError `vfio-user.version-type`, `vfio-user.version-range` */
  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw failure('vfio-user.version-type', { member: this.#at(name), expected: 'integer' });
    }
    if (value < min || value > max) {
      throw failure('vfio-user.version-range', { member: this.#at(name), value, min, max });
    }
    return value;
  }

  /** @throws MdevError `vfio-user.version-type` */
  boolean(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value !== undefined && typeof value !== 'boolean') {
      throw failure('vfio-user.version-type', { member: this.#at(name), expected: 'boolean' });
    }
    return value;
  }

  /** @throws MdevError `vfio-user.version-type` */
  object(name: string): Members | undefined {
    const value = this.#take(name);
    if (value === undefined) {
      return undefined;
    }
    const inner = new Members(value, this.#at(name));
    this.#inner.push(inner);
    return inner;
  }

  /** The paths of members that nobody asked for, here and inside, fit for a log. */
  unknown(): string[] {
    const here = [...this.#values.keys()].filter((name) => !this.#asked.has(name));
    return [
      ...here.map((name) => this.#at(printable(name))),
      ...this.#inner.flatMap((inner) => inner.unknown()),
    ];
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.#values.get(name);
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}
