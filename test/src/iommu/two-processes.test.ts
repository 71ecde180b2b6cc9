import { SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { contentOf } from './descriptors.test-support.js';
import { equal } from './dma-steps.test-support.js';
import { AnsweringChild } from './run-child.test-support.js';

const PAGE = 4096;
const IOVA = 0x10_0000;
const SIZE = 4 * PAGE;

const fill = fc.record({
  /** At least 1: the byte in front of it is memory as well. */
  offset: fc.integer({ min: 1, max: SIZE - 1 }),
  length: fc.oneof(fc.nat(40), fc.nat(SIZE)),
  value: fc.nat(255),
  front: fc.nat(255),
});

describe('one memfd in two processes (memfd_create(2); mmap(2), MAP_SHARED)', () => {
  it('a device of the other process writes what this one sees, and reads what this one wrote', async () => {
    using memory = SharedMemory.create(SIZE);
    await using child = new AnsweringChild('device-on-3', memory.fd);
    await fc.assert(
      fc.asyncProperty(fc.array(fill, { maxLength: 8 }), async (fills) => {
        const model = new Uint8Array(memory.bytes!);
        for (const { offset, length, value, front } of fills) {
          memory.write(offset - 1, Uint8Array.of(front));
          model[offset - 1] = front;
          const inside = Math.min(length, SIZE - offset);
          model.fill(value, offset, offset + inside);
          expect(await child.ask([IOVA + offset, inside, value])).to.equal(front);
          equal(memory.bytes!, model);
        }
      }),
      { seed: 20261121, numRuns: 20 },
    );
    equal(contentOf(memory.fd, SIZE), memory.bytes!);
    expect(await child.end()).to.equal(0);
  });

  it('it stays what the device made of it when the other process is gone', async () => {
    using memory = SharedMemory.create(SIZE);
    await using child = new AnsweringChild('device-on-3', memory.fd);
    await child.ask([IOVA + 1, SIZE - 1, 6]);
    expect(await child.end()).to.equal(0);
    expect(memory.bytes).to.deep.equal(new Uint8Array(SIZE).fill(6, 1));
  });
});
