import type {
  AnyObjectClass,
  CallArgs,
  CallResult,
  MethodName,
  ReferenceTo,
} from '../declare/index.js';
import type { ObjectCatalogue } from '../schema/catalogue.js';

/**
 * A client's side of the control plane of one device: its own table of objects, which goes when this is closed. The same
 * in process, over a socket and inside a vfio-user session.
 *
 * Every method rejects with an MdevError: EPROTONOSUPPORT for a class or method that the device does not have, EBUSY for an
 * object that another call works on, EIO once the device is gone, EBADF once this is closed.
 */
export interface Control extends AsyncDisposable {
  /** Calls a method. What it takes and answers follows from the declaration of the class. */
  call<C extends AnyObjectClass, M extends MethodName<C>>(
    objectClass: C,
    method: M,
    args: CallArgs<C, M>,
  ): Promise<CallResult<C, M>>;
  /** The classes, methods and attributes that the device has, and this client's objects. */
  query(): Promise<ObjectCatalogue>;
  /** The handles of this client's objects of a class, oldest first; of a descriptor class their numbers. */
  handles(objectClass: AnyObjectClass): Promise<readonly number[]>;
  close(): Promise<void>;
}

export type { ReferenceTo };
