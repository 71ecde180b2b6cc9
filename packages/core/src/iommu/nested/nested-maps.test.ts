import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Device } from '../sva/process.test-support.js';
import { MAX_DEPTH, NestedSpace, type MapParentRequest } from './nested-space.js';
import { host, mapped } from './nested.test-support.js';

const NESTED = 'drivers/iommu/iommufd/hw_pagetable.c, iommufd_hwpt_nested_alloc';
const END = 2n ** 64n;

describe(`maps of a guest (${NESTED})`, () => {
  it('nested map: windows of the parent, and no memory: EINVAL', () => {
    const guest = new NestedSpace(host(1));
    for (const call of [(): unknown => guest.map(), (): unknown => guest.copy()]) {
      expect(outcome(call)).to.equal('EINVAL nested.map');
    }
  });

  const bad: readonly [name: string, request: MapParentRequest, answer: string][] = [
    ['no bytes', { iova: 0, parentIova: 0, size: 0 }, 'EINVAL dma.size'],
    [
      'a parent IOVA that is none',
      { iova: 0, parentIova: -1, size: PAGE },
      'EOVERFLOW dma.overflow',
    ],
    ['NaN in the parent', { iova: 0, parentIova: NaN, size: PAGE }, 'EOVERFLOW dma.overflow'],
    ['a size that is none', { iova: 0, parentIova: 0, size: 0.5 }, 'EOVERFLOW dma.overflow'],
    [
      'a range beyond the end of the parent',
      { iova: 0, parentIova: END - 1n, size: 2 },
      'EOVERFLOW dma.overflow',
    ],
    ['an IOVA that is none', { iova: -1, parentIova: 0, size: PAGE }, 'EOVERFLOW dma.overflow'],
    [
      'a size that no offset leaves room for',
      { iova: 0, parentIova: 1, size: Number.MAX_SAFE_INTEGER },
      'EOVERFLOW dma.overflow',
    ],
    ['an overlap', { iova: 8 * PAGE, parentIova: 0, size: PAGE }, 'EEXIST dma.overlap'],
  ];
  for (const personality of ['iommufd', 'type1v2'] as const) {
    for (const [name, request, answer] of bad) {
      it(`nested window: ${personality}: ${name}: ${answer}`, () => {
        const guest = new NestedSpace(host(1, personality));
        guest.mapParent({ iova: 8 * PAGE, parentIova: 0, size: PAGE });
        expect(mapped(guest, request)).to.equal(answer);
        expect([guest.mapCount, guest.personality.name]).to.deep.equal([1, personality]);
      });
    }
  }

  it('nested window page: type1v2: a window starts at a page of the parent (drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map)', () => {
    const guest = new NestedSpace(host(1, 'type1v2'));
    const request = { iova: 0, parentIova: 16 * PAGE + 1, size: PAGE };
    expect(mapped(guest, request)).to.equal('EINVAL dma.alignment');
  });

  it('nested window byte: iommufd: at any byte, in any place, and chosen with its offset in the page (io_pagetable.c, iopt_alloc_iova)', () => {
    const guest = new NestedSpace(host(2));
    const iova = guest.mapParent({ parentIova: 17 * PAGE - 2, size: 4 });
    expect(new Device(guest).read(iova, 4)).to.deep.equal([0, 0, 1, 1]);
    expect(new Device(guest).read(iova, 5)).to.equal('unmapped');
    expect(Number(iova) % PAGE).to.equal(PAGE - 2);
  });

  it('nested last byte: up to the last byte of both', () => {
    const parent = new AddressSpace({ personality: 'iommufd' });
    const top: Iova = END - BigInt(2 * PAGE);
    parent.map({ iova: top, memory: new Uint8Array(2 * PAGE).fill(4) });
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: top, parentIova: top, size: 2 * PAGE });
    expect(new Device(guest).read(END - 2n, 2)).to.deep.equal([4, 4]);
    expect(new Device(guest).write(END - 1n, [1])).to.equal('written');
    expect(new Device(parent).read(END - 1n, 1)).to.deep.equal([1]);
  });
});

describe(`spaces on top of one another (${NESTED}: nested on nested is bounded here)`, () => {
  it(`nested depth: ${MAX_DEPTH} and no more: EINVAL; all of them translate`, () => {
    const spaces: AddressSpace[] = [host(1)];
    for (let depth = 1; depth < MAX_DEPTH; depth++) {
      const guest = new NestedSpace(spaces.at(-1) ?? host(1));
      guest.mapParent({ iova: (16 + depth) * PAGE, parentIova: (15 + depth) * PAGE, size: PAGE });
      spaces.push(guest);
    }
    const top = spaces.at(-1) ?? host(1);
    expect(spaces.map(({ depth }) => depth)).to.deep.equal([0, 1, 2, 3]);
    expect(outcome(() => new NestedSpace(top))).to.equal('EINVAL nested.depth');
    const device = new Device(top);
    expect(device.write(19 * PAGE + 7, [42])).to.equal('written');
    expect(new Device(spaces[0] ?? top).read(16 * PAGE + 7, 1)).to.deep.equal([42]);
    spaces[0]?.unmap(16 * PAGE, PAGE);
    expect(device.read(19 * PAGE, 1)).to.equal('memory: nested.unmapped');
  });

  it('nested depth: a refused one leaves its parent alone', () => {
    const parent = new NestedSpace(new NestedSpace(new NestedSpace(host(1))));
    expect(outcome(() => new NestedSpace(parent))).to.equal('EINVAL nested.depth');
    expect(parent.isBusy).to.equal(false);
  });

  it('nested busy: the parent is busy until the guest is destroyed (drivers/iommu/iommufd/main.c, iommufd_object_remove)', () => {
    const parent = host(1);
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: 0, parentIova: 16 * PAGE, size: PAGE });
    expect(outcome(() => parent.destroy())).to.equal('EBUSY ioas.busy');
    const owner = {};
    guest.constrain(owner, {});
    expect(outcome(() => guest.destroy())).to.equal('EBUSY ioas.busy');
    guest.release(owner);
    guest.destroy();
    expect([guest.mapCount, parent.isBusy]).to.deep.equal([0, false]);
    expect(mapped(guest, { iova: 0, parentIova: 0, size: PAGE })).to.equal(
      'ENOENT nested.destroyed',
    );
    expect(outcome(() => guest.constrain({}, {}))).to.equal('ENOENT nested.destroyed');
    parent.destroy();
  });
});
