import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { array, bytes, nested, s16, s32, s64, s8, struct, tail, u16 } from './index.js';
import { u32, u53, u64, u8 } from './index.js';

const RUNS = { seed: 1, numRuns: 500 };

const FIELDS = {
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
};
const STRUCTS = (['little', 'big'] as const).map((endian) => {
  const Inner = struct('inner', FIELDS, { endian });
  const Outer = struct(
    'outer',
    { n: u32(0), m: u32(4), inner: nested(8, Inner), rest: tail(56, Inner) },
    { endian },
  );
  return { endian, Outer };
});

const inner = fc.record({
  a: fc.integer({ min: 0, max: 0xff }),
  b: fc.integer({ min: -0x80, max: 0x7f }),
  c: fc.integer({ min: 0, max: 0xffff }),
  d: fc.integer({ min: -0x8000, max: 0x7fff }),
  e: fc.array(fc.integer({ min: 0, max: 0xff }), { minLength: 2, maxLength: 2 }),
  f: fc.integer({ min: 0, max: 0xffff_ffff }),
  g: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  h: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  j: fc.maxSafeNat(),
  k: fc.uint8Array({ minLength: 8, maxLength: 8 }),
});
const outer = fc.record({
  n: fc.nat(),
  m: fc.nat(),
  inner,
  rest: fc.array(inner, { maxLength: 3 }),
});

for (const { endian, Outer } of STRUCTS) {
  describe(`every value of a ${endian}-endian struct`, () => {
    it('is the same after encoding and decoding', () => {
      fc.assert(
        fc.property(outer, (value) => {
          expect(Outer.decode(Outer.encode(value))).to.deep.equal(value);
        }),
        RUNS,
      );
    });

    it('is the same through a cursor as through decode, at any place', () => {
      fc.assert(
        fc.property(outer, fc.nat({ max: 9 }), (value, base) => {
          const encoded = Outer.encode(value, undefined, base);
          const cursor = Outer.view().at(new DataView(encoded.buffer), base);
          const read = {
            n: cursor.n,
            m: cursor.m,
            inner: Object.fromEntries(
              Object.keys(FIELDS).map((name) => [name, Reflect.get(cursor.inner, name)]),
            ),
            rest: cursor.rest,
          };
          expect(read).to.deep.equal(Outer.decode(encoded, base));
        }),
        RUNS,
      );
    });

    it('touches no neighbour when it is written', () => {
      fc.assert(
        fc.property(outer, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (value, base, behind) => {
          const length = Outer.encode(value).length;
          const into = new Uint8Array(base + length + behind).fill(0xa5);
          Outer.encode(value, into, base);
          expect(into.subarray(0, base).every((byte) => byte === 0xa5)).to.equal(true);
          expect(into.subarray(base + length).every((byte) => byte === 0xa5)).to.equal(true);
        }),
        RUNS,
      );
    });

    it('changes one field alone when a cursor writes one', () => {
      fc.assert(
        fc.property(outer, inner, fc.constantFrom(...Object.keys(FIELDS)), (value, other, name) => {
          const encoded = Outer.encode(value);
          const cursor = Outer.view().at(new DataView(encoded.buffer));
          const written: unknown = Reflect.get(other, name);
          Reflect.set(cursor.inner, name, written);
          expect(Outer.decode(encoded)).to.deep.equal({
            ...value,
            inner: { ...value.inner, [name]: written },
          });
        }),
        RUNS,
      );
    });
  });
}
