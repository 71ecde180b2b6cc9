import { expect } from 'chai';
import { describe, it } from 'mocha';

import { registerLayout } from './register-layout.js';
import type { FieldSpec, RegisterSpec } from './register-spec.js';

const base: RegisterSpec = { name: 'CTRL', offset: 0, width: 4, access: 'rw' };

function withFields(
  fields: Record<string, FieldSpec>,
  rest: Partial<RegisterSpec> = {},
): RegisterSpec[] {
  return [{ ...base, ...rest, fields }];
}

describe('declaration of registers', () => {
  const wrong: [string, RegisterSpec[], string][] = [
    [
      'overlapping registers',
      [base, { ...base, name: 'B', offset: 3 }],
      'register B overlaps CTRL',
    ],
    ['a register out of size', [{ ...base, offset: 13 }], 'register CTRL ends at 17, beyond 16'],
    ['a register beyond the largest extent', [{ ...base, offset: 2 ** 30 }], 'register CTRL ends'],
    ['a negative offset', [{ ...base, offset: -4 }], 'CTRL: offset -4'],
    ['a fractional offset', [{ ...base, offset: 0.5 }], 'CTRL: offset 0.5'],
    ['duplicate names', [base, { ...base, offset: 8 }], 'register CTRL is declared twice'],
    ['a reset beyond the width', [{ ...base, reset: 2 ** 32 }], 'CTRL: reset 4294967296'],
    ['a bigint reset beyond the width', [{ ...base, reset: 1n << 32n }], 'CTRL: reset'],
    ['a negative reset', [{ ...base, reset: -1 }], 'CTRL: reset -1'],
    ['a fractional reset', [{ ...base, reset: 0.5 }], 'CTRL: reset 0.5'],
    ['a number that is not exact', [{ ...base, width: 8, reset: 2 ** 60 }], 'CTRL: reset'],
    [
      'a writeMask beyond the width',
      [{ ...base, width: 1, writeMask: 0x100 }],
      'CTRL: writeMask 256',
    ],
    ['a negative writeMask', [{ ...base, writeMask: ~0 }], 'CTRL: writeMask -1'],
    ['a writeMask of a ro register', [{ ...base, access: 'ro', writeMask: 1 }], 'CTRL: writeMask'],
    ['a field above the register', withFields({ EN: { bits: 32 } }), 'CTRL: field EN: bits 32..32'],
    ['a field that leaves it', withFields({ EN: { bits: [32, 30] } }), 'field EN: bits 32..30'],
    ['a field below bit 0', withFields({ EN: { bits: [3, -1] } }), 'field EN'],
    ['a reversed field', withFields({ EN: { bits: [0, 3] } }), 'field EN'],
    ['a fractional bit', withFields({ EN: { bits: 1.5 } }), 'field EN'],
    [
      'overlapping fields',
      withFields({ A: { bits: [3, 0] }, EN: { bits: 3 } }),
      'field EN: bits 3..3 overlap',
    ],
    [
      'a field reset beyond the field',
      withFields({ EN: { bits: [1, 0], reset: 4 } }),
      'field EN: reset 4',
    ],
    ['a negative field reset', withFields({ EN: { bits: 0, reset: -1 } }), 'field EN: reset -1'],
    [
      'resets that contradict each other',
      withFields({ EN: { bits: [3, 0], reset: 2 } }, { reset: 3 }),
      'field EN: reset differs',
    ],
  ];
  for (const [what, registers, message] of wrong) {
    it(`refuses ${what} and names layout and register`, () => {
      const size = what.includes('extent') ? 2 ** 31 : 16;
      const declare = (): unknown => registerLayout('timer', size, registers);
      expect(declare).to.throw(RangeError, message);
      expect(declare).to.throw(RangeError, 'register layout timer: register');
    });
  }

  it('refuses a width that a declaration in JavaScript may bring', () => {
    const odd: { width: number } & Omit<RegisterSpec, 'width'> = { ...base, width: 3 };
    const declare = (): unknown => registerLayout('timer', 16, [odd as RegisterSpec]);
    expect(declare).to.throw(RangeError, 'register layout timer: register CTRL: width 3');
  });

  it('refuses a size that is no positive integer', () => {
    for (const size of [0, -4, 1.5, NaN]) {
      expect(() => registerLayout('timer', size, [])).to.throw(
        RangeError,
        'register layout timer: size',
      );
    }
  });

  it('refuses hooks of registers that do not exist', () => {
    const layout = registerLayout('timer', 16, [base]);
    expect(() => layout.instantiate({ NOPE: {} })).to.throw(RangeError, 'no register NOPE');
  });

  it('takes registers that touch, unaligned ones, and large sparse layouts', () => {
    const registers: RegisterSpec[] = [
      { name: 'A', offset: 3, width: 4, access: 'rw' },
      { name: 'B', offset: 1, width: 2, access: 'rw' },
      { name: 'C', offset: 7, width: 8, access: 'rw' },
      { name: 'D', offset: 0, width: 1, access: 'rw' },
    ];
    const layout = registerLayout('odd', 2 ** 30, registers);
    expect(layout.name).to.equal('odd');
    expect(layout.size).to.equal(2 ** 30);
    expect(layout.registers).to.equal(registers);
    const map = layout.instantiate();
    const data = new DataView(Uint8Array.from({ length: 15 }, (_, i) => i).buffer);
    map.write(0, data, 0, 15);
    expect([map.get('D'), map.get('B'), map.get('A')]).to.deep.equal([0, 0x0201, 0x06050403]);
    expect(map.get64('C')).to.equal(0x0e0d0c0b0a090807n);
  });

  it('composes the reset from the fields', () => {
    const fields = {
      MODE: { bits: [6, 4], reset: 5 },
      EN: { bits: 0, reset: 1 },
      X: { bits: 31 },
    } as const;
    expect(registerLayout('t', 4, withFields(fields)).instantiate().get('CTRL')).to.equal(0x51);
    const same = withFields(fields, { reset: 0x80000051 });
    expect(registerLayout('t', 4, same).instantiate().get('CTRL')).to.equal(0x80000051);
  });

  it('keeps instances apart', () => {
    const layout = registerLayout('t', 4, [{ ...base, reset: 7 }]);
    const [first, second] = [layout.instantiate(), layout.instantiate()];
    first.set('CTRL', 1);
    expect(second.get('CTRL')).to.equal(7);
    first.reset();
    expect(first.get('CTRL')).to.equal(7);
  });
});
