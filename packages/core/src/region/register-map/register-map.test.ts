import { expect } from 'chai';
import { describe, it } from 'mocha';

import { buffer, bytesOf } from '../recorder.test-support.js';
import { registerLayout } from './register-layout.js';
import type { RegisterMap } from './register-map.js';

const layout = registerLayout('demo', 64, [
  { name: 'RO', offset: 0, width: 4, access: 'ro', reset: 0xcafe },
  { name: 'RW', offset: 4, width: 4, access: 'rw', writeMask: 0x00ff00ff },
  { name: 'WO', offset: 8, width: 4, access: 'wo' },
  { name: 'W1C', offset: 12, width: 4, access: 'w1c', reset: 0xff },
  { name: 'W1S', offset: 16, width: 4, access: 'w1s' },
  { name: 'RC', offset: 20, width: 4, access: 'rc', reset: 0xa5a5a5a5 },
  {
    name: 'CTRL',
    offset: 24,
    width: 4,
    access: 'ro',
    description: 'control',
    fields: {
      MODE: { bits: [31, 28], access: 'rw', reset: 9 },
      GO: { bits: 0, access: 'w1s' },
      ID: { bits: [15, 8], reset: 0x42 },
    },
  },
  {
    name: 'BASE',
    offset: 32,
    width: 8,
    access: 'rw',
    fields: { PFN: { bits: [63, 12] }, ALL: { bits: [11, 0] } },
  },
  { name: 'LONG', offset: 40, width: 8, access: 'rw', fields: { ADDR: { bits: [63, 2] } } },
  { name: 'BYTE', offset: 48, width: 1, access: 'rw' },
]);

type Name = Parameters<ReturnType<typeof layout.instantiate>['get']>[0];

function read32(map: RegisterMap<Name>, offset: number): number {
  const data = buffer(4);
  expect(map.read(offset, data, 0, 4)).to.equal(4);
  return data.getUint32(0, true);
}

function write32(map: RegisterMap<Name>, offset: number, value: number): void {
  const data = buffer(4);
  data.setUint32(0, value, true);
  expect(map.write(offset, data, 0, 4)).to.equal(4);
}

describe('RegisterMap: access kinds', () => {
  it('ro ignores writes', () => {
    const map = layout.instantiate();
    write32(map, 0, 0xffffffff);
    expect(read32(map, 0)).to.equal(0xcafe);
  });

  it('rw takes the bits of the write mask only', () => {
    const map = layout.instantiate();
    map.set('RW', 0x12345678);
    write32(map, 4, 0xffffffff);
    expect(read32(map, 4)).to.equal(0x12ff56ff);
  });

  it('wo reads as zero while the device sees it', () => {
    const map = layout.instantiate();
    write32(map, 8, 0x89abcdef);
    expect(read32(map, 8)).to.equal(0);
    expect(map.get('WO')).to.equal(0x89abcdef);
  });

  it('w1c clears what is written as one', () => {
    const map = layout.instantiate();
    write32(map, 12, 0x0f);
    expect(read32(map, 12)).to.equal(0xf0);
  });

  it('w1s sets what is written as one', () => {
    const map = layout.instantiate();
    write32(map, 16, 0x80000001);
    write32(map, 16, 0x10);
    expect(read32(map, 16)).to.equal(0x80000011);
  });

  it('rc clears the bytes that were read, after they were taken', () => {
    const map = layout.instantiate();
    const data = buffer(2);
    map.read(21, data, 0, 2);
    expect(bytesOf(data)).to.deep.equal([0xa5, 0xa5]);
    expect(map.get('RC')).to.equal(0xa50000a5);
    write32(map, 20, 0xffffffff);
    expect(read32(map, 20)).to.equal(0xa50000a5);
    expect(read32(map, 20)).to.equal(0);
  });

  it('follows the fields and leaves the other bits to the register', () => {
    const map = layout.instantiate();
    expect(read32(map, 24)).to.equal(0x90004200);
    write32(map, 24, 0x3fffffff);
    expect(read32(map, 24)).to.equal(0x30004201);
    write32(map, 24, 0);
    expect(read32(map, 24)).to.equal(0x00004201);
  });

  it('reads holes as zero and ignores writes to them, also past the last register', () => {
    const map = layout.instantiate();
    write32(map, 28, 0xffffffff);
    write32(map, 60, 0xffffffff);
    expect([read32(map, 28), read32(map, 60)]).to.deep.equal([0, 0]);
    expect(map.read(0, buffer(0), 0, 0)).to.equal(0);
    expect(map.write(0, buffer(0), 0, 0)).to.equal(0);
  });
});

describe('RegisterMap: the side of the device', () => {
  it('sets every bit, whatever the access, modulo the width', () => {
    const map = layout.instantiate();
    map.set('RO', 0x80000000 | 1);
    map.set('BYTE', 0x1ff);
    map.set64('BASE', -1n);
    expect([map.get('RO'), map.get('BYTE')]).to.deep.equal([0x80000001, 0xff]);
    expect(map.get64('BASE')).to.equal(0xffff_ffff_ffff_ffffn);
  });

  it('tells widths apart with TypeError', () => {
    const map = layout.instantiate();
    expect(() => map.get('BASE')).to.throw(TypeError, 'BASE');
    expect(() => {
      map.set('BASE', 1);
    }).to.throw(TypeError, 'get64');
    expect(() => map.get64('RW')).to.throw(TypeError, 'RW is 4 bytes');
    expect(() => {
      map.set64('BYTE', 1n);
    }).to.throw(TypeError, 'BYTE');
  });

  it('gets and sets fields and leaves the bits around them', () => {
    const map = layout.instantiate();
    map.set('CTRL', 0xffffffff);
    map.setField('CTRL', 'MODE', 5);
    map.setField('CTRL', 'ID', 0);
    expect(map.get('CTRL')).to.equal(0x5fff00ff);
    expect([map.field('CTRL', 'MODE'), map.field('CTRL', 'GO')]).to.deep.equal([5, 1]);
    map.setField('BASE', 'PFN', 0xf_ffff_ffff_fffe);
    map.setField('BASE', 'ALL', 0x123);
    expect(map.get64('BASE')).to.equal(0xffff_ffff_ffff_e123n);
    expect(map.field('BASE', 'PFN')).to.equal(0xf_ffff_ffff_fffe);
  });

  it('covers a register with one field of 32 bits', () => {
    const whole = registerLayout('w', 4, [
      {
        name: 'R',
        offset: 0,
        width: 4,
        access: 'rw',
        fields: { ALL: { bits: [31, 0], reset: 2 ** 32 - 1 } },
      },
    ]).instantiate();
    expect(whole.field('R', 'ALL')).to.equal(0xffffffff);
    whole.setField('R', 'ALL', 0x80000000);
    expect(whole.get('R')).to.equal(0x80000000);
  });

  it('refuses values that do not fit a field, and unknown names', () => {
    const map = layout.instantiate();
    for (const value of [16, -1, 0.5, NaN]) {
      expect(() => {
        map.setField('CTRL', 'MODE', value);
      }).to.throw(RangeError, 'field MODE');
    }
    expect(() => map.field('CTRL', 'NOPE')).to.throw(RangeError, 'CTRL has no field NOPE');
    expect(() => map.field('LONG', 'ADDR')).to.throw(RangeError, 'get64');
    const dynamic: RegisterMap<string> = map;
    expect(() => dynamic.get('NOPE')).to.throw(RangeError, 'demo: there is no register NOPE');
  });

  it('has typed names', () => {
    // Each assignment compiles only if the condition on the types holds.
    const literal: [Name] extends [(typeof layout.registers)[number]['name']] ? true : never = true;
    const closed: string extends Name ? never : true = true;
    const known: 'BASE' extends Name ? true : never = true;
    const unknown: 'NOPE' extends Name ? never : true = true;
    expect([literal, closed, known, unknown]).to.deep.equal([true, true, true, true]);
  });
});

describe('RegisterMap.describe', () => {
  it('shows values, resets and fields in the order of declaration', () => {
    const map = layout.instantiate();
    map.set('CTRL', 0x30000001);
    map.set64('LONG', 0xffff_ffff_ffff_fff0n);
    const rows = map.describe();
    expect(rows.map(({ name }) => name)).to.deep.equal(layout.registers.map(({ name }) => name));
    expect(rows[6]).to.deep.equal({
      name: 'CTRL',
      offset: 24,
      width: 4,
      access: 'ro',
      value: 0x30000001,
      reset: 0x90004200,
      fields: [
        { name: 'MODE', high: 31, low: 28, access: 'rw', value: 3 },
        { name: 'GO', high: 0, low: 0, access: 'w1s', value: 1 },
        { name: 'ID', high: 15, low: 8, access: 'ro', value: 0 },
      ],
      description: 'control',
    });
    expect(rows[8]).to.deep.equal({
      name: 'LONG',
      offset: 40,
      width: 8,
      access: 'rw',
      value: 0xffff_ffff_ffff_fff0n,
      reset: 0n,
      fields: [{ name: 'ADDR', high: 63, low: 2, access: 'rw', value: 0x3fff_ffff_ffff_fffcn }],
    });
  });

  it('has no side effects: no hook, no clearing', () => {
    let calls = 0;
    const map = layout.instantiate({ RC: { read: () => ++calls }, RO: { read: () => ++calls } });
    expect(map.describe()).to.deep.equal(map.describe());
    expect(map.describe()[5]?.value).to.equal(0xa5a5a5a5);
    expect(calls).to.equal(0);
  });
});
