import * as fc from 'fast-check';

import type { Hooked } from './naive-registers.test-support.js';
import type { FieldSpec, RegisterAccess, RegisterSpec } from './register-spec.js';

/** A declaration with its hooks; `specs` by ascending offset. */
export interface RandomLayout {
  readonly size: number;
  readonly specs: readonly RegisterSpec[];
  readonly hooked: ReadonlyMap<string, Hooked>;
}

const access = fc.constantFrom<RegisterAccess>('ro', 'rw', 'wo', 'w1c', 'w1s', 'rc');

/** Fields over a register of `bits` bits that do not overlap, resets included when `resets`. */
function fields(bits: number, resets: boolean): fc.Arbitrary<Record<string, FieldSpec>> {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bits }), { maxLength: 5 });
  const parts = fc.array(
    fc.record({
      used: fc.boolean(),
      access: fc.option(access, { nil: undefined }),
      reset: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
    { minLength: 5, maxLength: 5 },
  );
  return fc.tuple(cuts, parts).map(([edges, options]) => {
    const result: Record<string, FieldSpec> = {};
    let low = 0;
    edges
      .sort((a, b) => a - b)
      .forEach((edge, i) => {
        const option = options[i];
        if (option?.used === true) {
          const width = Math.min(edge - low, 52);
          result[`F${i}`] = {
            bits: edge - low === 1 ? low : [edge - 1, low],
            ...(option.access === undefined ? {} : { access: option.access }),
            ...(resets ? { reset: Math.floor(option.reset * 2 ** width) } : {}),
          };
        }
        low = edge;
      });
    return result;
  });
}

function register(width: 1 | 2 | 4 | 8): fc.Arbitrary<Omit<RegisterSpec, 'name' | 'offset'>> {
  const value = fc.bigInt({ min: 0n, max: (1n << BigInt(width * 8)) - 1n });
  return fc
    .tuple(access, fc.option(value, { nil: undefined }), value, fc.boolean())
    .chain(([kind, writeMask, reset, byFields]) =>
      fields(width * 8, byFields).map((list) => ({
        width,
        access: kind,
        fields: list,
        ...(byFields ? {} : { reset: width === 8 ? reset : Number(reset) }),
        ...(writeMask === undefined || ['ro', 'wo', 'rc'].includes(kind) ? {} : { writeMask }),
      })),
    );
}

/** Layouts with registers of every kind at any offset, some with hooks, some touching, some apart. */
export const randomLayout: fc.Arbitrary<RandomLayout> = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.nat(5)),
      spec: fc.oneof(register(1), register(2), register(4), register(8)),
      hooked: fc.record({ read: fc.boolean(), write: fc.boolean() }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => {
    let end = 0;
    const hooked = new Map<string, Hooked>();
    const specs = parts.map((part, i) => {
      const spec = { ...part.spec, name: `R${i}`, offset: end + part.gap };
      end = spec.offset + spec.width;
      hooked.set(spec.name, part.hooked);
      return spec;
    });
    return { size: end + 3, specs, hooked };
  });
