import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Iova } from '../dma/dma.js';
import { AddressSpace } from './address-space.js';
import type { Area } from './area.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, pages, unmap } from './space.test-support.js';
import type { UnmapListener } from './unmap-listener.js';

const SOURCE =
  'vfio_iommu_type1.c, vfio_dma_do_unmap; iommufd/io_pagetable.c, iopt_unmap_iova_range';

/** Holds one pin in every map, and does as `answer` says when it is told. */
class Pinner implements UnmapListener {
  readonly name = 'pinner';
  readonly told: string[] = [];
  readonly revoked: Iova[] = [];
  readonly #space: AddressSpace;
  answer: (area: Area) => void = (area) => (area.pins -= 1);

  constructor(space: AddressSpace) {
    this.#space = space;
    for (const area of space.areas) {
      area.pins += 1;
    }
    space.join(this);
  }

  notifyUnmap(iova: Iova, length: number): void {
    this.told.push(`${iova}+${length}`);
    const area = this.#space.find(iova);
    if (area !== undefined) {
      this.answer(area);
    }
  }

  revoke(area: Area): void {
    this.revoked.push(area.start);
    area.pins = 0;
  }

  markPinned(): void {}
}

function create(personality: 'type1v2' | 'iommufd'): { space: AddressSpace; pinner: Pinner } {
  const space = new AddressSpace({ personality });
  for (const page of [0, 1, 2]) {
    map(space, { iova: page * PAGE });
  }
  return { space, pinner: new Pinner(space) };
}

for (const personality of ['type1v2', 'iommufd'] as const) {
  const isType1 = personality === 'type1v2';
  describe(`unmap of pinned memory, ${personality} (${SOURCE})`, () => {
    it('unmap told: each map is told once when it is unpinned at once; maps without pins are not', () => {
      const { space, pinner } = create(personality);
      const middle = space.find(PAGE);
      expect(middle?.pins).to.equal(1);
      middle!.pins = 0;
      expect(unmap(space, 0, 3 * PAGE)).to.equal(3 * PAGE);
      expect(pinner.told).to.deep.equal([`0+${PAGE}`, `${2 * PAGE}+${PAGE}`]);
      expect(pinner.revoked).to.deep.equal([]);
    });

    it('unmap told refused: nothing is told by an unmap that is refused', () => {
      const { space, pinner } = create(personality);
      map(space, { iova: 3 * PAGE, size: 2 * PAGE });
      unmap(space, 3 * PAGE, PAGE);
      expect(pinner.told).to.deep.equal([]);
    });

    it('pin stuck: a driver that keeps its pins is asked again, then loses them', () => {
      const { space, pinner } = create(personality);
      pinner.answer = () => undefined;
      expect(unmap(space, 0, PAGE)).to.equal(isType1 ? PAGE : 'EDEADLK ioas.stuck');
      expect(pinner.told).to.have.length(isType1 ? 10 : 100);
      expect(pinner.revoked).to.deep.equal([0]);
      expect(pages(space, 4)).to.equal(isType1 ? '.xx.' : 'xxx.');
      expect(space.find(0)?.unmapping ?? false, 'free for new pins').to.equal(false);
      expect(unmap(space, 0, PAGE), 'the next attempt').to.equal(isType1 ? 0 : PAGE);
    });

    it('unmap handler throws: a handler that throws is asked again, and the unmap goes on', () => {
      const { space, pinner } = create(personality);
      pinner.answer = (area) => {
        if (pinner.told.length > 1) {
          area.pins -= 1;
        }
        throw new Error('driver');
      };
      expect(unmap(space, 0, PAGE)).to.equal(PAGE);
      expect(pinner.told).to.have.length(2);
    });

    it('unmap from a handler: a handler may unmap the same map once it is unpinned, and map anew in its place', () => {
      const { space, pinner } = create(personality);
      const inner: unknown[] = [];
      pinner.answer = (area) => {
        inner.push(unmap(space, area.start, PAGE));
        area.pins -= 1;
        inner.push(unmap(space, area.start, PAGE), map(space, { iova: 0 }));
      };
      const nothing = isType1 ? 0 : 'ENOENT ioas.nothing';
      expect(unmap(space, 0, PAGE), 'it is gone already').to.equal(nothing);
      expect(inner).to.deep.equal(['EBUSY dma.unmapping', PAGE, 0]);
      expect(pages(space, 4)).to.equal('xxx.');
      expect([space.mapCount, space.find(0)?.pins]).to.deep.equal([3, 0]);
    });

    it('unmap from a handler: a handler may unmap all the others, whose handlers are called from there', () => {
      const { space, pinner } = create(personality);
      const inner: unknown[] = [];
      pinner.answer = (area) => {
        area.pins -= 1;
        inner.push(unmap(space, area.start === 0 ? PAGE : 0, PAGE));
      };
      expect(unmap(space, 0, PAGE)).to.equal(isType1 ? 0 : 'ENOENT ioas.nothing');
      expect(pinner.told).to.deep.equal([`0+${PAGE}`, `${PAGE}+${PAGE}`]);
      expect(inner).to.deep.equal([PAGE, PAGE]);
      expect([...space.areas].map(({ start }) => start)).to.deep.equal([2 * PAGE]);
    });

    it('unmap pins: a handler that fails to unmap inside does not open the map for new pins', () => {
      const { space, pinner } = create(personality);
      const seen: unknown[] = [];
      pinner.answer = (area) => {
        seen.push(unmap(space, 0, 3 * PAGE), area.unmapping, space.find(2 * PAGE)?.unmapping);
        area.pins -= 1;
      };
      expect(space.unmapAll()).to.equal(3 * PAGE);
      expect(new Set(seen)).to.deep.equal(new Set(['EBUSY dma.unmapping', true]));
      expect(space.mapCount).to.equal(0);
    });

    if (!isType1) {
      it('unmap pins: an unmap inside that is stuck does not open a map that another unmap has emptied', () => {
        const { space, pinner } = create(personality);
        const seen: unknown[] = [];
        pinner.answer = (area) => {
          area.pins -= area.start === 0 ? 0 : 1;
          if (area.start === 2 * PAGE) {
            seen.push(unmap(space, 0, 2 * PAGE), space.find(PAGE)?.unmapping);
          }
        };
        expect(unmap(space, PAGE, 2 * PAGE)).to.equal(2 * PAGE);
        expect(seen).to.deep.equal(['EDEADLK ioas.stuck', true]);
        expect([pages(space, 4), space.find(0)?.unmapping]).to.deep.equal(['x...', false]);
      });
    }

    it('unmap left: a listener that has left is told nothing, and one may leave while it is told', () => {
      const { space, pinner } = create(personality);
      pinner.answer = (area) => {
        area.pins -= 1;
        space.leave(pinner);
      };
      expect(unmap(space, 0, PAGE)).to.equal(PAGE);
      expect(space.isBusy).to.equal(false);
      space.find(PAGE)!.pins = 0;
      expect(unmap(space, PAGE, PAGE)).to.equal(PAGE);
      expect(pinner.told).to.have.length(1);
    });
  });
}
