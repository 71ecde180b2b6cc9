import type { Attribute, AttributeTypes, SelfReference, TypesOf } from './attribute.js';
import type { ReferenceTo } from './handles.js';
import type { AttributeMap } from './method.js';
import type { AnyObjectClass } from './object-class.js';

/** The name of a method that a class has. */
export type MethodName<C extends AnyObjectClass> = keyof C['methods'] & string;

type AttributesOf<
  C extends AnyObjectClass,
  M extends MethodName<C>,
> = C['methods'][M]['attributes'];

type Side = 'arg' | 'result' | 'received' | 'given';

/** Whether a side is always there. */
type IsThere<A, S extends Side> = S extends 'received'
  ? TypesOf<A> extends { readonly always: true }
    ? true
    : IsMandatory<A>
  : IsMandatory<A>;

type IsMandatory<A> = A extends Attribute<AttributeTypes, infer Mandatory> ? Mandatory : never;

/** The attributes that have a side, and must be there or may. */
type KeysWith<A extends AttributeMap, S extends Side, Must extends boolean> = {
  [K in keyof A]: [TypesOf<A[K]>[S]] extends [never]
    ? never
    : IsThere<A[K], S> extends Must
      ? K
      : never;
}[keyof A];

type Resolve<C extends AnyObjectClass, T> = T extends SelfReference ? ReferenceTo<C> : T;

type SideOf<C extends AnyObjectClass, A extends AttributeMap, S extends Side> = {
  readonly [K in KeysWith<A, S, true>]: Resolve<C, TypesOf<A[K]>[S]>;
} & {
  readonly [K in KeysWith<A, S, false>]?: Resolve<C, TypesOf<A[K]>[S]> | undefined;
};

type Flat<T> = { [K in keyof T]: T[K] };

/** What a client passes to a method: a property for each attribute, and no others. */
export type CallArgs<C extends AnyObjectClass, M extends MethodName<C>> = Flat<
  SideOf<C, AttributesOf<C, M>, 'arg'>
>;

/** What a client gets back. */
export type CallResult<C extends AnyObjectClass, M extends MethodName<C>> = Flat<
  SideOf<C, AttributesOf<C, M>, 'result'>
>;

/** What the handler of a method is called with; everything has been checked. */
export type Received<C extends AnyObjectClass, M extends MethodName<C>> = Flat<
  SideOf<C, AttributesOf<C, M>, 'received'>
>;

/** What the handler of a method answers. */
export type Given<C extends AnyObjectClass, M extends MethodName<C>> = Flat<
  SideOf<C, AttributesOf<C, M>, 'given'>
>;
