import { struct, u32 } from '@mdevkit/uapi';
import type { Attribute } from './attribute.js';
import { flagsIn, optional, structOut } from './data-attributes.js';
import { newHandle, selfHandle } from './handle-attributes.js';
import type { Namespace } from './object-class.js';

/**
 * What a method does with an object of its class: makes one, destroys one, works on one, or none of it
 * (`class`, as uverbs has them on its DEVICE).
 */
export type MethodRole = 'create' | 'destroy' | 'instance' | 'class';

export type AttributeMap = Readonly<Record<string, Attribute>>;

export interface Method<R extends MethodRole = MethodRole, A extends AttributeMap = AttributeMap> {
  /** In its class, and there in the namespace of who declares it: the core's 0 .. 20, a driver's 0 .. 7. */
  readonly id: number;
  /** That of its class without it. */
  readonly namespace?: Namespace;
  readonly role: R;
  readonly attributes: A;
}

type WithHandle<H, A> = A & { readonly handle: H };

/** Names that a builder gives itself: an attribute of that name would be lost. */
function without(attributes: AttributeMap, names: readonly string[]): void {
  const taken = names.find((name) => Object.hasOwn(attributes, name));
  if (taken !== undefined) {
    throw new RangeError(`the attribute ${taken} is declared by the method itself`);
  }
}

/**
 * Creates an object; the attribute `handle`, number 0, is its handle. Give other attributes the numbers from 1 up.
 *
 * @throws RangeError for an attribute of that name, as all builders of methods with a handle do
 */
export function createObject<A extends AttributeMap>(
  id: number,
  attributes: A,
): Method<'create', WithHandle<ReturnType<typeof newHandle>, A>> {
  without(attributes, ['handle']);
  return { id, role: 'create', attributes: { ...attributes, handle: newHandle(0) } };
}

/**
 * Creates a descriptor object: as {@link createObject}, but the handle that the client gets is a descriptor of its own, and
 * closing it destroys the object. For classes made by `fdObjectClass`, whose kind alone decides that: `createObject` declares
 * the same there, and this one says what it is.
 *
 * Source: Jason Gunthorpe on the ofvwg list, April 2016; Linux drivers/infiniband/core/rdma_core.c, uverbs_fd_class.
 */
export function createFdObject<A extends AttributeMap>(
  id: number,
  attributes: A,
): Method<'create', WithHandle<ReturnType<typeof newHandle>, A>> {
  return createObject(id, attributes);
}

/** Destroys an object; attributes may report what became of it. */
export function destroyObject<A extends AttributeMap>(
  id: number,
  attributes: A,
): Method<'destroy', WithHandle<ReturnType<typeof selfHandle>, A>> {
  without(attributes, ['handle']);
  return { id, role: 'destroy', attributes: { ...attributes, handle: selfHandle(0, 'destroy') } };
}

/**
 * What became of the events of an object that is destroyed: how many its client has read, and how many of these it has not
 * acknowledged. Events that nobody has read are gone with the object.
 *
 * Source: Linux include/uapi/rdma/ib_user_verbs.h, struct ib_uverbs_destroy_cq_resp.
 */
export const DestroyedEvents = struct('mdevkit_destroyed_events', {
  reported: u32(0),
  unacknowledged: u32(4),
});

/** A destroy with {@link DESTROY_WAIT} answers when every event that was read is acknowledged, or cannot be any more. */
export const DESTROY_WAIT = 1 << 0;

/** Of a method of any class, numbered apart from what the class declares. */
function ofCore<A extends Attribute>(attribute: A): A {
  return { ...attribute, namespace: 'core' };
}

type EventAttributes = ReturnType<typeof eventAttributes>;

function eventAttributes() {
  return {
    events: ofCore(optional(structOut(0, DestroyedEvents))),
    flags: ofCore(flagsIn(1, { WAIT: DESTROY_WAIT })),
  };
}

/**
 * As {@link destroyObject}, for objects that report events. The core answers `events` itself and waits for the client's
 * acknowledgements if it says so in `flags`.
 */
export function destroyEventSource<A extends AttributeMap>(
  id: number,
  attributes: A,
): Method<'destroy', WithHandle<ReturnType<typeof selfHandle>, A & EventAttributes>> {
  without(attributes, ['events', 'flags']);
  return destroyObject(id, { ...attributes, ...eventAttributes() });
}

/** Works on an object: alone with it, unless `access` says `read`. */
export function method<A extends AttributeMap>(
  id: number,
  attributes: A,
  access: 'read' | 'write' = 'write',
): Method<'instance', WithHandle<ReturnType<typeof selfHandle>, A>> {
  without(attributes, ['handle']);
  return { id, role: 'instance', attributes: { ...attributes, handle: selfHandle(0, access) } };
}

/** Needs no object. */
export function classMethod<A extends AttributeMap>(id: number, attributes: A): Method<'class', A> {
  return { id, role: 'class', attributes };
}
