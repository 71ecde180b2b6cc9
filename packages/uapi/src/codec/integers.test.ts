import { expect } from 'chai';
import { describe, it } from 'mocha';
import { array, bytes, s16, s32, s64, s8, struct, u16, u32, u53, u64, u8 } from './index.js';

const All = struct('all', {
  a: u8(0),
  b: s8(1),
  c: u16(2),
  d: s16(4),
  e: array(6, u8, 2),
  f: u32(8),
  g: s32(12),
  h: u64(16),
  i: s64(24),
  j: u53(32),
  k: bytes(40, 8),
});

describe('integer fields', () => {
  it('hold the least and the greatest value of their type', () => {
    const least = { b: -0x80, d: -0x8000, g: -0x8000_0000, i: -(2n ** 63n) };
    expect(All.decode(All.encode(least))).to.deep.include(least);
    const greatest = {
      a: 0xff,
      b: 0x7f,
      c: 0xffff,
      d: 0x7fff,
      f: 0xffff_ffff,
      g: 0x7fff_ffff,
      h: 2n ** 64n - 1n,
      i: 2n ** 63n - 1n,
      j: Number.MAX_SAFE_INTEGER,
    };
    expect(All.decode(All.encode(greatest))).to.deep.include(greatest);
  });

  it('refuse what does not fit, naming struct and field', () => {
    const refused: [Parameters<typeof All.encode>[0], string][] = [
      [{ a: 256 }, 'all.a: 256 is not a u8'],
      [{ a: -1 }, 'all.a: -1 is not a u8'],
      [{ a: 1.5 }, 'all.a: 1.5 is not a u8'],
      [{ b: 128 }, 'all.b: 128 is not a s8'],
      [{ c: 0x1_0000 }, 'all.c: 65536 is not a u16'],
      [{ d: -0x8001 }, 'all.d: -32769 is not a s16'],
      [{ f: -1 }, 'all.f: -1 is not a u32'],
      [{ f: NaN }, 'all.f: NaN is not a u32'],
      [{ g: 0x8000_0000 }, 'all.g: 2147483648 is not a s32'],
      [{ h: -1n }, 'all.h: -1 is not a u64'],
      [{ h: 2n ** 64n }, 'all.h: 18446744073709551616 is not a u64'],
      [{ i: 2n ** 63n }, 'all.i: 9223372036854775808 is not a s64'],
      [{ j: 2 ** 53 }, 'all.j: 9007199254740992 is not a u53'],
      [{ j: -1 }, 'all.j: -1 is not a u53'],
      [{ e: [1] }, 'all.e: 1 elements, not 2'],
      [{ e: [1, 300] }, 'all.e: 300 is not a u8'],
      [{ k: new Uint8Array(9) }, 'all.k: 9 bytes do not fit in 8'],
    ];
    for (const [values, message] of refused) {
      expect(() => All.encode(values), message).to.throw(RangeError, message);
    }
  });
});

describe('u53', () => {
  const Little = struct('little', { size: u53(0) });
  const Big = struct('big', { size: u53(0) }, { endian: 'big' });

  it('is a u64 on the wire', () => {
    const Same = struct('same', { size: u64(0) });
    expect(Same.decode(Little.encode({ size: 2 ** 40 + 7 })).size).to.equal(2n ** 40n + 7n);
    expect([...Big.encode({ size: 2 ** 32 + 1 })]).to.deep.equal([0, 0, 0, 1, 0, 0, 0, 1]);
    expect(Big.decode(Big.encode({ size: 2 ** 53 - 1 })).size).to.equal(2 ** 53 - 1);
  });

  it('refuses to read what a number cannot hold', () => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 53n, true);
    expect(() => Little.decode(bytes)).to.throw(RangeError, 'little.size: 9007199254740992');
    expect(() => Little.view().at(new DataView(bytes.buffer)).size).to.throw(RangeError);
  });
});
