import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { LAST_IOVA } from '../iova.js';
import { AddressSpace } from './address-space.js';
import { DEFAULT_MAP_LIMIT, IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, pages, sized, unmap } from './space.test-support.js';

const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c';
const IOMMUFD = 'drivers/iommu/iommufd/io_pagetable.c';
const OVER_THE_END = { iova: 2n ** 64n - BigInt(PAGE), size: 2 * PAGE };

/** Pages 1 and 2, 4, and 6 and 7 are maps; page 9 is reserved. */
function create(personality: 'type1v2' | 'iommufd'): AddressSpace {
  const space = new AddressSpace({ personality });
  for (const [page, count] of [
    [1, 2],
    [4, 1],
    [6, 2],
  ] as const) {
    map(space, { iova: page * PAGE, size: count * PAGE });
  }
  space.constrain(create, { reserved: [{ start: 9 * PAGE, last: 10 * PAGE - 1 }] });
  return space;
}

type Answer = string | number | bigint | undefined;

/** The same situation, and what each interface answers. */
const situations: readonly [
  title: string,
  run: (space: AddressSpace) => Answer,
  type1v2: Answer,
  iommufd: Answer,
  left?: string,
][] = [
  ['map over a map', (s) => map(s, { iova: 4 * PAGE }), 'EEXIST', 'EEXIST'],
  ['map over a part', (s) => map(s, { iova: 0, size: 2 * PAGE }), 'EEXIST', 'EEXIST'],
  ['map size 0', (s) => map(s, { iova: 0, size: 0 }), 'EINVAL', 'EINVAL'],
  ['map without access', (s) => map(s, { iova: 0, read: false, write: false }), 'EINVAL', 'EINVAL'],
  ['map that wraps', (s) => map(s, OVER_THE_END), 'EOVERFLOW', 'EOVERFLOW'],
  ['map in a reserved range', (s) => map(s, { iova: 9 * PAGE }), 'EINVAL', 'EINVAL'],
  [
    'map that ends in a reserved range',
    (s) => map(s, { iova: 8 * PAGE, size: 2 * PAGE }),
    'EINVAL',
    'EINVAL',
  ],
  ['map of 1 byte', (s) => map(s, { iova: 20 * PAGE, size: 1 }), 'EINVAL', 20 * PAGE],
  ['map anywhere', (s) => map(s, {}), 'EINVAL', 3 * PAGE],
  [
    'map more than there is',
    (s) => map(s, { iova: 0, size: PAGE, memory: sized(1) }),
    'EFAULT',
    'EINVAL',
  ],
  [
    'map read-only memory',
    (s) => map(s, { iova: 0, memory: sized(PAGE, false) }),
    'EFAULT',
    'EPERM',
  ],
  ['unmap a hole', (s) => unmap(s, 3 * PAGE, PAGE), 0, 'ENOENT'],
  ['unmap size 0', (s) => unmap(s, 0, 0), 'EINVAL', 'EINVAL'],
  ['unmap that wraps', (s) => unmap(s, OVER_THE_END.iova, 2 * PAGE), 'EOVERFLOW', 'EOVERFLOW'],
  ['unmap that cuts the first', (s) => unmap(s, 2 * PAGE, 3 * PAGE), 'EINVAL', 'ENOENT'],
  ['unmap that cuts the last', (s) => unmap(s, PAGE, 6 * PAGE), 'EINVAL', 'ENOENT', '......xx'],
  ['unmap several and holes', (s) => unmap(s, 0, 8 * PAGE), 5 * PAGE, 5 * PAGE],
  ['unmap all by a range', (s) => unmap(s, 0, LAST_IOVA), 'EINVAL', 5 * PAGE],
  ['unmap all', (s) => s.unmapAll(), 5 * PAGE, 5 * PAGE],
  ['reserve a map', (s) => reserve(s, 4 * PAGE, 4 * PAGE), 'EINVAL', 'EADDRINUSE'],
  ['reserve a hole', (s) => reserve(s, 3 * PAGE, 4 * PAGE - 1), undefined, undefined],
];

function reserve(space: AddressSpace, start: number, last: number): string | undefined {
  return outcome(() => {
    space.constrain({}, { reserved: [{ start, last }] });
    return undefined;
  });
}

describe(`the same situation and what each interface answers (${TYPE1}; ${IOMMUFD})`, () => {
  for (const [title, run, type1v2, iommufd, left] of situations) {
    for (const [personality, expected] of [
      ['type1v2', type1v2],
      ['iommufd', iommufd],
    ] as const) {
      it(`${title}: ${personality} answers ${expected}`, () => {
        const space = create(personality);
        const answer = run(space);
        const isRefused = typeof expected === 'string';
        expect(typeof answer === 'string' ? answer.split(' ')[0] : answer).to.equal(expected);
        if (isRefused) {
          const same = '.xx.x.xx';
          expect(pages(space)).to.equal(personality === 'iommufd' ? (left ?? same) : same);
        }
      });
    }
  }

  it('ioas map limit: too many maps: type1 has a limit, iommufd has none unless it is given', () => {
    expect(new AddressSpace().mapLimit).to.equal(DEFAULT_MAP_LIMIT);
    expect(new AddressSpace({ personality: 'iommufd' }).mapLimit).to.equal(Infinity);
    for (const personality of ['type1v2', 'iommufd'] as const) {
      const space = new AddressSpace({ personality, mapLimit: 1 });
      expect(map(space, { iova: 0 })).to.equal(0);
      expect(map(space, { iova: PAGE })).to.equal('ENOSPC dma.limit');
    }
  });

  it('driver accesses: accesses of drivers: what a hole is, whether a write must be able to read, how much one pin holds', () => {
    const rules = (['type1v2', 'iommufd'] as const).map((personality) => {
      const { hole, writeNeedsRead, pinLimit } = new AddressSpace({ personality }).personality;
      return [hole, writeNeedsRead, pinLimit];
    });
    expect(rules).to.deep.equal([
      ['dma.hole', true, 512],
      ['ioas.hole', false, undefined],
    ]);
  });
});
