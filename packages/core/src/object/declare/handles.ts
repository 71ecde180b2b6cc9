import type { ObjectDescriptor } from '../descriptor.js';
import type { AnyObjectClass } from './object-class.js';

declare const className: unique symbol;

/**
 * What a client calls an object of a class by: its index in the client's table and a nonce, so that a handle that was
 * released never names the object that came after it. It means nothing to another client.
 */
export type Handle<Name extends string = string> = number & { readonly [className]: Name };

/** How a client refers to an object of a class: a handle, or the descriptor that its creation returned. */
export type ReferenceTo<C extends AnyObjectClass> = C['kind'] extends 'fd'
  ? ObjectDescriptor
  : Handle<C['name']>;

/** What a handler is given for a handle: an object that is locked for the time of the call. */
export interface ObjectRef<Name extends string = string> {
  readonly className: Name;
  /** As the client knows it; the number in the client's table also of a descriptor object. */
  readonly handle: number;
}
