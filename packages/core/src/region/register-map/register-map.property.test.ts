import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';

import { buffer, bytesOf } from '../recorder.test-support.js';
import { Region } from '../region.js';
import {
  NaiveRegisters,
  hookValue,
  rangeOf,
  type HookCall,
} from './naive-registers.test-support.js';
import { randomLayout, type RandomLayout } from './random-layout.test-support.js';
import type { RegisterHook } from './register-hooks.js';
import { registerLayout } from './register-layout.js';
import type { RegisterMap } from './register-map.js';
import type { RegisterSpec } from './register-spec.js';

type Operation =
  | { readonly kind: 'read'; readonly start: number; readonly length: number }
  | { readonly kind: 'write'; readonly start: number; readonly data: readonly number[] }
  | { readonly kind: 'reset' };

const length = fc.oneof(fc.constantFrom(1, 2, 4, 8), fc.integer({ min: 0, max: 24 }));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('read'), start: fc.nat(), length }) },
  {
    weight: 6,
    arbitrary: length.chain((count) =>
      fc.record({
        kind: fc.constant('write'),
        start: fc.nat(),
        data: fc.array(fc.nat(255), { minLength: count, maxLength: count }),
      }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset') }) },
);

/** Hooks that log their calls and answer reads from {@link hookValue}. */
function hooks(
  layout: RandomLayout,
  calls: HookCall[],
): Record<string, RegisterHook<number | bigint>> {
  const result: Record<string, RegisterHook<number | bigint>> = {};
  for (const { name, width } of layout.specs) {
    const hooked = layout.hooked.get(name);
    let reads = 0;
    result[name] = {
      ...(hooked?.read === true && {
        read(): number | bigint {
          calls.push(['read', name]);
          const value = hookValue(name, reads++, width);
          return width === 8 ? value : Number(value);
        },
      }),
      ...(hooked?.write === true && {
        write(...values: (number | bigint)[]): void {
          const kind = width === 8 ? 'bigint' : 'number';
          expect(values.map((value) => typeof value)).to.deep.equal([kind, kind, kind, 'number']);
          const [value = -1n, previous = -1n, written = -1n] = values.map(BigInt);
          calls.push(['write', name, value, previous, written]);
        },
      }),
    };
  }
  return result;
}

function expectSame(
  map: RegisterMap<string>,
  naive: NaiveRegisters,
  specs: readonly RegisterSpec[],
): void {
  const rows = map.describe();
  for (const spec of specs) {
    const value = naive.value(spec.name);
    const held = spec.width === 8 ? map.get64(spec.name) : BigInt(map.get(spec.name));
    expect(held, spec.name).to.equal(value);
    const row = rows.find(({ name }) => name === spec.name);
    expect(row?.value).to.equal(spec.width === 8 ? value : Number(value));
    for (const [name, field] of Object.entries(spec.fields ?? {})) {
      const [high, low] = rangeOf(field);
      const expected = (value / 2n ** BigInt(low)) % 2n ** BigInt(high - low + 1);
      const shown = row?.fields.find((entry) => entry.name === name)?.value;
      expect(shown).to.equal(high - low >= 53 ? expected : Number(expected));
      if (high - low < 53) {
        expect(map.field(spec.name, name)).to.equal(Number(expected));
      }
    }
  }
}

function play(layout: RandomLayout, operations: readonly Operation[], backwards: boolean): void {
  const calls: HookCall[] = [];
  const declared = backwards ? [...layout.specs].reverse() : layout.specs;
  const map = registerLayout('random', layout.size, declared).instantiate(hooks(layout, calls));
  const naive = new NaiveRegisters(layout.specs, layout.hooked);
  expectSame(map, naive, layout.specs);
  for (const step of operations) {
    if (step.kind === 'reset') {
      map.reset();
      naive.reset();
    } else if (step.kind === 'read') {
      const start = step.start % layout.size;
      const data = buffer(step.length + 4);
      expect(map.read(start, data, 2, step.length)).to.equal(step.length);
      expect(bytesOf(data)).to.deep.equal([
        0xee,
        0xee,
        ...naive.read(start, step.length),
        0xee,
        0xee,
      ]);
    } else {
      const start = step.start % layout.size;
      const data = new DataView(Uint8Array.from([7, 7, 7, ...step.data]).buffer);
      expect(map.write(start, data, 3, step.data.length)).to.equal(step.data.length);
      expect(bytesOf(data)).to.deep.equal([7, 7, 7, ...step.data]);
      naive.write(start, step.data);
    }
    expect(calls.splice(0)).to.deep.equal(naive.calls.splice(0));
    expectSame(map, naive, layout.specs);
  }
}

describe('RegisterMap against a model bit by bit', () => {
  it('agrees on values, bytes and hook calls at any offset and length (property)', () => {
    fc.assert(
      fc.property(
        randomLayout,
        fc.array(operation, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        play,
      ),
      { seed: 20261121, numRuns: 250 },
    );
  }).timeout(30_000);

  it('agrees on accesses that fit exactly one register (property)', () => {
    fc.assert(
      fc.property(
        randomLayout,
        fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.nat(255))),
        (layout, picks) => {
          const operations = picks.map(([pick, isWrite, fill]): Operation => {
            const spec = layout.specs[pick % layout.specs.length];
            const [start, width] = [spec?.offset ?? 0, spec?.width ?? 1];
            return isWrite
              ? { kind: 'write', start, data: new Array<number>(width).fill(fill) }
              : { kind: 'read', start, length: width };
          });
          play(layout, operations, false);
        },
      ),
      { seed: 20261121, numRuns: 150 },
    );
  }).timeout(30_000);

  it('agrees behind a region that splits naturally (property)', () => {
    fc.assert(
      fc.property(
        randomLayout,
        fc.nat(),
        fc.array(fc.nat(255), { minLength: 1, maxLength: 24 }),
        (layout, from, bytes) => {
          const map = registerLayout('random', layout.size, layout.specs).instantiate();
          const ranges = [{ kind: 'trapped' as const, offset: 0, size: layout.size, handler: map }];
          const region = new Region({ name: 'bar0', size: layout.size, ranges });
          const naive = new NaiveRegisters(layout.specs, new Map());
          const start = from % layout.size;
          const inside = bytes.slice(0, layout.size - start);
          const data = new DataView(Uint8Array.from(bytes).buffer);
          expect(region.write(start, data, 0, bytes.length)).to.equal(inside.length);
          naive.write(start, inside);
          expectSame(map, naive, layout.specs);
          const out = buffer(layout.size);
          expect(region.read(0, out, 0, layout.size)).to.equal(layout.size);
          expect(bytesOf(out)).to.deep.equal(naive.read(0, layout.size));
          expectSame(map, naive, layout.specs);
        },
      ),
      { seed: 20261121, numRuns: 150 },
    );
  }).timeout(30_000);
});
