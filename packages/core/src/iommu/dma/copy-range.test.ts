import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { BlockMemory } from './block-memory.test-support.js';
import { COPY_BLOCK } from './copy-range.js';
import { DmaPort } from './dma-port.js';

const SIZE = 5 * COPY_BLOCK;

/** A space without a hole, in maps of these many pages in turn; every other one is not an array. */
function mapped(pages: readonly number[]): { space: AddressSpace; content: () => Uint8Array } {
  const space = new AddressSpace();
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let index = 0; at < SIZE; index++) {
    const size = Math.min((pages[index % pages.length] ?? 1) * PAGE, SIZE - at);
    const start = at;
    const bytes = Uint8Array.from({ length: size }, (_, i) => ((start + i) * 2_654_435_761) >>> 21);
    space.map({ iova: at, memory: index % 2 === 0 ? bytes : new BlockMemory(bytes) });
    parts.push(bytes);
    at += size;
  }
  return { space, content: () => Buffer.concat(parts) };
}

describe('copy inside an address space (own rule: as C memmove, ranges may overlap)', () => {
  it('dma copy: any two ranges over any maps are copied as one array would be', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
        fc.nat(SIZE),
        fc.nat(SIZE),
        fc.nat(SIZE),
        (pages, to, from, wanted) => {
          const { space, content } = mapped(pages);
          const length = Math.min(wanted, SIZE - to, SIZE - from);
          const expected = content().copyWithin(to, from, from + length);
          const port = DmaPort.onto(space, { report: () => undefined });
          port.copy(to, BigInt(from), length);
          expect(Buffer.compare(content(), expected)).to.equal(0);
          expect(port.counters).to.deep.equal({
            bytesRead: length,
            bytesWritten: length,
            faults: 0,
          });
        },
      ),
      { seed: 20261121, numRuns: 60 },
    );
  });

  for (const shift of [
    1,
    -1,
    PAGE,
    -PAGE,
    COPY_BLOCK,
    -COPY_BLOCK,
    COPY_BLOCK + 1,
    -COPY_BLOCK - 1,
  ]) {
    it(`dma copy: by ${shift} bytes over itself, longer than a block`, () => {
      for (const pages of [[1000], [3, 5], [16]]) {
        const { space, content } = mapped(pages);
        const [to, from] = [Math.max(shift, 0), Math.max(-shift, 0)];
        const length = SIZE - Math.abs(shift);
        const expected = content().copyWithin(to, from, from + length);
        DmaPort.onto(space, { report: () => undefined }).copy(to, from, length);
        expect(Buffer.compare(content(), expected), `maps of ${pages.join()}`).to.equal(0);
      }
    });
  }

  it('dma copy alias: memory that two maps show is copied right up to a block', () => {
    const bytes = Uint8Array.from({ length: 4 * PAGE }, (_, i) => i * 7 + (i >> 8));
    const space = new AddressSpace();
    for (const [page, of] of [0, 1, 2, 1, 2, 3].entries()) {
      space.map({ iova: page * PAGE, memory: bytes, offset: of * PAGE, size: PAGE });
    }
    const expected = bytes.slice().copyWithin(PAGE, 0, 3 * PAGE);
    DmaPort.onto(space, { report: () => undefined }).copy(3 * PAGE, 0, 3 * PAGE);
    expect(Buffer.compare(bytes, expected)).to.equal(0);
  });
});
