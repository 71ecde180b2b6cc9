import { expect } from 'chai';
import { describe, it } from 'mocha';

import { buffer, bytesOf } from '../recorder.test-support.js';
import { registerLayout } from './register-layout.js';

const layout = registerLayout('hooked', 32, [
  { name: 'A', offset: 0, width: 4, access: 'rw', reset: 0x11111111 },
  { name: 'B', offset: 4, width: 4, access: 'rc' },
  { name: 'C', offset: 8, width: 8, access: 'rw' },
  { name: 'D', offset: 16, width: 2, access: 'ro', reset: 5 },
]);

function bytes(...values: number[]): DataView {
  return new DataView(Uint8Array.from(values).buffer);
}

describe('register hooks', () => {
  it('are called once per access and register, in ascending order', () => {
    const calls: string[] = [];
    const map = layout.instantiate({
      C: { read: () => (calls.push('C'), 3n) },
      A: { read: () => (calls.push('A'), 1) },
      B: { read: () => (calls.push('B'), 2) },
    });
    const data = buffer(12);
    map.read(2, data, 0, 12);
    expect(calls).to.deep.equal(['A', 'B', 'C']);
    expect(bytesOf(data)).to.deep.equal([0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
    map.read(0, data, 0, 4);
    expect(calls).to.deep.equal(['A', 'B', 'C', 'A']);
  });

  it('read: the value becomes the stored one, then rc clears what was read', () => {
    const map = layout.instantiate({ A: { read: () => -2 }, B: { read: () => 0x01020304 } });
    map.read(4, buffer(1), 0, 1);
    expect(map.get('B')).to.equal(0x01020300);
    map.read(3, buffer(1), 0, 1);
    expect(map.get('A')).to.equal(0xfffffffe);
  });

  it('are told the byte enables of the access (PCIe Base Spec 2.2.5, byte enables)', () => {
    const seen: string[] = [];
    const hook = {
      read: (enables: number): number => (seen.push(`read ${enables.toString(2)}`), 0),
      write: (_value: number, _previous: number, _written: number, enables: number): void => {
        seen.push(`write ${enables.toString(2)}`);
      },
    };
    const wide = {
      read: (enables: number): bigint => (seen.push(`read ${enables.toString(2)}`), 0n),
      write: (_value: bigint, _previous: bigint, _written: bigint, enables: number): void => {
        seen.push(`write ${enables.toString(2)}`);
      },
    };
    const map = layout.instantiate({ A: hook, C: wide });
    for (const [offset, length] of [
      [0, 4],
      [2, 2],
      [3, 5],
      [8, 8],
      [15, 1],
    ] as const) {
      map.read(offset, buffer(length), 0, length);
      map.write(offset, buffer(length), 0, length);
    }
    expect(seen).to.deep.equal([
      'read 1111',
      'write 1111',
      'read 1100',
      'write 1100',
      'read 1000',
      'write 1000',
      'read 11111111',
      'write 11111111',
      'read 10000000',
      'write 10000000',
    ]);
  });

  it('write: value, previous and written, untouched bytes being the previous ones', () => {
    const calls: unknown[] = [];
    const map = layout.instantiate({
      A: {
        write(value, previous, written): void {
          calls.push(['A', value, previous, written, map.get('A')]);
        },
      },
      C: {
        write(value, previous, written): void {
          calls.push(['C', value, previous, written]);
        },
      },
      D: {
        write(value, previous, written): void {
          calls.push(['D', value, previous, written]);
        },
      },
    });
    map.write(2, bytes(0xaa, 0xff), 0, 2);
    map.write(15, bytes(0x80, 0x77), 0, 2);
    expect(calls).to.deep.equal([
      ['A', 0xffaa1111, 0x11111111, 0xffaa1111, 0xffaa1111],
      ['C', 0x8000_0000_0000_0000n, 0n, 0x8000_0000_0000_0000n],
      ['D', 5, 5, 0x77],
    ]);
  });

  it('may change registers, their own included, and read the map again', () => {
    const map = layout.instantiate({
      A: {
        write(value): void {
          map.set('A', value + 1);
          map.set64('C', BigInt(value));
        },
        read: () => map.get('D') + 1,
      },
    });
    map.write(0, bytes(9, 0, 0, 0), 0, 4);
    expect([map.get('A'), map.get64('C')]).to.deep.equal([10, 9n]);
    const data = buffer(4);
    map.read(0, data, 0, 4);
    expect(data.getUint32(0, true)).to.equal(6);
  });

  it('keep their this', () => {
    class Counter {
      count = 40;
      read(): number {
        return ++this.count;
      }
    }
    const counter = new Counter();
    const map = layout.instantiate({ D: counter });
    map.read(16, buffer(2), 0, 2);
    expect([map.get('D'), counter.count]).to.deep.equal([41, 41]);
  });

  it('are not called by reset and the side of the device', () => {
    let calls = 0;
    const hook = {
      read: (): number => ++calls,
      write: (): void => {
        calls++;
      },
    };
    const map = layout.instantiate({ A: hook, D: hook });
    map.set('A', 3);
    map.reset();
    expect([map.get('A'), map.get('D'), calls]).to.deep.equal([0x11111111, 5, 0]);
  });

  it('let what they throw through; a written register keeps its change', () => {
    const map = layout.instantiate({
      A: {
        write(): void {
          throw new Error('boom');
        },
      },
    });
    expect(() => map.write(0, bytes(1, 0, 0, 0, 1), 0, 5)).to.throw('boom');
    expect([map.get('A'), map.get('B')]).to.deep.equal([1, 0]);
  });

  it('have bigint values exactly for registers of 8 bytes (types)', () => {
    layout.instantiate({
      A: {
        write(value): void {
          const exact: number = value;
          expect(exact).to.be.a('number');
        },
      },
      C: {
        read: () => 1n,
        write(value): void {
          const exact: bigint = value;
          expect(exact).to.be.a('bigint');
        },
      },
    });
    const wide: Parameters<typeof layout.instantiate>[0] extends
      { readonly C?: { read?(enables: number): bigint } } | undefined
      ? true
      : never = true;
    expect(wide).to.equal(true);
  });
});
