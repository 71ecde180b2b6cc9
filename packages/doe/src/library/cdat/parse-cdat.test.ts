import { outcome } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encodeStructure, type CdatStructure } from '../../abi/cdat/index.js';
import { header } from './fake-device.test-support.js';
import { parseCdat } from './index.js';

function table(...structures: readonly Uint8Array[]): Uint8Array {
  const length = structures.reduce((sum, part) => sum + part.length, 16);
  return Buffer.concat([header(length, 9, ...structures), ...structures]);
}

const byte = fc.integer({ min: 0, max: 0xff });
const word = fc.integer({ min: 0, max: 0xffff });
const quad = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const structure: fc.Arbitrary<CdatStructure> = fc.oneof(
  fc.record({
    kind: fc.constant('dsmas' as const),
    handle: byte,
    base: quad,
    length: quad,
    flags: byte,
  }),
  fc.record({
    kind: fc.constant('dslbis' as const),
    handle: byte,
    flags: byte,
    dataType: byte,
    unit: quad,
    entries: fc.tuple(word, word, word),
  }),
  fc.record({
    kind: fc.constant('dsmscis' as const),
    handle: byte,
    size: quad,
    attributes: fc.integer({ min: 0, max: 0xffff_ffff }),
  }),
  fc.record({ kind: fc.constant('dsis' as const), flags: byte, handle: byte }),
  fc.record({
    kind: fc.constant('dsemts' as const),
    handle: byte,
    memoryType: byte,
    offset: quad,
    length: quad,
  }),
  fc.record({
    kind: fc.constant('sslbis' as const),
    dataType: byte,
    unit: quad,
    entries: fc.array(fc.record({ x: word, y: word, value: word }), { maxLength: 5 }),
  }),
);

describe('CDAT: parsing it', () => {
  it('doe §3 cdat parser: gives back what was declared, every type and every value (CDAT 1.04, sections 2.1 to 2.6)', () => {
    fc.assert(
      fc.property(fc.array(structure, { maxLength: 12 }), (structures) => {
        const bytes = table(...structures.map(encodeStructure));
        // Records of fast-check have no prototype.
        expect(structuredClone(parseCdat(bytes).structures)).to.deep.equal(
          structuredClone(structures),
        );
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it('doe §3 cdat parser: a type of a later revision is kept as bytes (CDAT 1.04, section 2)', () => {
    const unknown = Uint8Array.of(200, 0, 7, 0, 1, 2, 3);
    const dsis = encodeStructure({ kind: 'dsis', flags: 0, handle: 4 });
    expect(parseCdat(table(unknown, dsis)).structures).to.deep.equal([
      { kind: 'unknown', type: 200, body: Uint8Array.of(1, 2, 3) },
      { kind: 'dsis', flags: 0, handle: 4 },
    ]);
  });

  it('doe §3 cdat parser: a structure that is not as long as its type, or that reaches beyond the end, is EINVAL (Linux drivers/cxl/core/cdat.c)', () => {
    const lengths: readonly [type: number, length: number][] = [
      [0, 20],
      [0, 28],
      [1, 20],
      [2, 16],
      [3, 12],
      [4, 20],
      [5, 12],
      [5, 20],
      [200, 0],
      [200, 3],
    ];
    for (const [type, length] of lengths) {
      const bytes = new Uint8Array(Math.max(4, length));
      bytes.set([type, 0, length, 0]);
      expect(
        outcome(() => parseCdat(table(bytes))),
        `type ${type}`,
      ).to.equal('EINVAL doe.cdat-malformed');
    }
    expect(outcome(() => parseCdat(table(Uint8Array.of(200, 0, 5, 0))))).to.equal(
      'EINVAL doe.cdat-malformed',
    );
    expect(outcome(() => parseCdat(table(Uint8Array.of(200, 0, 4))))).to.equal(
      'EINVAL doe.cdat-malformed',
    );
  });

  it('doe §3 cdat parser: no table without a header, with bytes behind it, or with a wrong sum (CDAT 1.04, section 2)', () => {
    expect(outcome(() => parseCdat(new Uint8Array(0)))).to.equal('EINVAL doe.cdat-malformed');
    expect(outcome(() => parseCdat(header(16, 0).subarray(0, 15)))).to.equal(
      'EINVAL doe.cdat-malformed',
    );
    expect(outcome(() => parseCdat(Buffer.concat([header(16, 0), Buffer.alloc(4)])))).to.equal(
      'EINVAL doe.cdat-malformed',
    );
    const wrong = table();
    wrong[6] = 1;
    expect(outcome(() => parseCdat(wrong))).to.equal('EIO doe.cdat-checksum');
    expect(outcome(() => parseCdat(table()))).to.deep.include({ structures: [], sequence: 9 });
  });

  it('doe §3 cdat parser: whatever the bytes, it answers or refuses, and keeps inside them (own rule)', function () {
    this.timeout(30_000);
    const known = table(
      ...[0, 1, 2, 3, 4, 5].map((type) => {
        const bytes = new Uint8Array([24, 24, 20, 8, 24, 32][type] ?? 0);
        bytes.set([type, 0, bytes.length]);
        return bytes;
      }),
    );
    const mutation = fc.tuple(fc.nat({ max: known.length - 1 }), byte);
    let parsed = 0;
    fc.assert(
      fc.property(
        fc.array(mutation, { maxLength: 4 }),
        fc.nat({ max: known.length }),
        (mutations, cut) => {
          const bytes = Uint8Array.from(
            known.subarray(0, known.length - (cut % 3 === 0 ? cut : 0)),
          );
          for (const [at, value] of mutations) {
            bytes[at % Math.max(1, bytes.length)] = value;
          }
          // Most survive no checksum; it is mended so that the structures are reached.
          if (bytes.length > 5) {
            bytes[5] = 0;
            bytes[5] = -bytes.reduce((a, b) => a + b, 0) & 0xff;
          }
          const result = outcome(() => parseCdat(bytes));
          if (typeof result === 'string') {
            expect(result).to.match(/^EINVAL doe.cdat-malformed|EIO doe.cdat-checksum$/);
          } else {
            parsed++;
            expect(result.missing).to.be.at.least(0);
          }
        },
      ),
      { seed: 20261121, numRuns: 20_000 },
    );
    expect(parsed).to.be.within(1000, 19_000);
  });
});
