import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/dma.js';
import { BufferMemory } from '../memory/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import type { Access } from './access.js';
import { memoryAt, personalities, spaceOf, Made } from './access.test-support.js';

const made = new Made();

const RW = 'drivers/iommu/iommufd/device.c, iommufd_access_rw';
const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw';
const SELFTEST = 'tools/testing/selftests/iommu/iommufd.c';

function copier(space: AddressSpace): Access {
  const access = made.access({ name: 'copies only' });
  access.attach(space);
  return access;
}

/** The bytes that were read, or `ERRNO reason done`. */
function read(access: Access, iova: Iova, length: number): unknown {
  const into = new Uint8Array(length).fill(0xee);
  return answer(() => access.rw(iova, into, { write: false })) ?? [...into];
}

function write(access: Access, iova: Iova, from: readonly number[]): unknown {
  return answer(() => access.rw(iova, Uint8Array.from(from), { write: true })) ?? 'written';
}

function answer(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!MdevError.is(error)) {
      throw error;
    }
    return `${error.code} ${error.reason} ${String(error.details['done'])}`;
  }
}

/** A byte that tells where it is. */
function tag(at: number): number {
  return (at * 7 + (at >> 8)) & 0xff;
}

for (const name of personalities) {
  describe(`rw in ${name} (${RW}; ${TYPE1})`, () => {
    made.disposeAfterEach();

    it(`rw any byte: every offset around a page edge, every length 1..63 (${SELFTEST}, access_rw)`, () => {
      // One map of two pages, then the same range of two maps of one page each.
      for (const joined of [true, false]) {
        const content = Uint8Array.from({ length: 2 * PAGE }, (_, at) => tag(at));
        const space = new AddressSpace({ personality: name });
        const memory = new BufferMemory(content);
        if (joined) {
          space.map({ iova: PAGE, memory });
        } else {
          space.map({ iova: PAGE, memory, size: PAGE });
          space.map({ iova: 2 * PAGE, memory, offset: PAGE });
        }
        const access = copier(space);
        const into = new Uint8Array(63);
        for (let offset = PAGE - 50; offset < PAGE + 50; offset++) {
          for (let length = 1; length <= 63; length++) {
            const data = into.subarray(0, length).fill(0);
            access.rw(PAGE + offset, data, { write: false });
            if (Buffer.compare(data, content.subarray(offset, offset + length)) !== 0) {
              expect.fail(`read of ${length} at ${offset}`);
            }
            const before = Buffer.from(content);
            data.forEach((byte, at) => (data[at] = byte ^ 0xff));
            access.rw(PAGE + offset, data, { write: true });
            before.set(data, offset);
            if (Buffer.compare(before, content) !== 0) {
              expect.fail(`write of ${length} at ${offset}`);
            }
          }
        }
      }
    });

    it(`rw across: many pages and maps in one call (${SELFTEST}, access_rw, multi-page)`, () => {
      const space = spaceOf(name, [1, 3], [4, 1], [5, 2]);
      const access = copier(space);
      const from = Array.from({ length: 5 * PAGE + 11 }, (_, at) => tag(at));
      expect(write(access, PAGE + 5, from)).to.equal('written');
      expect(read(access, BigInt(PAGE + 5), from.length)).to.deep.equal(from);
      expect(read(access, PAGE, 5), 'nothing before').to.deep.equal([1, 1, 1, 1, 1]);
      expect(read(access, 6 * PAGE + 16, 1), 'nothing behind').to.deep.equal([5]);
    });

    it(`rw any byte: odd addresses and lengths (${SELFTEST}, rw_unaligned)`, () => {
      const access = copier(spaceOf(name, [1, 2]));
      expect(write(access, PAGE + 1, [1, 2, 3])).to.equal('written');
      expect(read(access, PAGE, 5)).to.deep.equal([1, 1, 2, 3, 1]);
    });

    it(`copy memory: a copied map is the same memory (${SELFTEST}, user_copy)`, () => {
      const source = spaceOf(name, [1, 2]);
      const space = new AddressSpace({ personality: name });
      space.copy(source, { sourceIova: PAGE, length: 2 * PAGE, iova: 8 * PAGE });
      const access = copier(space);
      expect(write(access, 9 * PAGE - 1, [7, 8])).to.equal('written');
      expect(read(copier(source), 2 * PAGE - 2, 4)).to.deep.equal([1, 7, 8, 1]);
      source.unmapAll();
      expect(read(access, 9 * PAGE - 1, 2), 'without its source').to.deep.equal([7, 8]);
    });

    it(`rw alone: works and ends without an attachment (${SELFTEST}, access_domain_destroy)`, () => {
      const space = spaceOf(name, [1, 1]);
      const access = copier(space);
      const attachment = {};
      space.constrain(attachment, { pageSizes: BigInt(PAGE) });
      expect(read(access, PAGE, 1)).to.deep.equal([1]);
      space.release(attachment);
      expect(read(access, PAGE, 1)).to.deep.equal([1]);
      access[Symbol.dispose]();
      space.destroy();
      expect(read(access, PAGE, 1)).to.equal('ENOENT access.detached undefined');
    });

    it('rw last byte: the last byte of the address space', () => {
      const space = spaceOf(name);
      const memory = new Uint8Array(PAGE);
      space.map({ iova: 2n ** 64n - BigInt(PAGE), memory });
      const access = copier(space);
      expect(write(access, 2n ** 64n - 2n, [7, 8])).to.equal('written');
      expect([...memory.subarray(-3)]).to.deep.equal([0, 7, 8]);
    });

    it('rw range: an empty range is EINVAL, a wrap or no address EOVERFLOW', () => {
      const access = copier(spaceOf(name, [1, 1]));
      expect(read(access, PAGE, 0)).to.equal('EINVAL dma.size undefined');
      for (const iova of [2n ** 64n - 1n, 2n ** 64n, -1, 0.5, NaN, 2 ** 53]) {
        expect(read(access, iova, 2), String(iova)).to.equal('EOVERFLOW dma.overflow undefined');
      }
    });
  });

  describe(`rw stops at the first error and says how far it came, ${name} (${RW}; ${TYPE1})`, () => {
    made.disposeAfterEach();

    const hole = name === 'iommufd' ? 'ENOENT ioas.hole' : 'EINVAL dma.hole';

    for (const [where, iova, done] of [
      ['at once', 0, 0],
      ['behind one map', 2 * PAGE - 3, 3],
      ['behind two maps', 4 * PAGE, 2 * PAGE],
    ] as const) {
      it(`rw hole: a hole ${where}: ${hole}, after ${done} bytes, which stay`, () => {
        const space = spaceOf(name, [1, 1], [4, 1], [5, 1]);
        const access = copier(space);
        const from = new Array<number>(2 * PAGE + 1).fill(0xab);
        expect(write(access, iova, from)).to.equal(`${hole} ${done}`);
        const stored = [1, 4, 5].flatMap((page) => [...memoryAt(space, page).memory.bytes]);
        expect(stored.filter((byte) => byte === 0xab).length).to.equal(done);
        expect(read(access, iova, 2 * PAGE + 1)).to.equal(`${hole} ${done}`);
      });
    }

    it('rw permission: a map without the permission: EPERM', () => {
      const access = copier(spaceOf(name, [1, 1], [2, 1, 'r']));
      expect(read(access, 2 * PAGE - 1, 2)).to.deep.equal([1, 2]);
      expect(write(access, 2 * PAGE - 1, [9, 9])).to.equal('EPERM dma.permission 1');
      expect(read(access, 2 * PAGE - 1, 2)).to.deep.equal([9, 2]);
    });

    it('rw write only: a map that may only be written: type1v2 refuses even the write, iommufd writes', () => {
      const access = copier(spaceOf(name, [1, 1, 'w']));
      expect(read(access, PAGE, 1)).to.equal('EPERM dma.permission 0');
      const expected = name === 'iommufd' ? 'written' : 'EPERM dma.permission 0';
      expect(write(access, PAGE, [1])).to.equal(expected);
    });

    it('rw memory: memory that shrank or fails is EFAULT, with its error as the cause (own rule)', () => {
      const space = spaceOf(name, [1, 1], [2, 1]);
      const access = copier(space);
      const memory = memoryAt(space, 2);
      memory.size = 4;
      expect(read(access, 2 * PAGE, 4)).to.deep.equal([2, 2, 2, 2]);
      expect(read(access, 2 * PAGE - 6, 11)).to.equal('EFAULT access.memory 6');
      memory.breakCopy = () => {
        throw new Error('broken');
      };
      expect(write(access, 2 * PAGE - 6, [1, 2, 3, 4, 5, 6, 7])).to.equal('EFAULT access.memory 6');
      expect(() => access.rw(2 * PAGE, new Uint8Array(1), { write: true }))
        .to.throw(MdevError)
        .with.nested.property('cause.message', 'broken');
    });

    it('rw memory: a detached array faults', () => {
      const space = spaceOf(name);
      const memory = new Uint8Array(PAGE);
      space.map({ iova: 0, memory });
      structuredClone(memory, { transfer: [memory.buffer] });
      expect(read(copier(space), 0, 1)).to.equal('EFAULT access.memory 0');
    });
  });

  describe(`rw and the dirty log, ${name} (${TYPE1}, dirty_page_tracking)`, () => {
    made.disposeAfterEach();

    const dirty = (space: AddressSpace): number => {
      const bitmap = new Uint8Array(8);
      space.reportDirty(0, 8 * PAGE, PAGE, bitmap);
      return bitmap[0] ?? 0;
    };

    it('rw dirty: a write marks what it touched, also when it stops; a read marks nothing', () => {
      const space = spaceOf(name, [1, 2], [3, 1]);
      const access = copier(space);
      space.startDirtyTracking({ pageSize: PAGE });
      read(access, PAGE, 3 * PAGE);
      expect(dirty(space)).to.equal(0);
      write(access, 3 * PAGE - 1, [1, 2]);
      expect(dirty(space)).to.equal(0b1100);
      write(access, 4 * PAGE - 1, [1, 2]);
      expect(dirty(space)).to.equal(0b1000);
    });
  });
}

describe('outcome of rw on an access that is not attached (device.c, iommufd_access_rw)', () => {
  made.disposeAfterEach();

  it('rw detached: is ENOENT, after the checks of the range', () => {
    const access: Access = made.access({ name: 'nowhere' });
    const call = (size: number): unknown =>
      outcome(() => access.rw(0, new Uint8Array(size), { write: false }));
    expect([call(0), call(1)]).to.deep.equal(['EINVAL dma.size', 'ENOENT access.detached']);
  });
});
