import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import type { Holding } from './holding.js';
import { traceOfOpening } from './openings.js';
import type { Trace } from './trace.js';

const listing = '/proc/self/fd';

/** What Node and libuv open once, on first use, and keep until the process ends. */
const keptByThePlatform = new Set(['/dev/null', 'anon_inode:inotify']);

/** The open file descriptors of this process, seen through procfs; on other systems, none. */
export class Descriptors {
  readonly #available = existsSync(listing);
  #known = new Set<string>();

  /** Whether a descriptor is open that was not at the last {@link takeNew}. */
  hasNew(): boolean {
    return this.#list().some((name) => this.#isNew(name));
  }

  /**
   * The descriptors that were not open at the last call; from now on they are known. `originOf` tells
   * where the handle of a descriptor was made, if it has one.
   */
  takeNew(originOf: (fd: number) => Trace | undefined): Holding[] {
    const names = this.#list();
    const opened = names.filter((name) => this.#isNew(name));
    if (opened.length > 0 || names.length <= this.#known.size) {
      const listed = new Set(names);
      this.#known = new Set([...this.#known].filter((name) => listed.has(name)).concat(opened));
    }
    return opened.map((name) => {
      const fd = Number(name);
      return new DescriptorHolding(name, traceOfOpening(fd) ?? originOf(fd) ?? {});
    });
  }

  #isNew(name: string): boolean {
    return !this.#known.has(name) && isOpen(name);
  }

  #list(): string[] {
    return this.#available ? readdirSync(listing) : [];
  }
}

/** False for the descriptor that the listing itself needed: it is closed by now. */
function isOpen(name: string): boolean {
  return existsSync(`${listing}/${name}`) && !keptByThePlatform.has(targetOf(name));
}

function targetOf(name: string): string {
  return readlinkSync(`${listing}/${name}`);
}

class DescriptorHolding implements Holding {
  readonly what: string;

  constructor(
    readonly name: string,
    readonly trace: Trace,
  ) {
    this.what = `file descriptor ${name} (${targetOf(name)})`;
  }

  isHeld(): boolean {
    return existsSync(`${listing}/${this.name}`);
  }

  descriptor(): number {
    return Number(this.name);
  }
}
