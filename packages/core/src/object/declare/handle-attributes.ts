import { attribute, type Attribute, type AttributeIn, type SelfReference } from './attribute.js';
import type { Bounds } from './data-attributes.js';
import type { ObjectRef, ReferenceTo } from './handles.js';
import type { AnyObjectClass } from './object-class.js';

export interface HandleOptions {
  /** Default `read`. A descriptor object can only be read. */
  readonly access?: 'read' | 'write';
  /** What is created cannot outlive it: see {@link AttributeSpec}. */
  readonly parent?: boolean;
}

/** An object of the client's. */
export function handleOf<C extends AnyObjectClass>(
  id: number,
  of: C,
  options: HandleOptions = {},
): Attribute<AttributeIn<ReferenceTo<C>, ObjectRef<C['name']>>, true> {
  const { access = 'read', parent = false } = options;
  return attribute(id, { kind: 'handle', access, of, parent });
}

/** Several of them; they are handles, never descriptors. */
export function handlesOf<C extends AnyObjectClass>(
  id: number,
  of: C,
  bounds: Bounds & { readonly access?: 'read' | 'write' },
): Attribute<AttributeIn<readonly ReferenceTo<C>[], readonly ObjectRef<C['name']>[]>, true> {
  const { min = 0, max, access = 'read' } = bounds;
  return attribute(id, { kind: 'handles', access, of, min, max });
}

/** See {@link newHandle}. */
export interface NewObject {
  readonly arg: never;
  readonly result: SelfReference;
  readonly received: never;
  readonly given: never;
}
/** See {@link selfHandle}. */
export interface OwnObject {
  readonly arg: SelfReference;
  readonly result: never;
  /** The handler has the object's state instead. */
  readonly received: never;
  readonly given: never;
}

/** The object that the method creates. */
export function newHandle(id: number): Attribute<NewObject, true> {
  return attribute(id, { kind: 'handle', access: 'new', of: undefined, parent: false });
}

/** The object that the method works on. */
export function selfHandle(
  id: number,
  access: 'read' | 'write' | 'destroy',
): Attribute<OwnObject, true> {
  return attribute(id, { kind: 'handle', access, of: undefined, parent: false });
}
