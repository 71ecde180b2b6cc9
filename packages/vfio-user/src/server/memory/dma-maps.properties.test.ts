import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SharedMemory } from '@mdevkit/linux';
import { VFIO_USER_DMA_MAP, VFIO_USER_DMA_UNMAP } from '@mdevkit/uapi';
import { openDescriptors, openSession } from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';

const PAGE = 0x1000;
const PAGES = 12;

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('map' as const),
      first: fc.nat(PAGES - 1),
      pages: fc.integer({ min: 1, max: 3 }),
      offset: fc.nat(2),
      flags: fc.constantFrom(1, 3, 3, 3),
      descriptor: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('unmap' as const),
      first: fc.nat(PAGES - 1),
      pages: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'all' as const }) },
);

/** What is mapped, as a list that is searched. */
interface Mapped {
  readonly first: number;
  readonly pages: number;
  readonly key: string;
}

describe('DMA maps (vfio-user specification, VFIO_USER_DMA_MAP and VFIO_USER_DMA_UNMAP)', () => {
  it('maps model: answers, maps and descriptors are those of a list of ranges', async () => {
    using memory = SharedMemory.create(8 * PAGE);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await using bench = await openSession();
        const before = openDescriptors();
        let mapped: Mapped[] = [];
        for (const one of steps) {
          if (one.kind === 'all') {
            mapped = [];
            expect(await bench.outcome(VFIO_USER_DMA_UNMAP, fields(24, 2, 0n, 0n))).to.equal('ok');
            continue;
          }
          const { first, pages } = one;
          const iova = BigInt(first * PAGE);
          const size = BigInt(pages * PAGE);
          const found = mapped.find((other) => other.first === first);
          if (one.kind === 'unmap') {
            const exact = found?.pages === pages;
            const outcome = await bench.outcome(VFIO_USER_DMA_UNMAP, fields(24, 0, iova, size));
            expect(outcome).to.equal(exact ? 'ok' : 'ENOENT vfio-user.not-mapped');
            mapped = exact ? mapped.filter((other) => other !== found) : mapped;
            continue;
          }
          const { offset, flags, descriptor } = one;
          const key = JSON.stringify([pages, offset, flags, descriptor]);
          const overlaps = mapped.some(
            (other) => first < other.first + other.pages && other.first < first + pages,
          );
          const request = fields(32, flags, BigInt(offset * PAGE), iova, size);
          const fds = descriptor ? [memory.fd] : [];
          const outcome = await bench.outcome(VFIO_USER_DMA_MAP, request, fds);
          if (found?.key === key) {
            expect(outcome, 'the same again').to.equal('ok');
          } else {
            expect(outcome).to.equal(overlaps ? 'EEXIST dma.overlap' : 'ok');
            mapped = overlaps ? mapped : [...mapped, { first, pages, key }];
          }
        }
        const descriptors = mapped.filter(({ key }) => key.endsWith('true]')).length;
        expect(bench.session.maps.size).to.equal(mapped.length);
        expect(bench.endpoint.dmaPlane.space.mapCount).to.equal(mapped.length);
        expect(openDescriptors()).to.equal(before + descriptors);
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });
});
