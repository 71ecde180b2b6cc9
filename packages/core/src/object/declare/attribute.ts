import type { AttributeSpec } from './attribute-spec.js';
import type { Namespace } from './object-class.js';

declare const types: unique symbol;

/** The four sides of an attribute, `never` where it has none. */
export interface AttributeTypes {
  /** What the client gives. */
  readonly arg: unknown;
  /** What the client gets. */
  readonly result: unknown;
  /** What the handler gets. */
  readonly received: unknown;
  /** What the handler gives. */
  readonly given: unknown;
  /** The handler gets it also when the client leaves it out. */
  readonly always?: true;
}

/** Stands in a declaration for a reference to the class that the method is declared in. */
export interface SelfReference {
  readonly self: true;
}

export interface Attribute<
  T extends AttributeTypes = AttributeTypes,
  Mandatory extends boolean = boolean,
> {
  /** In its method, and there in the namespace of who declares it: 0 .. 31, a driver's 0 .. 30. */
  readonly id: number;
  /** That of its method without it. */
  readonly namespace?: Namespace;
  readonly mandatory: Mandatory;
  readonly spec: AttributeSpec;
  readonly [types]?: T;
}

export type TypesOf<A> = A extends Attribute<infer T> ? T : never;

/** Goes to the device. */
export interface AttributeIn<T, R = T> {
  readonly arg: T;
  readonly result: never;
  readonly received: R;
  readonly given: never;
}
/** Goes to the client. */
export interface AttributeOut<T, G = T> {
  readonly arg: never;
  readonly result: T;
  readonly received: never;
  readonly given: G;
}

/** A mandatory attribute, for the builders of this folder. */
export function attribute<T extends AttributeTypes>(
  id: number,
  spec: AttributeSpec,
): Attribute<T, true> {
  return { id, mandatory: true, spec };
}
