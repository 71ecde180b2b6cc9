import type { AnyObjectClass, AttributeSpec, MethodRole, ObjectKind } from '../declare/index.js';

/** An attribute of a schema. */
export interface DeclaredAttribute {
  readonly name: string;
  readonly wireId: number;
  readonly mandatory: boolean;
  readonly spec: AttributeSpec;
  /** The class that brought it: the driver's extension, for one that a method of the core has been given. */
  readonly source: AnyObjectClass;
  /** The place in the schema of the class that a handle refers to; -1 for its own class, and for what is no handle. */
  readonly target: number;
}

/** A method of a schema, with what a driver has added to it. */
export interface DeclaredMethod {
  readonly name: string;
  readonly wireId: number;
  readonly role: MethodRole;
  readonly source: AnyObjectClass;
  /** By slot: the core's and then the driver's, each in the order of their numbers. */
  readonly attributes: readonly DeclaredAttribute[];
  /** The slot of each place of attributes, -1 for none. */
  readonly slots: Int8Array;
  /** The extensions that have added attributes, in the order of the driver's classes. */
  readonly extensions: readonly AnyObjectClass[];
}

/** A class of a schema. */
export interface DeclaredClass {
  readonly objectClass: AnyObjectClass;
  readonly name: string;
  readonly wireId: number;
  readonly kind: ObjectKind;
  readonly methods: readonly DeclaredMethod[];
}
