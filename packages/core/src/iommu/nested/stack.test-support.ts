import { BufferMemory } from '../memory/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { NotedLog } from '../sva/process.test-support.js';
import { NestedSpace } from './nested-space.js';

/** Memory that counts who holds it. */
class CountedMemory extends BufferMemory {
  pins = 0;

  override pin(): Disposable {
    this.pins += 1;
    return {
      [Symbol.dispose]: (): void => {
        this.pins -= 1;
      },
    };
  }
}

/**
 * Pages 16 .. 19 of a host are one map each; a guest sees them at 0 .. 3 in one map, and another guest on top of it
 * sees all of that at 100 .. 103.
 */
export class Stack {
  readonly log = new NotedLog();
  readonly memory = Array.from({ length: 4 }, () => new CountedMemory(new Uint8Array(PAGE)));
  readonly host: AddressSpace;
  readonly middle: NestedSpace;
  readonly top: NestedSpace;

  constructor(personality: 'iommufd' | 'type1v2' = 'iommufd') {
    this.host = new AddressSpace({ personality, logger: this.log });
    this.memory.forEach((memory, page) => this.host.map({ iova: (16 + page) * PAGE, memory }));
    this.middle = new NestedSpace(this.host);
    this.middle.mapParent({ iova: 0, parentIova: 16 * PAGE, size: 4 * PAGE });
    this.top = new NestedSpace(this.middle);
    this.top.mapParent({ iova: 100 * PAGE, parentIova: 0, size: 4 * PAGE });
  }

  /** Pins of the maps of all stages, from the top, and of the memory. */
  get pins(): string {
    const maps = [this.top, this.middle, this.host].map((space) => pinsOf(space));
    return [...maps, this.memory.map(({ pins }) => pins).join('')].join(' ');
  }
}

/** Pins of each map of a space. */
export function pinsOf(space: AddressSpace): string {
  return [...space.areas].map(({ pins }) => pins).join('');
}
