import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DmaEntry } from './call-entry.js';
import { ClientMemory } from './client-memory.js';

function dma(
  access: DmaEntry['access'],
  iova: number,
  length: number,
  bytes?: Uint8Array,
): DmaEntry {
  const entry = { kind: 'dma', time: 0, access, pasid: 1, iova, length } as const;
  return bytes === undefined ? entry : { ...entry, bytes };
}

describe('ClientMemory (own rule; docs/reference/recording.md)', () => {
  it('row: memory: a fill is compared where it lies, over all maps that it reaches', () => {
    const memory = new ClientMemory();
    const [low, high] = [new Uint8Array(1 << 17), new Uint8Array(1 << 17)];
    memory.map(0, low);
    memory.map(1 << 17, high);
    const window = [dma('fill', 4, (1 << 18) - 8, Uint8Array.of(6))];
    memory.prepare(window);
    low.fill(6, 4);
    high.fill(6, 0, (1 << 17) - 4);
    expect(memory.check(window)).to.deep.equal([]);
    for (const [bytes, at, address] of [
      [low, 4, 0x4],
      [low, 0x10001, 0x10001],
      [high, 0x1fffb, 0x3fffb],
    ] as const) {
      bytes[at] = 7;
      expect(memory.check(window)).to.deep.equal([
        `memory at 0x${address.toString(16)}: expected 0x06, got 0x07`,
      ]);
      bytes[at] = 6;
    }
  });

  it('row: memory: what was unmapped is compared as the device has left it, until the next call', () => {
    const memory = new ClientMemory();
    const bytes = new Uint8Array(16);
    memory.map(0, bytes);
    const window = [dma('write', 2, 1, Uint8Array.of(5))];
    memory.prepare(window);
    memory.unmap(0, 16);
    expect(memory.maps).to.deep.equal([]);
    expect(memory.check(window)).to.deep.equal(['memory at 0x2: expected 0x05, got 0x00']);
    bytes[2] = 5;
    expect(memory.check(window)).to.deep.equal([]);
    memory.settle();
    expect(memory.check(window)).to.deep.equal(['memory at 0x2: expected 0x05, got no map']);
  });

  it('row: bound: of one go 256 MiB are compared, and that there was more is told', () => {
    const memory = new ClientMemory();
    memory.map(0, new Uint8Array(2 ** 29));
    const half = 2 ** 28;
    const all = [dma('fill', 0, half, Uint8Array.of(0)), dma('fill', half, 1, Uint8Array.of(0))];
    for (const [window, expected] of [
      [all.slice(0, 1), []],
      [all, ['memory at 0x10000000: too much is written at once to be compared']],
    ] as const) {
      memory.prepare(window);
      expect(memory.check(window)).to.deep.equal(expected);
    }
  });
});
