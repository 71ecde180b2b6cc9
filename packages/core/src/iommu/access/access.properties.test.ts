import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE, type AddressSpace } from '../space/index.js';
import {
  holdsOf,
  personalities,
  pinsOf,
  spaceOf,
  TestDriver,
  TestMemory,
  type PersonalityName,
} from './access.test-support.js';
import type { PinnedRange } from './pinned-range.js';

const PAGES = 12;

interface NaivePin {
  readonly range: PinnedRange;
  readonly driver: TestDriver;
  readonly pages: readonly number[];
}

/** Page by page: the first page of the map that holds it; and a list of pins. */
class NaiveSpace {
  readonly owners = new Array<number | undefined>(PAGES).fill(undefined);
  pins: NaivePin[] = [];

  map(first: number, count: number): boolean {
    const pages = this.owners.slice(first, first + count);
    if (pages.length < count || pages.some((owner) => owner !== undefined)) {
      return false;
    }
    this.owners.fill(first, first, first + count);
    return true;
  }

  canPin(first: number, count: number): boolean {
    const pages = this.owners.slice(first, first + count);
    return pages.length === count && pages.every((owner) => owner !== undefined);
  }

  /** Drops the maps that start in a range, and every pin that touches one of them. */
  unmap(first: number, count: number): void {
    const gone = new Set(this.owners.slice(first, first + count));
    gone.delete(undefined);
    const isGone = (page: number): boolean => gone.has(this.owners[page]);
    this.pins = this.pins.filter(({ pages }) => !pages.some(isGone));
    this.owners.forEach((owner, page) => {
      this.owners[page] = gone.has(owner) ? undefined : owner;
    });
  }

  cuts(first: number, count: number): boolean {
    const inside = this.owners.slice(first, first + count);
    const outside = [...this.owners.slice(0, first), ...this.owners.slice(first + count)];
    return inside.some((owner) => owner !== undefined && outside.includes(owner));
  }

  /** As `pinsOf`. */
  counts(): string {
    return this.owners
      .map((owner) => {
        const isIn = (page: number): boolean => this.owners[page] === owner;
        return owner === undefined
          ? '.'
          : String(this.pins.filter(({ pages }) => pages.some(isIn)).length);
      })
      .join('');
  }
}

const call = fc.record({
  what: fc.constantFrom('map', 'pin', 'pin', 'pin', 'unpin', 'unmap', 'replace'),
  first: fc.nat(PAGES - 1),
  count: fc.integer({ min: 1, max: 4 }),
  /** Which of the two drivers. */
  who: fc.nat(1),
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

class Bench {
  readonly naive = new NaiveSpace();
  /** The first unpins when it is told, the second never. */
  readonly drivers = [new TestDriver(), new TestDriver()] as const;
  readonly space: AddressSpace;
  readonly other: AddressSpace;

  constructor(readonly name: PersonalityName) {
    this.space = spaceOf(name);
    this.other = spaceOf(name);
    const [good] = this.drivers;
    good.onUnmap = (iova, length) => {
      const last = Number(iova) + length - 1;
      for (const range of good.held) {
        const start = Number(range.iova);
        if (start <= last && start + range.length > iova) {
          range.unpin();
        }
      }
    };
    this.drivers.forEach(({ access }) => {
      access.attach(this.space);
    });
  }

  run({ what, first, count, who }: Call): void {
    const { naive, space } = this;
    const driver = this.drivers[who === 0 ? 0 : 1];
    if (what === 'map') {
      const memory = new TestMemory(count * PAGE);
      const mapped = first + count <= PAGES && naive.map(first, count);
      if (first + count <= PAGES) {
        const answer = outcome(() => space.map({ iova: first * PAGE, memory }));
        expect(answer).to.equal(mapped ? first * PAGE : 'EEXIST dma.overlap');
      }
    } else if (what === 'pin') {
      const answer = outcome(() => driver.pin(first, count));
      expect(typeof answer).to.equal(naive.canPin(first, count) ? 'object' : 'string');
      if (typeof answer !== 'string') {
        const pages = Array.from({ length: count }, (_, at) => first + at);
        naive.pins.push({ range: answer, driver, pages });
      }
    } else if (what === 'unpin') {
      const [pin] = naive.pins.splice(first, 1);
      pin?.range.unpin();
    } else if (what === 'unmap') {
      this.#unmap(first, count);
    } else {
      driver.access.replace(this.other);
      driver.access.replace(space);
      naive.pins = naive.pins.filter((pin) => pin.driver !== driver);
    }
  }

  #unmap(first: number, count: number): void {
    const { naive, space } = this;
    // Only whole maps here: what a cut does is the space's business.
    if (first + count > PAGES || naive.cuts(first, count)) {
      return;
    }
    for (let attempt = 0; attempt < PAGES; attempt++) {
      const answer = outcome(() => space.unmap(first * PAGE, count * PAGE));
      if (answer !== 'EDEADLK ioas.stuck') {
        break;
      }
    }
    naive.unmap(first, count);
  }
}

describe('pins of two drivers against a list of pins (io_pagetable.c; vfio_iommu_type1.c)', () => {
  for (const name of personalities) {
    it(`${name}: the counts of every map, every hold and every range agree, and all end at 0`, () => {
      fc.assert(
        fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
          const bench = new Bench(name);
          const { naive, space, drivers } = bench;
          for (const each of calls) {
            bench.run(each);
            expect(pinsOf(space, PAGES)).to.equal(naive.counts());
            expect(drivers[0].access.pinCount + drivers[1].access.pinCount).to.equal(
              naive.pins.length,
            );
          }
          for (const { access } of drivers) {
            access[Symbol.dispose]();
          }
          expect(pinsOf(space, PAGES)).to.match(/^[.0]*$/);
          expect([holdsOf(space), space.isBusy]).to.deep.equal([[], false]);
        }),
        { seed: 20261121, numRuns: 300 },
      );
    });
  }
});
