import { expect } from 'chai';
import { MdevError, type ErrorDetails } from '../../errors/index.js';
import type { AnyObjectClass, MethodMap } from '../declare/index.js';
import { erased, implement, type ErasedImplementation } from '../implement/index.js';
import type { MethodTree } from './bound.js';
import { ObjectSchema } from './object-schema.js';

/** Builds what must not be built, and answers `ERRNO reason` with the details. */
export function refused(
  classes: readonly unknown[],
  driverName = 'driver',
): { readonly answer: string; readonly details: ErrorDetails } {
  try {
    // What plain JavaScript may pass.
    ObjectSchema.build(driverName, classes as readonly AnyObjectClass[]);
  } catch (error) {
    if (MdevError.is(error)) {
      return { answer: `${error.code} ${error.reason}`, details: error.details };
    }
    throw error;
  }
  return { answer: 'built', details: {} };
}

/** As {@link refused}: with what, and where: `Class.method.attribute`. */
export function refusedAt(classes: readonly unknown[]): readonly [string, string] {
  const { answer, details } = refused(classes);
  const place = [details['class'], details['method'], details['attribute']];
  return [answer, place.filter((part) => part !== undefined).join('.')];
}

/** A class of a driver, numbered 0. */
export function classOf(methods: MethodMap, more: Partial<AnyObjectClass> = {}): AnyObjectClass {
  return { name: 'Thing', id: 0, namespace: 'driver', kind: 'handle', methods, ...more };
}

export function expectRefused(classes: readonly unknown[], answer: string, place: string): void {
  expect(refusedAt(classes)).to.deep.equal([answer, place]);
}

/** Names of methods: `Class.method`, in the order of the tree. */
export function methodsOf(tree: MethodTree): string[] {
  return tree.classes.flatMap(({ name, methods }) =>
    methods.map((method) => `${name}.${method.name}`),
  );
}

interface Capabilities {
  readonly supported?: boolean;
  /** Methods without a handler. */
  readonly without?: readonly string[];
  /** Methods that it says no to. */
  readonly refuses?: readonly string[];
}

/** An implementation of all that a class has, with handlers that answer nothing. */
export function implemented(
  objectClass: AnyObjectClass,
  { supported = true, without = [], refuses = [] }: Capabilities = {},
): ErasedImplementation {
  const { extension } = objectClass;
  const names = Object.keys(
    extension === undefined
      ? objectClass.methods
      : { ...extension.methods, ...extension.attributes },
  );
  const handlers = Object.fromEntries(
    names.filter((name) => !without.includes(name)).map((name) => [name, () => ({ state: name })]),
  );
  const life = {
    supported: () => supported,
    supports: (method: string) => !refuses.includes(method),
    ...(objectClass.kind === 'fd' ? { descriptor: unused } : {}),
  };
  return erased(implement(objectClass).withState<unknown>(handlers, life));
}

function unused(): never {
  throw new Error('nothing is opened here');
}
