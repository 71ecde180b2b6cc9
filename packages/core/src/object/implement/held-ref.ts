import type { AnyObjectClass, ObjectRef } from '../declare/index.js';

/** An object as the core hands it to a handler: what an {@link ObjectRef} shows of it, and its state. */
export interface HeldRef extends ObjectRef {
  readonly objectClass: AnyObjectClass;
  readonly state: unknown;
}

/** Whether it is one of the core's, and not something that a driver has made up. */
export function isHeldRef(ref: unknown): ref is HeldRef {
  return typeof ref === 'object' && ref !== null && 'objectClass' in ref && 'state' in ref;
}
