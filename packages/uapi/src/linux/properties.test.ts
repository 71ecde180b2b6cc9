import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isStruct } from '../codec/index.js';
import * as cxl from './cxl/index.js';
import * as cxlflash from './cxlflash/index.js';
import * as rdma from './rdma/index.js';
import * as sislite from './sislite/index.js';

const RUNS = { seed: 20261121, numRuns: 50 };

const STRUCTS = [cxl, cxlflash, rdma, sislite]
  .flatMap((module) => Object.values<unknown>(module))
  .filter(isStruct);

/** A multiple of the size of every element of a tail. */
const TAIL = 48;

describe('every struct of control and events (own rule: none of its bytes is lost)', () => {
  it('is here', () => {
    expect(STRUCTS.length).to.equal(8 + 14 + 10 + 9);
  });

  for (const struct of STRUCTS) {
    const hasTail = struct.document().some(({ size }) => size === 0);

    it(`struct ${struct.name}: encoding what was decoded gives the same bytes`, () => {
      const length = struct.size + (hasTail ? TAIL : 0);
      fc.assert(
        fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (wire) => {
          expect(struct.encode(struct.decode(wire))).to.deep.equal(wire);
        }),
        RUNS,
      );
    });

    it(`struct ${struct.name}: fewer bytes than its fixed part are refused`, () => {
      const short = new Uint8Array(struct.size - 1);
      expect(() => struct.decode(short)).to.throw(RangeError, struct.name);
      expect(() => struct.decode(new Uint8Array(0))).to.throw(RangeError, struct.name);
    });
  }
});
