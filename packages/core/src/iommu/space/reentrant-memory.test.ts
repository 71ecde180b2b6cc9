import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { lastOf } from '../iova.js';
import { BufferMemory, type MemoryObject } from '../memory/index.js';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';

/** Memory that calls back when one of its members is read. */
function calling(member: keyof MemoryObject, call: () => void): MemoryObject {
  const memory = new BufferMemory(new Uint8Array(PAGE));
  return new Proxy(memory, {
    get: (target, name) => {
      if (name === member) {
        call();
      }
      const value: unknown = Reflect.get(target, name, target);
      return value;
    },
  });
}

describe('memory that calls back while it is mapped (own rule: hostile client)', () => {
  for (const member of ['size', 'bytes', 'writable', 'onRelease'] as const) {
    it(`bug: map overlap: what its ${member} maps in the same place is not mapped twice`, () => {
      const space = new AddressSpace();
      const inside: unknown[] = [];
      const memory = calling(member, () => {
        if (inside.length === 0) {
          inside.push('called');
          inside.push(outcome(() => space.map({ iova: 0, memory: new Uint8Array(4 * PAGE) })));
        }
      });
      const answer = outcome(() => space.map({ iova: 0, memory, size: PAGE }));
      expect([answer, ...inside]).to.deep.equal(['EEXIST dma.overlap', 'called', 0]);
      space.unmapAll();
      expect([space.mapCount, space.find(0), space.find(2 * PAGE)]).to.deep.equal([
        0,
        undefined,
        undefined,
      ]);
    });
  }

  it('bug: map memory: memory that claims more than its array has is no longer than that', () => {
    const space = new AddressSpace();
    const memory = new BufferMemory(new Uint8Array(PAGE));
    Object.defineProperty(memory, 'size', { value: 4 * PAGE });
    const answer = outcome(() => space.map({ iova: 0, memory, size: 2 * PAGE }));
    expect(answer).to.equal('EFAULT dma.memory');
  });

  it('bug: address rounded: a sum beyond 2^53 is not rounded down to an address before it', () => {
    expect(lastOf(2 ** 53 - 1, 2)).to.equal(2n ** 53n);
    const space = new AddressSpace({ personality: 'iommufd' });
    space.map({ iova: 2n ** 53n, memory: new Uint8Array(1) });
    const answer = outcome(() => space.map({ iova: 2 ** 53 - 1, memory: new Uint8Array(2) }));
    expect(answer).to.equal('EEXIST dma.overlap');
  });
});
