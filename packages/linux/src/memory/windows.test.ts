import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readOf, refusal } from './descriptors.test-support.js';
import { SharedMemory } from './shared-memory.js';
import { WINDOW_SIZE } from './windows.js';

/* The memory is sparse: a page exists once it is touched. */
describe('windows of 1 GiB (own rule: Node 20 aborts over a larger external ArrayBuffer)', () => {
  it('memory of 1 GiB is one array, and a byte more is none', () => {
    using one = SharedMemory.create(WINDOW_SIZE);
    expect(one.bytes!.length).to.equal(WINDOW_SIZE);
    using more = SharedMemory.create(WINDOW_SIZE + 1);
    expect(more.bytes).to.equal(undefined);
    expect(more.size).to.equal(WINDOW_SIZE + 1);
    more.write(WINDOW_SIZE, Uint8Array.of(4));
    expect(more.view(WINDOW_SIZE, 1)).to.deep.equal(Uint8Array.of(4));
  });

  it('read and write go across them, a view does not', () => {
    using memory = SharedMemory.create(3 * WINDOW_SIZE);
    using other = SharedMemory.from(memory.fd, { offset: WINDOW_SIZE - 4, size: 2 * WINDOW_SIZE });
    const content = Uint8Array.of(1, 2, 3, 4, 5, 6);
    memory.write(WINDOW_SIZE - 3, content);
    expect(readOf(memory, WINDOW_SIZE - 3, 6)).to.deep.equal([...content]);
    expect(other.view(1, 6)).to.deep.equal(content);
    expect(memory.view(WINDOW_SIZE - 3, 6)).to.equal(undefined);
    expect(memory.view(WINDOW_SIZE - 3, 3)).to.deep.equal(content.subarray(0, 3));
    expect(memory.view(WINDOW_SIZE, 3)).to.deep.equal(content.subarray(3));
    memory.write(2 * WINDOW_SIZE - 1, content);
    expect(readOf(other, WINDOW_SIZE + 3, 6)).to.deep.equal([...content]);
  });

  it('go away together', () => {
    const memory = SharedMemory.create(2 * WINDOW_SIZE + 4096);
    const views = [0, WINDOW_SIZE, 2 * WINDOW_SIZE].map((offset) => memory.view(offset, 1)!);
    views.forEach((view) => view.fill(1));
    memory[Symbol.dispose]();
    expect(views.map((view) => view[0])).to.deep.equal([0, 0, 0]);
  });

  it('nothing is beyond their end, where an empty range still lies', () => {
    using memory = SharedMemory.create(2 * WINDOW_SIZE);
    expect(readOf(memory, memory.size, 0)).to.deep.equal([]);
    expect(memory.view(memory.size, 0)).to.have.length(0);
    for (const offset of [memory.size, -1, 2 ** 53, NaN]) {
      expect(refusal(() => readOf(memory, offset, 1))).to.equal('EFAULT linux.fault');
      expect(refusal(() => memory.write(offset, new Uint8Array(1)))).to.equal('EFAULT linux.fault');
      expect(refusal(() => memory.view(offset, 1))).to.equal('EFAULT linux.fault');
    }
  });
});
