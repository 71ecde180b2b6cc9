import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isStruct } from '../codec/index.js';
import type { AnyStruct } from '../codec/index.js';
import * as vfioUser from './index.js';

const RUNS = { seed: 20261121, numRuns: 100 };

const STRUCTS = Object.values<unknown>(vfioUser).filter(isStruct);

/** A multiple of the size of every element of a tail. */
const TAIL = 48;

/** Turns any bytes into some that the struct can hold: padding 0, numbers below 2^48. */
function fitted(struct: AnyStruct, wire: Uint8Array): Uint8Array {
  const clear = new Set<number>();
  for (const { offset, size, type } of struct.document()) {
    if (type === 'padding') {
      Array.from({ length: size }, (_, i) => clear.add(offset + i));
    } else if (type === 'u53') {
      clear.add(offset + 6).add(offset + 7);
    } else if (type.endsWith('write_one[]')) {
      for (let at = offset; at < wire.length; at += vfioUser.VfioUserRegionWriteOne.size) {
        clear.add(at + 6).add(at + 7);
      }
    }
  }
  return wire.map((byte, i) => (clear.has(i) ? 0 : byte));
}

describe('every struct of vfio-user (own rule: what is on the wire is what is decoded)', () => {
  for (const struct of STRUCTS) {
    const hasTail = struct.document().some(({ size }) => size === 0);

    it(`struct ${struct.name}: encoding what was decoded gives the same bytes`, () => {
      const length = struct.size + (hasTail ? TAIL : 0);
      fc.assert(
        fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (random) => {
          const wire = fitted(struct, random);
          expect(struct.encode(struct.decode(wire))).to.deep.equal(wire);
        }),
        RUNS,
      );
    });

    it(`struct ${struct.name}: fewer bytes than its fixed part are refused`, () => {
      for (let length = 0; length < struct.size; length++) {
        expect(() => struct.decode(new Uint8Array(length))).to.throw(RangeError, struct.name);
      }
    });
  }
});
