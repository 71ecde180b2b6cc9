import { expect } from 'chai';
import { describe, it } from 'mocha';
import { asMemory, BufferMemory } from './index.js';

/** The library of ES2023 has no resizable buffers; Node.js 20 has. */
function resizable(size: number): ArrayBuffer & { resize(size: number): void } {
  return Reflect.construct(ArrayBuffer, [size, { maxByteLength: size }]) as ReturnType<
    typeof resizable
  >;
}

/** Takes the buffer away, as an owner does who posts it to a worker. */
function detach(bytes: Uint8Array): void {
  structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
}

describe('memory of this process (own rule: what its owner does is seen at once)', () => {
  it('memory buffer: reads, writes and shows the bytes themselves', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const memory = new BufferMemory(bytes);
    const into = new Uint8Array(2);
    memory.read(1, into);
    memory.write(2, Uint8Array.of(9));
    expect([...into]).to.deep.equal([2, 3]);
    expect([...bytes]).to.deep.equal([1, 2, 9, 4]);
    memory.view(0, 1)[0] = 7;
    expect(memory.bytes[0]).to.equal(7);
  });

  it('memory shared: a SharedArrayBuffer is memory as well', () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(8));
    expect(new BufferMemory(bytes)).to.include({ size: 8, writable: true });
  });

  it('memory object: is taken as it is', () => {
    const memory = new BufferMemory(new Uint8Array(1), false);
    expect(asMemory(memory)).to.equal(memory);
    expect(asMemory(memory).writable).to.equal(false);
  });

  it('memory detached: bug: a detached buffer has size 0, also for code that was optimised when it had seen resizable ones', () => {
    // Node.js 20's optimised `length` tells the old length then: only seen after the suites of other rooms.
    const kinds = [
      (): Uint8Array => new Uint8Array(64),
      (): Uint8Array => new Uint8Array(resizable(64)),
      (): Uint8Array => Buffer.alloc(64),
    ];
    let total = 0;
    for (let i = 0; i < 30_000; i++) {
      total += new BufferMemory(kinds[i % kinds.length]?.() ?? new Uint8Array(0)).size;
    }
    expect(total).to.equal(64 * 30_000);
    for (const make of kinds.slice(0, 2)) {
      const bytes = make();
      const memory = new BufferMemory(bytes);
      detach(bytes);
      expect(memory.size).to.equal(0);
    }
  });

  it('memory shrinks: a resizable buffer tells its present length', () => {
    const buffer = resizable(64);
    const memory = new BufferMemory(new Uint8Array(buffer));
    buffer.resize(16);
    expect(memory.size).to.equal(16);
  });
});
