import { isSameCoreClass, type AnyObjectClass, type ObjectRef } from '../declare/index.js';
import { eraseHandlers } from './erase-handlers.js';
import { eraseLife } from './erase-life.js';
import type { ErasedImplementation } from './erased.js';
import type { Handlers } from './handlers.js';
import { isHeldRef } from './held-ref.js';
import type { LifeArguments, ObjectLife } from './object-life.js';

export type { Handler, Handlers } from './handlers.js';
export type { FdObjectLife, LifeArguments, ObjectLife } from './object-life.js';

/** A class and what it does, for one device. */
export interface Implementation<C extends AnyObjectClass = AnyObjectClass, S = unknown> {
  readonly objectClass: C;
  /**
   * The state that a create handler of this class answered.
   *
   * @throws TypeError for anything that is not an object of this class, as the core hands it to a handler
   */
  of(ref: ObjectRef<C['name']>): S;
}

/** Survives two copies of this package in one process, which `instanceof` does not. */
const form: unique symbol = Symbol.for('@mdevkit/core/ErasedImplementation');

class ImplementedClass<C extends AnyObjectClass, S> implements Implementation<C, S> {
  readonly objectClass: C;
  readonly [form]: ErasedImplementation;

  constructor(objectClass: C, implementation: ErasedImplementation) {
    this.objectClass = objectClass;
    this[form] = implementation;
  }

  of(ref: ObjectRef<C['name']>): S {
    if (!isHeldRef(ref) || !this.#isOwn(ref.objectClass)) {
      throw new TypeError(`not an object of the class ${this.objectClass.name}`);
    }
    // Only this implementation's create handler makes objects of the class, and it answers an S.
    return ref.state as S;
  }

  /** The objects of an extended class are the core's. */
  #isOwn(objectClass: AnyObjectClass): boolean {
    const base = this.objectClass.extension?.base;
    return base === undefined
      ? objectClass === this.objectClass
      : isSameCoreClass(base, objectClass);
  }
}

/**
 * Gives a class what it does. The state of an object is whatever the device wants to keep for it; for an extended class of
 * the core it is the core's, and not for a driver to look into.
 *
 * @example
 * const pds = implement(Pd).withState<ProtectionDomain>(
 *   { create: () => ({ state: new ProtectionDomain() }) },
 *   { release: (pd) => pd.free() },
 * );
 *
 * A class of descriptors does not compile without `descriptor` in its life, the second argument of `withState`; in plain
 * JavaScript its device is refused (`schema.no-descriptor`).
 *
 * @throws RangeError for a handler of a method that the class does not have, or that a driver may not replace;
 *   TypeError for one that is not a function
 */
export function implement<C extends AnyObjectClass>(
  objectClass: C,
): { withState<S>(handlers: Handlers<C, S>, ...life: LifeArguments<C, S>): Implementation<C, S> } {
  return {
    withState: <S>(
      handlers: Handlers<C, S>,
      ...rest: LifeArguments<C, S>
    ): Implementation<C, S> => {
      const [life = {}]: [life?: ObjectLife<S>] = rest;
      return new ImplementedClass<C, S>(objectClass, {
        objectClass,
        handlers: eraseHandlers(objectClass, handlers),
        life: eraseLife(objectClass.name, life),
      });
    },
  };
}

/**
 * What a dispatcher calls of an implementation.
 *
 * @throws TypeError for one that was not made by {@link implement}
 */
export function erased(implementation: Implementation): ErasedImplementation {
  const made: unknown = implementation;
  if (typeof made === 'object' && made !== null && form in made) {
    return (made as ImplementedClass<AnyObjectClass, unknown>)[form];
  }
  throw new TypeError('an implementation is made by implement()');
}
