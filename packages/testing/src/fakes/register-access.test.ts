import { DeviceMemory, MdevError, Region } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readRegister, writeRegister } from './register-access.js';

const memory = (size: number): Region =>
  new Region({
    name: 'ram',
    size,
    ranges: [{ kind: 'memory', offset: 0, memory: new DeviceMemory(size) }],
  });

/** Its handler answers later, and each read gives the number of bytes that are asked for. */
const later = new Region({
  name: 'later',
  size: 8,
  ranges: [
    {
      kind: 'trapped',
      offset: 0,
      size: 8,
      split: 'none',
      handler: {
        read: async (_offset, data, at, length) => {
          data.setUint8(at, length);
          return length;
        },
        write: async (offset, _data, _at, length) => {
          await Promise.resolve();
          return offset === 4 ? length - 1 : length;
        },
      },
    },
  ],
});

describe('readRegister and writeRegister (core, device/register-access.ts, without a device)', () => {
  it('are little endian, in 1, 2, 4 and 8 bytes, and answer at once where the model does', () => {
    const region = memory(16);
    expect(writeRegister(region, 0, 0x0807060504030201n, 8)).to.equal(undefined);
    void writeRegister(region, 8, 0xfffffffe);
    void writeRegister(region, 12, 0xbeefn, 2);
    void writeRegister(region, 15, 0xff, 1);
    expect([
      readRegister(region, 0),
      readRegister(region, 1, 1),
      readRegister(region, 2, 2),
      readRegister(region, 0, 8),
      readRegister(region, 8),
      readRegister(region, 8, 8),
    ]).to.deep.equal([
      0x04030201,
      2,
      0x0403,
      0x0807060504030201n,
      0xfffffffe,
      0xff00beef_fffffffen,
    ]);
  });

  it('answer later where the model does', async () => {
    expect(readRegister(later, 0)).to.be.instanceOf(Promise);
    expect(await readRegister(later, 0)).to.equal(4);
    expect(await readRegister(later, 0, 8)).to.equal(8n);
    await writeRegister(later, 0, 1);
  });

  it('throw what the region throws, and a RangeError for a register of which not all is served', async () => {
    expect(() => readRegister(memory(8), 8)).to.throw(MdevError, 'region.range');
    expect(() => readRegister(memory(8), 6)).to.throw(
      RangeError,
      'region ram, offset 6: 2 of the 4 bytes of a register are served',
    );
    const short: unknown = await Promise.resolve(writeRegister(later, 4, 0)).catch(
      (error: unknown) => error,
    );
    expect(String(short)).to.equal(
      'RangeError: region later, offset 4: 3 of the 4 bytes of a register are served',
    );
  });

  it('a value that does not fit is a RangeError, and nothing is written', () => {
    const region = memory(8);
    for (const [value, width] of [
      [256, 1],
      [-1, 4],
      [2 ** 32, 4],
      [0.5, 4],
      [NaN, 2],
      [1n << 64n, 8],
      [-1n, 8],
      [2 ** 60, 8],
    ] as const) {
      expect(() => {
        void writeRegister(region, 0, value, width);
      }).to.throw(RangeError, `${value} does not fit`);
    }
    expect(readRegister(region, 0, 8)).to.equal(0n);
  });
});
