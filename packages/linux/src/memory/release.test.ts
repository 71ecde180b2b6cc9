import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readOf, refusal, openDescriptors } from './descriptors.test-support.js';
import { SharedMemory } from './shared-memory.js';

/** Two mappings of one memory, so that what one does to the pages can be seen by the other. */
function pair(): { memory: SharedMemory; other: SharedMemory } {
  const memory = SharedMemory.create(8192);
  const other = SharedMemory.from(memory.fd);
  other.bytes!.fill(7);
  return { memory, other };
}

describe('the release of SharedMemory (mmap(2) MAP_FIXED)', () => {
  it('makes stale views read zeros, and what is written to them reaches nobody', () => {
    const { memory, other } = pair();
    using _ = other;
    const stale = [memory.bytes!, memory.view(4096, 16)!];
    expect(stale.map((view) => view[0])).to.deep.equal([7, 7]);
    memory[Symbol.dispose]();
    expect(stale.map((view) => view[0])).to.deep.equal([0, 0]);
    stale[1]!.fill(5);
    expect(stale[0]![4096]).to.equal(5);
    expect(other.bytes).to.deep.equal(new Uint8Array(8192).fill(7));
  });

  it('leaves an object of size 0 that refuses everything', () => {
    const memory = SharedMemory.create(4096);
    memory[Symbol.dispose]();
    memory[Symbol.dispose]();
    expect(memory.size).to.equal(0);
    expect(memory.bytes).to.equal(undefined);
    const uses = [
      () => readOf(memory, 0, 1),
      () => memory.write(0, new Uint8Array(1)),
      () => memory.view(0, 1),
      () => memory.pin(0, 1),
      () => memory.fd,
    ];
    for (const use of uses) {
      expect(refusal(use)).to.equal('EBADF linux.released');
    }
  });

  it('closes the descriptor', () => {
    const before = openDescriptors();
    const memory = SharedMemory.create(4096);
    expect(openDescriptors()).to.have.length(before.length + 1);
    memory[Symbol.dispose]();
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('waits for the last pin; meanwhile the size is 0 and who has a pin has the memory', () => {
    const { memory, other } = pair();
    using _ = other;
    const view = memory.view(0, 16)!;
    const pins = [memory.pin(0, 16), memory.pin(4096, 1)];
    memory[Symbol.dispose]();
    expect(memory.size).to.equal(0);
    expect(view[0]).to.equal(7);
    expect(refusal(() => memory.pin(0, 1))).to.equal('EBADF linux.released');
    pins[0]![Symbol.dispose]();
    pins[0]![Symbol.dispose]();
    view[0] = 8;
    expect(other.bytes![0]).to.equal(8);
    expect(readOf(memory, 1, 1)).to.deep.equal([7]);
    pins[1]![Symbol.dispose]();
    expect(view[0]).to.equal(0);
    expect(refusal(() => readOf(memory, 1, 1))).to.equal('EBADF linux.released');
    expect(other.bytes![0]).to.equal(8);
  });

  it('does not come with the last pin while the memory is in use', () => {
    using memory = SharedMemory.create(4096);
    memory.bytes![0] = 1;
    memory.pin(0, 4096)[Symbol.dispose]();
    expect([memory.size, memory.bytes![0]]).to.deep.equal([4096, 1]);
  });

  it('a pin beyond the end is refused', () => {
    using memory = SharedMemory.create(100);
    expect(refusal(() => memory.pin(0, 101))).to.equal('EFAULT linux.fault');
    expect(refusal(() => memory.pin(-1, 1))).to.equal('EFAULT linux.fault');
  });
});

describe('a buffer over shared memory (ECMA-262, ArrayBuffer.prototype.transfer)', () => {
  it('stays where it is, because another buffer over the pages would not be known', () => {
    using memory = SharedMemory.create(4096);
    const buffer = memory.bytes!.buffer as ArrayBuffer & { transfer(): ArrayBuffer };
    expect(() => buffer.transfer()).to.throw(TypeError, 'stays in its place');
    try {
      structuredClone(buffer, { transfer: [buffer] });
    } catch {
      // Versions of Node after 20 refuse, 20 copies.
    }
    expect(buffer.byteLength).to.equal(4096);
    expect(memory.bytes).to.have.length(4096);
  });
});
