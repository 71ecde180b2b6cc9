import type { ClassExtension } from './extend.js';
import type { Method } from './method.js';

export type MethodMap = Readonly<Record<string, Method>>;

/** `handle`: named by a number in the client's table. `fd`: named by a descriptor, whose close destroys it. */
export type ObjectKind = 'handle' | 'fd';

/**
 * A kind of object that a client can have: what can be done with it, and with which attributes. What differs in the legal
 * attributes and operations is a class of its own. A declaration is data that driver and library share; what it does is
 * given by `implement`.
 *
 * Source: Linux include/rdma/uverbs_ioctl.h, struct uverbs_object_def.
 */
export interface ObjectClass<
  Name extends string = string,
  M extends MethodMap = MethodMap,
  K extends ObjectKind = ObjectKind,
> {
  readonly name: Name;
  /** In the namespace of who declares it: the core's 0 .. 19, a driver's 0 .. 11. */
  readonly id: number;
  /** The core's classes and the driver's are numbered apart. */
  readonly namespace: Namespace;
  readonly kind: K;
  readonly methods: M;
  /** What a driver adds to a class of the core; see `extendClass`. */
  readonly extension?: ClassExtension;
}

export type Namespace = 'core' | 'driver';

/** Of any name, methods and kind. */
export type AnyObjectClass = ObjectClass;

export interface ClassSpec<Name extends string, M extends MethodMap> {
  readonly name: Name;
  readonly id: number;
  readonly methods: M;
}

/** A class of a driver whose objects are named by handles. */
export function objectClass<const Name extends string, M extends MethodMap>(
  spec: ClassSpec<Name, M>,
): ObjectClass<Name, M, 'handle'> {
  return { ...spec, namespace: 'driver', kind: 'handle' };
}

/** A class of a driver whose objects are named by descriptors; see `createFdObject`, which `createObject` is the same as here. */
export function fdObjectClass<const Name extends string, M extends MethodMap>(
  spec: ClassSpec<Name, M>,
): ObjectClass<Name, M, 'fd'> {
  return { ...spec, namespace: 'driver', kind: 'fd' };
}
