import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { expect } from 'chai';
import {
  classMethod,
  createObject,
  handleOf,
  handlesOf,
  method,
  optional,
  type AnyObjectClass,
  type AttributeMap,
  type Method,
} from '../../declare/index.js';
import type { BoundMethod, MethodTree } from '../bound.js';
import { ObjectSchema } from '../object-schema.js';
import { implemented } from '../schema.test-support.js';

interface RandomReference {
  /** Index of the class, modulo their number. */
  readonly target: number;
  readonly isMandatory: boolean;
  readonly isArray: boolean;
}

interface RandomMethod {
  readonly role: 'create' | 'instance' | 'class';
  readonly references: readonly RandomReference[];
  readonly isSupported: boolean;
}

interface RandomClass {
  readonly methods: readonly RandomMethod[];
  readonly isImplemented: boolean;
  readonly isSupported: boolean;
}

const reference = fc.record<RandomReference>({
  target: fc.nat(11),
  isMandatory: fc.boolean(),
  isArray: fc.boolean(),
});

function often(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 4 }).map((n) => n > 0);
}

function methodOf(role: fc.Arbitrary<RandomMethod['role']>): fc.Arbitrary<RandomMethod> {
  const references = fc.array(reference, { maxLength: 3 });
  return fc.record({ role, references, isSupported: often() });
}

const someClass: fc.Arbitrary<RandomClass> = fc.record({
  // The first creates: the schema refuses a class whose objects nothing makes.
  methods: fc
    .tuple(
      methodOf(fc.constant('create')),
      fc.array(methodOf(fc.constantFrom('create', 'instance', 'class')), { maxLength: 4 }),
    )
    .map(([first, rest]) => [first, ...rest]),
  isImplemented: often(),
  isSupported: often(),
});

function attributesOf(
  references: readonly RandomReference[],
  classes: readonly AnyObjectClass[],
): AttributeMap {
  const entries = references.flatMap(({ target, isMandatory, isArray }, i) => {
    const of = classes[target % classes.length];
    if (of === undefined) {
      return [];
    }
    const attribute = isArray ? handlesOf(i + 1, of, { max: 1 }) : handleOf(i + 1, of);
    return [[`a${i}`, isMandatory ? attribute : optional<never>(attribute as never)] as const];
  });
  return Object.fromEntries(entries);
}

const builders = { create: createObject, instance: method, class: classMethod };

/** Classes may refer to one another, also in a circle. */
function declare(random: readonly RandomClass[]): AnyObjectClass[] {
  const methods = random.map((): Record<string, Method> => ({}));
  const classes = methods.map((of, id): AnyObjectClass => ({
    name: `C${id}`,
    id,
    namespace: 'driver',
    kind: 'handle',
    methods: of,
  }));
  random.forEach((one, i) => {
    one.methods.forEach(({ role, references }, id) => {
      const of = methods[i] ?? {};
      of[`m${id}`] = builders[role](id, attributesOf(references, classes));
    });
  });
  return classes;
}

function bind(random: readonly RandomClass[]): MethodTree {
  const classes = declare(random);
  const implementations = random.flatMap(({ isImplemented, isSupported, methods }, i) => {
    const objectClass = classes[i];
    const refuses = methods.flatMap((one, id) => (one.isSupported ? [] : [`m${id}`]));
    return objectClass !== undefined && isImplemented
      ? [implemented(objectClass, { supported: isSupported, refuses })]
      : [];
  });
  return ObjectSchema.build('random', classes).bind(implementations);
}

/** Another way to the same: methods are taken away one at a time, the last first, until none is without an object. */
function expected(random: readonly RandomClass[]): string[] {
  const left = random.flatMap(({ methods, isImplemented, isSupported }, c) =>
    methods.flatMap((one, m) =>
      isImplemented && isSupported && one.isSupported ? [{ c, m, ...one }] : [],
    ),
  );
  const isMade = (c: number) => left.some((one) => one.c === c && one.role === 'create');
  for (;;) {
    const last = left.findLastIndex(
      ({ c, role, references }) =>
        (role === 'instance' && !isMade(c)) ||
        references.some(
          ({ isMandatory, target }) => isMandatory && !isMade(target % random.length),
        ),
    );
    if (last < 0) {
      return left.map(({ c, m }) => `C${c}.m${m}`);
    }
    left.splice(last, 1);
  }
}

function makes({ methods }: { readonly methods: readonly BoundMethod[] }): boolean {
  return methods.some(({ role }) => role === 'create');
}

describe('any capabilities (Linux drivers/infiniband/core/uverbs_uapi.c, uapi_finalize_disable)', () => {
  const classes = fc.array(someClass, { minLength: 1, maxLength: 12 });

  it('uverbs §6.2 no dangling reference: a handle that a call may or must name is of a class that is made', () => {
    let references = 0;
    fc.assert(
      fc.property(classes, (random) => {
        const tree = bind(random);
        for (const owner of tree.classes) {
          for (const { role, attributes } of owner.methods) {
            expect(role === 'class' || makes(owner)).to.equal(true);
            for (const { spec, target } of attributes) {
              references += 1;
              expect(spec.kind).to.match(/^handles?$/);
              expect(target && makes(target) && tree.classes.includes(target)).to.equal(true);
            }
          }
        }
      }),
      { seed: 20261121, numRuns: 400 },
    );
    expect(references).to.be.greaterThan(2000);
  });

  it('uverbs §6.2 no dangling reference: and nothing is taken away that could be called', () => {
    let methods = 0;
    fc.assert(
      fc.property(classes, (random) => {
        const names = bind(random).classes.flatMap((owner) =>
          owner.methods.map(({ name }) => `${owner.name}.${name}`),
        );
        expect(names).to.deep.equal(expected(random));
        methods += names.length;
      }),
      { seed: 20261121, numRuns: 400 },
    );
    expect(methods).to.be.greaterThan(1000);
  });

  it('uverbs §6.2 no dangling reference: whatever is left is found by its numbers, and nothing else', () => {
    fc.assert(
      fc.property(classes, fc.nat(0xffff), fc.nat(0xffff), (random, a, b) => {
        const tree = bind(random);
        const numbers = new Map<number, Set<number>>();
        for (const owner of tree.classes) {
          expect(tree.classAt(owner.wireId)).to.equal(owner);
          numbers.set(owner.wireId, new Set(owner.methods.map(({ wireId }) => wireId)));
          for (const bound of owner.methods) {
            expect(tree.method(owner.wireId, bound.wireId)).to.equal(bound);
            expect(bound.attributes.map(({ wireId }) => bound.slotOf(wireId))).to.deep.equal(
              bound.attributes.map(({ slot }) => slot),
            );
            const isKnown = bound.attributes.some(({ wireId }) => wireId === a);
            expect(bound.slotOf(a) >= 0).to.equal(isKnown);
          }
        }
        expect(tree.classAt(a) !== undefined).to.equal(numbers.has(a));
        expect(tree.method(a, b) !== undefined).to.equal(numbers.get(a)?.has(b) === true);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
