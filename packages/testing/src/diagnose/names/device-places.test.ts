import { registerLayout, registerRegion, type RegisterSpec } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DevicePlaces } from './device-places.js';

const SIZE = 32;

/** Registers of any width at any place, with holes between them. */
const anyRegisters = fc
  .array(fc.record({ gap: fc.nat({ max: 5 }), width: fc.constantFrom(1 as const, 2, 4, 8) }), {
    maxLength: 8,
  })
  .map((steps) => {
    const registers: RegisterSpec[] = [];
    let offset = 0;
    for (const { gap, width } of steps) {
      offset += gap;
      if (offset + width <= SIZE) {
        registers.push({
          name: `R${offset}`,
          offset,
          width: width,
          access: 'rw',
        });
        offset += width;
      }
    }
    return registers;
  });

describe('DevicePlaces: accesses register by register (own rule)', () => {
  it('burndown split: pieces cover the access once, and each byte is in the register that has it', () => {
    const access = fc.record({ offset: fc.nat({ max: SIZE - 1 }), length: fc.nat({ max: SIZE }) });
    fc.assert(
      fc.property(anyRegisters, access, (registers, { offset, length }) => {
        const layout = registerLayout('any', SIZE, registers);
        const places = new DevicePlaces([registerRegion('any', layout.instantiate())]);
        const pieces = places.split(0, offset, length);
        let at = 0;
        for (const { from, until, name, offset: start } of pieces) {
          expect(from).to.equal(at);
          expect(until).to.be.greaterThan(from);
          for (; at < until; at += 1) {
            const byte = offset + at;
            const register = registers.find((one) => {
              return byte >= one.offset && byte < one.offset + one.width;
            });
            expect(name).to.equal(register?.name);
            expect(start).to.equal(register?.offset ?? offset + from);
          }
        }
        expect(at).to.equal(length);
        const neighbours = pieces.map(({ name }) => name ?? '');
        expect(neighbours.some((name, index) => name === neighbours[index + 1])).to.equal(false);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('burndown near: the next register of a hole, before it or behind it, up to 64 bytes away', () => {
    const layout = registerLayout('far', 0x100, [
      { name: 'ONLY', offset: 0x40, width: 4, access: 'rw' },
    ]);
    const places = new DevicePlaces([registerRegion('far', layout.instantiate())]);
    const near = (offset: number): string | undefined => places.split(0, offset, 1)[0]?.near;
    expect([near(0x3c), near(0x44), near(0x83), near(0x84), near(0)]).to.deep.equal([
      'ONLY-4',
      'ONLY+4',
      'ONLY+67',
      undefined,
      'ONLY-64',
    ]);
  });

  it('diagnostics length: of a long access the first 4096 bytes are looked at, and none of a region that is not there', () => {
    const places = new DevicePlaces([{ name: 'r', placeAt: () => ({ kind: 'memory' }) }]);
    expect(places.split(0, 8, 1 << 30).map(({ width }) => width)).to.deep.equal([4096]);
    expect(places.split(1, 0, 4)).to.deep.equal([]);
  });
});
