import { expect } from 'chai';
import { describe, it } from 'mocha';
import { nested, overlay, pad, struct, tail, u16, u32, u64, u8 } from './index.js';

describe('a declaration', () => {
  it('is refused when no compiler would lay it out so', () => {
    const cases: [() => unknown, string][] = [
      [() => struct('s', { a: u32(2) }), 'a at 2 is not aligned to 4 (u32)'],
      [() => struct('s', { a: u32(0), b: u32(8) }), 'a gap from 4 up to b at 8'],
      [() => struct('s', { a: u16(2) }), 'a gap from 0 up to a at 2'],
      [() => struct('s', { a: u32(0), b: u16(2) }), 'b at 2 overlaps the field before it'],
      [() => struct('s', { a: u8(0), b: u8(1), c: u8(0) }), 'c at 0 is out of order'],
      [() => struct('s', { a: u8(-1) }), 'a at -1 is not at a whole number of bytes'],
      [() => struct('s', { a: u8(0.5) }), 'a at 0.5 is not at a whole number of bytes'],
      [() => struct('s', { t: tail(0, u8), a: u8(0) }), 'a at 0 comes after the tail t'],
      [() => struct('s', { at: u8(0) }), 'a field cannot be called at'],
      [() => struct('s', { a: u64(0), b: u32(8) }), 'so the size is 16, not 12'],
      [() => struct('s', { a: u32(0) }, { size: 8 }), 'so the size is 4, not 8'],
      [() => struct('s', { a: u32(0), b: u8(4), t: tail(5, u8) }, { size: 8 }), 'the tail t'],
      [() => struct('s', { a: u8(0), b: overlay(u8(2)) }), 'a gap from 1 up to b at 2'],
    ];
    for (const [declare, message] of cases) {
      expect(declare, message).to.throw(Error, `struct s: `);
      expect(declare, message).to.throw(Error, message);
    }
  });

  it('is refused when it holds a struct with a tail', () => {
    const Open = struct('open', { n: u32(0), t: tail(4, u8) });
    expect(() => nested(0, Open)).to.throw(Error, 'struct open has a tail');
    expect(() => tail(0, Open)).to.throw(Error, 'struct open has a tail');
  });

  it('may pad its end, and says so with a size', () => {
    const Padded = struct('padded', { a: u64(0), b: u32(8) }, { size: 16 });
    expect(Padded.size).to.equal(16);
    expect(Padded.align).to.equal(8);
    expect(Padded.encode({}, new Uint8Array(16).fill(1))).to.deep.equal(new Uint8Array(16));
  });

  it('has no alignment when packed, in or of the struct', () => {
    const Packed = struct('packed', { a: u8(0), b: u32(1), c: u64(5) }, { packed: true });
    expect([Packed.size, Packed.align]).to.deep.equal([13, 1]);
    expect(Packed.decode(Packed.encode({ b: 7 }))).to.deep.equal({ a: 0, b: 7, c: 0n });
    const Outer = struct('outer', { a: u8(0), inner: nested(1, Packed), _: pad(14, 2) });
    expect(Outer.size).to.equal(16);
  });
});
