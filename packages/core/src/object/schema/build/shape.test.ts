import { struct, u8 } from '@mdevkit/uapi';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  bytesIn,
  classMethod,
  constIn,
  createObject,
  enumIn,
  extendClass,
  flagsIn,
  handleOf,
  handlesOf,
  objectClass,
  structIn,
  valueIn,
  valueOut,
} from '../../declare/index.js';
import { MdevError } from '../../../errors/index.js';
import { DeviceClass } from '../core-classes.js';
import { ObjectSchema } from '../object-schema.js';
import { classOf, refused } from '../schema.test-support.js';

const layout = struct('small', { a: u8(0) });
const Thing = objectClass({
  name: 'Thing',
  id: 0,
  methods: { make: createObject(0, { size: valueIn(1, 'u32') }) },
});
/** One attribute of every kind. */
const All = objectClass({
  name: 'All',
  id: 1,
  methods: {
    m: classMethod(0, {
      value: valueIn(1, 'u32'),
      out: valueOut(2, 'u64'),
      struct: structIn(3, layout),
      bytes: bytesIn(4, { max: 8 }),
      const: constIn(5, { one: 1 }),
      flags: flagsIn(6, { bit: 1 }),
      enum: enumIn(7, { small: { id: 0, layout } }),
      handle: handleOf(8, Thing),
      handles: handlesOf(9, Thing, { max: 2 }),
    }),
  },
});
const Extended = extendClass(DeviceClass, {
  methods: { m: classMethod(0, { a: valueIn(0, 'u8') }) },
  attributes: { query: { b: valueIn(0, 'u8') } },
});

type Path = readonly (string | number)[];

/** Every place in a declaration; what a handle refers to is a declaration of its own. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const last = path.at(-1);
  if (typeof value !== 'object' || value === null || last === 'layout' || last === 'of') {
    return [path];
  }
  const inside = Object.entries(value).flatMap(([key, part]) =>
    key === 'base' || (path.length === 0 && key === 'methods' && 'extension' in value)
      ? []
      : pathsOf(part, [...path, key]),
  );
  return path.length === 0 ? inside : [path, ...inside];
}

/** A copy with something else in one place. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) {
    return to;
  }
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [key]: changed(record[key], rest, to) };
}

describe('the shape of declarations (own rule: a driver may be plain JavaScript)', () => {
  it('declaration shape: names are short words, and none that every object has', () => {
    const names = ['', '1st', 'a b', '__proto__', 'constructor', 'toString', 'é', 'x'.repeat(65)];
    for (const name of names) {
      const make = createObject(0, {});
      const a = valueIn(1, 'u8');
      const named = (value: unknown) =>
        Object.fromEntries([[name, value]]) as Record<string, never>;
      expect(refused([classOf({ make }, { name })]).answer, name).to.equal(
        'EINVAL schema.malformed',
      );
      expect(refused([classOf(named(make))]).answer, name).to.equal('EINVAL schema.malformed');
      const methods = { m: classMethod(0, named(a)) };
      expect(refused([classOf(methods)]).answer, name).to.equal('EINVAL schema.malformed');
    }
    expect(refused([classOf({}, { name: 'x'.repeat(64) })]).answer).to.equal('built');
  });

  it('declaration shape: an answer of a create has a state already', () => {
    const make = createObject(0, { state: valueOut(1, 'u8') });
    expect(refused([classOf({ make })])).to.deep.include({ answer: 'EINVAL schema.malformed' });
  });

  it('declaration shape: the layout of a struct can be read and written', () => {
    const point = structIn(1, layout);
    const size = 8;
    const fields = { a: { kind: 'value' } };
    const decode = () => ({});
    const encode = decode;
    const built = (other: unknown) => {
      const a = { ...point, spec: { ...point.spec, layout: other as typeof layout } };
      return refused([classOf({ m: classMethod(0, { a }) })]).answer;
    };
    expect(built({ size, fields, decode, encode })).to.equal('built');
    for (const other of [
      { size, fields, decode },
      { size, fields, encode },
      { fields, decode, encode },
      { size, decode, encode },
      { size, fields: { a: 1 }, decode, encode },
      null,
    ]) {
      expect(built(other)).to.equal('EINVAL schema.malformed');
    }
  });

  it('declaration shape: no classes at all, or something else instead of one', () => {
    for (const rubbish of [undefined, null, 3, 'Thing', {}, [null], [[]], [undefined]]) {
      expect(refused(rubbish as []).answer).to.equal('EINVAL schema.malformed');
    }
  });

  it('declaration shape: whatever stands in any place, there is an answer', () => {
    const declared = [Thing, All, Extended];
    expect(refused(declared).answer).to.equal('built');
    const places = declared.flatMap((of, i) => pathsOf(of).map((path): Path => [i, ...path]));
    expect(places.length).to.be.greaterThan(80);
    const rubbish = fc.oneof(
      fc.constantFrom(
        undefined,
        null,
        NaN,
        -1,
        0.5,
        2 ** 40,
        true,
        '',
        'read',
        'new',
        'fd',
        [],
        {},
      ),
      fc.anything({ maxDepth: 2 }),
    );
    let refusals = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), rubbish, ([i = 0, ...path], to) => {
        const classes: unknown[] = [...declared];
        classes[Number(i)] = changed(classes[Number(i)], path, to);
        refusals += refused(classes).answer === 'built' ? 0 : 1;
      }),
      { seed: 20261121, numRuns: 3000 },
    );
    expect(refusals).to.be.greaterThan(2000);
  });

  it('declaration shape: every property that is needed is missed', () => {
    const optional = ['namespace', 'of', 'extension'];
    const declared = [Thing, All, Extended];
    for (const [i, of] of declared.entries()) {
      for (const path of pathsOf(of)) {
        const isNumbered = path.at(-2) === 'fields';
        const name = String(path.at(-1));
        if (optional.includes(name) || isNumbered || path.at(-2) === 'attributes') {
          continue;
        }
        const classes = declared.map((one, j) => (i === j ? changed(one, path, undefined) : one));
        const answer = refused(classes).answer;
        expect(answer, path.join('.')).to.match(/^E[A-Z]+ schema\./);
      }
    }
  });

  it('declaration driver name: who declares classes has a name', () => {
    const build = (name: unknown, classes: readonly (typeof Thing)[]) => {
      try {
        ObjectSchema.build(name as string, classes);
        return 'built';
      } catch (error) {
        return MdevError.is(error) ? error.reason : 'threw';
      }
    };
    expect(build(undefined, [Thing])).to.equal('schema.driver-name');
    expect(build('', [Thing])).to.equal('schema.driver-name');
    expect(build(7, [])).to.equal('schema.driver-name');
    expect(build(undefined, [])).to.equal('built');
    expect(build('driver', [])).to.equal('built');
  });
});
