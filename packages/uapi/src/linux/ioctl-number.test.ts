import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import * as ioctl from './ioctl-number.js';

const RUNS = { seed: 20261121, numRuns: 300 };

describe('the number of an ioctl (include/uapi/asm-generic/ioctl.h)', () => {
  it('has direction, size, type and number from the top, and is never negative', () => {
    expect(ioctl.ioctlNumber(ioctl.IOC_NONE, 0x3b, 100, 0)).to.equal(0x3b64);
    expect(ioctl.ioctlRead(0xca, 1, 4)).to.equal(0x8004_ca01);
    expect(ioctl.ioctlWrite(0xca, 0, 64)).to.equal(0x4040_ca00);
    expect(ioctl.ioctlReadWrite(0x1b, 1, 24)).to.equal(0xc018_1b01);
    expect(ioctl.ioctlReadWrite(0xff, 0xff, 0x3fff)).to.equal(0xffff_ffff);
  });

  it('gives its parts back', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 3 }),
        fc.nat({ max: 0xff }),
        fc.nat({ max: 0xff }),
        fc.nat({ max: 0x3fff }),
        (direction, type, nr, size) => {
          const number = ioctl.ioctlNumber(direction, type, nr, size);
          expect([
            Math.floor(number / 2 ** 30),
            Math.floor(number / 2 ** 16) % 2 ** 14,
            Math.floor(number / 2 ** 8) % 2 ** 8,
            number % 2 ** 8,
          ]).to.deep.equal([direction, size, type, nr]);
        },
      ),
      RUNS,
    );
  });

  it('has no room for more: parts that do not fit are refused (own rule)', () => {
    expect(() => ioctl.ioctlNumber(4, 0, 0, 0)).to.throw(RangeError, 'direction');
    expect(() => ioctl.ioctlRead(0x100, 0, 0)).to.throw(RangeError, 'type');
    expect(() => ioctl.ioctlRead(0, 0x100, 0)).to.throw(RangeError, 'number');
    expect(() => ioctl.ioctlRead(0, 0, 0x4000)).to.throw(RangeError, 'size');
    expect(() => ioctl.ioctlRead(0, -1, 0)).to.throw(RangeError, 'number');
    expect(() => ioctl.ioctlRead(0, 0, 1.5)).to.throw(RangeError, 'size');
  });
});
