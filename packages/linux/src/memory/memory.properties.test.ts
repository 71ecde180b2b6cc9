import { MdevError, type MemoryObject } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { F_SEAL_SHRINK } from '../libc/index.js';
import { peerMemfd } from './descriptors.test-support.js';
import { FileMemory } from './file-memory.js';
import { SharedMemory } from './shared-memory.js';

const fileSize = 3 * 4096 + 77;
const position = fc.oneof(
  fc.nat(fileSize + 2),
  fc.constantFrom(-1, 0, 4095, 4096, 4097, fileSize - 1),
);

/** An access by the mapping or by system calls, to the same bytes. */
const access = fc.record({
  mapped: fc.boolean(),
  offset: position,
  data: fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ minLength: 4000, maxLength: 9000 }),
  ),
  kind: fc.constantFrom<'read' | 'write' | 'view'>('read', 'write', 'view'),
});

/** The bytes of the range, or undefined where it is not inside the model. */
function expected(model: Uint8Array, offset: number, length: number): Uint8Array | undefined {
  return offset >= 0 && offset + length <= model.length
    ? model.subarray(offset, offset + length)
    : undefined;
}

function isFault(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return MdevError.is(error) && error.code === 'EFAULT';
  }
}

describe('SharedMemory and FileMemory of one descriptor (own rule: both are the bytes of the file)', () => {
  it('do what an array does', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.integer({ min: 1, max: fileSize - 5000 }),
        fc.array(access, { maxLength: 40 }),
        (offset, size, accesses) => {
          using peer = peerMemfd(fileSize, F_SEAL_SHRINK);
          using mapped = SharedMemory.from(peer.fd, { offset, size });
          using file = FileMemory.from(peer.fd, { offset, size });
          const model = new Uint8Array(size);
          for (const step of accesses) {
            check(step.mapped ? mapped : file, model, step);
          }
          expect(mapped.bytes).to.deep.equal(model);
        },
      ),
      { seed: 20261121, numRuns: 150 },
    );
  });
});

function check(
  memory: MemoryObject,
  model: Uint8Array,
  step: { offset: number; data: Uint8Array; kind: 'read' | 'write' | 'view' },
): void {
  const { offset, data, kind } = step;
  const range = expected(model, offset, data.length);
  const into = new Uint8Array(data.length);
  const run = {
    read: () => memory.read(offset, into),
    write: () => memory.write(offset, data),
    view: () => memory.view(offset, data.length),
  }[kind];
  if (range === undefined) {
    expect(isFault(run)).to.equal(kind !== 'view' || memory.bytes !== undefined);
    return;
  }
  const answer = run();
  if (kind === 'write') {
    range.set(data);
  } else {
    const found = kind === 'read' ? into : answer;
    expect(found).to.deep.equal(memory.bytes === undefined && kind === 'view' ? undefined : range);
  }
}
