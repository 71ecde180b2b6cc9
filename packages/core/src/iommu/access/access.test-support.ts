import { afterEach } from 'mocha';
import { silentLogger, type Logger } from '../../log/index.js';
import type { Iova } from '../dma/dma.js';
import { BufferMemory, type MemoryObject } from '../memory/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE, type Area } from '../space/index.js';
import { Access, type AccessOptions } from './access.js';
import type { PinnedRange } from './pinned-range.js';

export const personalities = ['type1v2', 'iommufd'] as const;
export type PersonalityName = (typeof personalities)[number];

/** Memory that counts its holds, and refuses or breaks on demand. */
export class TestMemory implements MemoryObject {
  readonly bytes = undefined;
  readonly writable = true;
  readonly memory: BufferMemory;
  size: number;
  /** Ranges that are held, as `offset+length`. */
  readonly holds: string[] = [];
  refusePin: (() => void) | undefined;
  breakCopy: (() => void) | undefined;
  breakRelease: (() => void) | undefined;
  hasViews = true;

  constructor(size: number, fill = 0) {
    this.memory = new BufferMemory(new Uint8Array(size).fill(fill));
    this.size = size;
  }

  read(offset: number, into: Uint8Array): void {
    this.breakCopy?.();
    this.memory.read(offset, into);
  }

  write(offset: number, from: Uint8Array): void {
    this.breakCopy?.();
    this.memory.write(offset, from);
  }

  view(offset: number, length: number): Uint8Array | undefined {
    return this.hasViews ? this.memory.view(offset, length) : undefined;
  }

  pin(offset: number, length: number): Disposable {
    this.refusePin?.();
    const held = `${offset}+${length}`;
    this.holds.push(held);
    return {
      [Symbol.dispose]: (): void => {
        this.holds.splice(this.holds.indexOf(held), 1);
        this.breakRelease?.();
      },
    };
  }
}

/** A logger that keeps its messages. */
export function recorder(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  return { lines, logger: { ...silentLogger, error: note } };
}

/** A driver with one access, which does in its unmap handler what `onUnmap` says: nothing at first. */
export class TestDriver {
  readonly access: Access;
  readonly held: PinnedRange[] = [];
  /** Every call of the handler, as `iova+length`. */
  readonly told: string[] = [];
  readonly revoked: PinnedRange[] = [];
  readonly log: readonly string[];
  onUnmap: (iova: Iova, length: number) => void = () => undefined;

  constructor(options: Partial<AccessOptions> = {}) {
    const { lines, logger } = recorder();
    this.log = lines;
    this.access = new Access({
      name: 'driver',
      needsPin: true,
      logger,
      unmap: (iova, length) => {
        this.told.push(`${iova}+${length}`);
        this.onUnmap(iova, length);
      },
      onRevoked: (range) => this.revoked.push(range),
      ...options,
    });
  }

  pin(page: number, count = 1, write = true): PinnedRange {
    const range = this.access.pin(page * PAGE, count * PAGE, { write });
    this.held.push(range);
    return range;
  }

  /** What a correct handler does. */
  unpinAll(): void {
    for (const range of this.held.splice(0)) {
      range.unpin();
    }
  }
}

/** Makes the accesses of a test file. Every suite that uses it calls `disposeAfterEach`. */
export class Made {
  readonly #accesses: Access[] = [];

  disposeAfterEach(): void {
    afterEach(() => {
      for (const access of this.#accesses.splice(0)) {
        access[Symbol.dispose]();
      }
    });
  }

  access(options: AccessOptions): Access {
    const access = new Access(options);
    this.#accesses.push(access);
    return access;
  }

  driver(options: Partial<AccessOptions> = {}): TestDriver {
    const driver = new TestDriver(options);
    this.#accesses.push(driver.access);
    return driver;
  }
}

/** Maps of whole pages, each of its own memory filled with the number of its first page. */
export function spaceOf(
  personality: PersonalityName,
  ...maps: readonly (readonly [page: number, count: number, mode?: 'r' | 'w' | 'rw'])[]
): AddressSpace {
  const space = new AddressSpace({ personality });
  for (const [page, count, mode = 'rw'] of maps) {
    const memory = new TestMemory(count * PAGE, page);
    const [read, write] = [mode.includes('r'), mode.includes('w')];
    space.map({ iova: page * PAGE, memory, read, write });
  }
  return space;
}

/** The pins of the map that holds each page; `.` where there is none. */
export function pinsOf(space: AddressSpace, pages: number): string {
  return Array.from({ length: pages }, (_, page) => areaAt(space, page)?.pins ?? '.').join('');
}

export function areaAt(space: AddressSpace, page: number): Area | undefined {
  return space.find(page * PAGE);
}

/** The memory of the map that holds a page. */
export function memoryAt(space: AddressSpace, page: number): TestMemory {
  const memory = areaAt(space, page)?.memory;
  if (!(memory instanceof TestMemory)) {
    throw new TypeError(`page ${page} is not mapped to test memory`);
  }
  return memory;
}

/** All that is held in the memory of each map. */
export function holdsOf(space: AddressSpace): string[] {
  return [...space.areas].flatMap(({ memory }) =>
    memory instanceof TestMemory ? memory.holds : [],
  );
}
