import { expect } from 'chai';
import { describe, it } from 'mocha';

import { DeviceMemory } from './device-memory.js';
import { buffer, bytesOf } from './recorder.test-support.js';

describe('DeviceMemory', () => {
  it('is one block of bytes that never moves', () => {
    const memory = new DeviceMemory(64);
    const first = memory.bytes;
    memory.view(8, 4).fill(9);
    memory.reset();
    memory.view(8, 2).set([1, 2]);
    expect(memory.bytes).to.equal(first);
    expect([...first.subarray(7, 12)]).to.deep.equal([0, 1, 2, 0, 0]);
  });

  it('gives windows only inside of itself', () => {
    const memory = new DeviceMemory(16);
    expect(memory.view(16, 0)).to.have.length(0);
    for (const [offset, length] of [
      [0, 17],
      [16, 1],
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [NaN, 1],
    ] as const) {
      expect(() => memory.view(offset, length), `${offset}+${length}`).to.throw(RangeError);
      expect(() => memory.read(offset, buffer(32), 0, length)).to.throw(RangeError);
      expect(() => memory.write(offset, buffer(32), 0, length)).to.throw(RangeError);
    }
  });

  it('does not allocate until it is written or handed out', () => {
    // No host could allocate this.
    const memory = new DeviceMemory(2 ** 50);
    const data = buffer(40);
    expect(memory.read(2 ** 49, data, 0, 40)).to.equal(40);
    expect(bytesOf(data)).to.deep.equal(new Array(40).fill(0));
    memory.reset();
    expect(() => memory.bytes).to.throw(RangeError);
  });

  for (const length of [1, 4, 8, 31, 32, 33, 100]) {
    it(`copies ${length} bytes in and out and touches no other`, () => {
      const memory = new DeviceMemory(128);
      memory.bytes.fill(0x55);
      const window = new DataView(new Uint8Array(200).fill(0xee).buffer, 10, 150);
      for (let i = 0; i < length; i++) {
        window.setUint8(5 + i, i + 1);
      }
      expect(memory.write(3, window, 5, length)).to.equal(length);
      const ramp = Array.from({ length }, (_, i) => i + 1);
      const expected = [0x55, 0x55, 0x55, ...ramp];
      expect([...memory.bytes]).to.deep.equal([
        ...expected,
        ...new Array<number>(128 - expected.length).fill(0x55),
      ]);
      const out = new DataView(new Uint8Array(200).fill(0xee).buffer, 20, 150);
      expect(memory.read(3, out, 7, length)).to.equal(length);
      expect([...new Uint8Array(out.buffer)]).to.deep.equal([
        ...new Array<number>(27).fill(0xee),
        ...ramp,
        ...new Array<number>(173 - length).fill(0xee),
      ]);
    });
  }

  it('shows itself through typed views of the same bytes', () => {
    const memory = new DeviceMemory(64);
    memory.dataView(8, 8).setUint32(4, 0x01020304, true);
    expect([...memory.array(Uint32Array, 8, 2)]).to.deep.equal([0, 0x01020304]);
    memory.array(BigUint64Array, 56, 1)[0] = 1n;
    expect(memory.bytes[56]).to.equal(1);
    expect(() => memory.dataView(60, 8)).to.throw(RangeError);
    expect(() => memory.array(Uint32Array, 60, 2)).to.throw(RangeError);
    expect(() => memory.array(Uint32Array, 2, 1)).to.throw(RangeError);
  });

  it('is zeroed by reset unless preserved', () => {
    const plain = new DeviceMemory(4);
    const kept = new DeviceMemory(4, { preserve: true });
    plain.bytes.fill(1);
    kept.bytes.fill(1);
    plain.reset();
    kept.reset();
    expect([...plain.bytes, ...kept.bytes]).to.deep.equal([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('refuses a size that is no positive integer', () => {
    for (const size of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => new DeviceMemory(size), String(size)).to.throw(RangeError, 'device memory');
    }
  });
});
