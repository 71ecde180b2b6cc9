import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseVcd } from './vcd-parser.test-support.js';
import { VcdWriter } from './vcd-writer.js';

const bits = (width: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('0', '1', 'x'), { minLength: width, maxLength: width })
    .map((digits) => digits.join(''));

const WIDTHS = [1, 8, 32];
const anyChange = fc.nat({ max: WIDTHS.length - 1 }).chain((variable) =>
  fc.record({
    variable: fc.constant(variable),
    wait: fc.nat({ max: 3 }),
    value: bits(WIDTHS[variable] ?? 1),
  }),
);

describe('VcdWriter: value change dumps (IEEE Std 1364-2005, 18.2)', () => {
  it('dump form: the smallest dump, as it is written', () => {
    const vcd = new VcdWriter();
    const line = vcd.declare({ scope: ['mdev', 'irq'], name: 'INTx', type: 'wire', initial: '0' });
    const bell = vcd.declare({ scope: ['mdev', 'irq'], name: 'bell', type: 'event' });
    const status = vcd.declare({ scope: ['mdev'], name: 'pm.control', type: 'reg', width: 16 });
    vcd.change(status, 0.002, '0000000000000101');
    vcd.change(line, 0.002, '1');
    vcd.change(bell, 1, '1');
    expect(vcd.text()).to.equal(
      [
        '$version mdevkit $end',
        '$timescale 1us $end',
        '$scope module mdev $end',
        '$var reg 16 # pm_control $end',
        '$scope module irq $end',
        '$var wire 1 ! INTx $end',
        '$var event 1 " bell $end',
        '$upscope $end',
        '$upscope $end',
        '$enddefinitions $end',
        '#0',
        '$dumpvars',
        '0!',
        'bx #',
        '$end',
        '#2',
        'b101 #',
        '1!',
        '#1000',
        '1"',
        '',
      ].join('\n'),
    );
  });

  it('dump change: a reader finds every change again, and no other', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 30 }), (steps) => {
        const vcd = new VcdWriter({ timescale: '1ns' });
        WIDTHS.forEach((width) =>
          vcd.declare({ scope: ['s'], name: `w${width}`, type: 'reg', width }),
        );
        const held = WIDTHS.map((width) => 'x'.repeat(width));
        const expected: unknown[] = [];
        let time = 0;
        for (const { variable, wait, value } of steps) {
          time += wait;
          vcd.change(variable, time / 1e6, value);
          if (held[variable] !== value) {
            expected.push({ time, path: `s.w${WIDTHS[variable] ?? 0}`, value });
          }
          held[variable] = value;
        }
        expect(parseVcd(vcd.text()).changes).to.deep.equal(expected);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it('dump event: an event is told each time, also at the same time', () => {
    const vcd = new VcdWriter();
    const bell = vcd.declare({ scope: ['s'], name: 'bell', type: 'event' });
    vcd.change(bell, 0, '1');
    vcd.change(bell, 0, '1');
    expect(parseVcd(vcd.text()).changes).to.have.length(2);
  });

  it('dump code: variables have codes of their own, however many there are', () => {
    const vcd = new VcdWriter();
    for (let number = 0; number < 94 + 94 * 94 + 2; number += 1) {
      vcd.declare({ scope: ['s'], name: `v${number}`, type: 'wire' });
    }
    const codes = [...vcd.text().matchAll(/^\$var wire 1 (\S+) /gm)].map(([, code]) => code);
    expect(new Set(codes).size).to.equal(codes.length);
    expect([codes[0], codes[93], codes[94], codes.at(-1)]).to.deep.equal(['!', '~', '!!', '"!!']);
  });

  it('dump identifier: names become identifiers, each once in its scope (3.7)', () => {
    const vcd = new VcdWriter();
    for (const name of ['a.b', 'a b', '0', 'ß']) {
      vcd.declare({ scope: ['7 up', 'x'], name, type: 'wire' });
    }
    expect(parseVcd(vcd.text()).variables.map(({ path }) => path)).to.deep.equal([
      '_7_up.x.a_b',
      '_7_up.x.a_b_2',
      '_7_up.x._0',
      '_7_up.x._',
    ]);
  });

  it('dump time: time does not go back, and an unknown variable is a RangeError', () => {
    const vcd = new VcdWriter();
    const line = vcd.declare({ scope: ['s'], name: 'line', type: 'wire' });
    // 1.001 * 1000 is a little less than 1001.
    vcd.change(line, 1.001, '0');
    vcd.change(line, 2, '1');
    vcd.change(line, 1, '0');
    expect(parseVcd(vcd.text()).changes.map(({ time }) => time)).to.deep.equal([1001, 2000, 2000]);
    expect(() => vcd.change(1, 3, '0')).to.throw(RangeError, 'no variable 1');
  });

  it('dump limit: beyond its limit changes are lost, and the text says how many', () => {
    const vcd = new VcdWriter({ limit: 1 });
    const bell = vcd.declare({ scope: ['s'], name: 'bell', type: 'event' });
    [1, 2, 3].forEach((ms) => vcd.change(bell, ms, '1'));
    expect(vcd.text()).to.include('$comment 2 later changes had no room $end');
    expect(parseVcd(vcd.text()).changes).to.have.length(1);
  });
});
