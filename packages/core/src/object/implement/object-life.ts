import type { DescriptorOperations } from '../../event/descriptor-operations.js';
import type { AnyObjectClass } from '../declare/index.js';
import type { DestroyReason } from './destroy-reason.js';

/** What happens to every object of a class, however it comes to that. */
export interface ObjectLife<S> {
  /**
   * Undoes a creation: the object is destroyed, its client is gone, or the creation could not be finished. If it throws
   * for `destroy` the object stays, with EBUSY for example; for the other reasons it is tried again after the client's other
   * objects, and given up in the end.
   */
  readonly release?: (state: S, reason: DestroyReason) => void | Promise<void>;
  /** What stands behind the descriptor; every descriptor class needs it. */
  readonly descriptor?: (state: S) => DescriptorOperations;
  /** Asked once for each device: false takes the class away, and all methods that need one of its objects. */
  readonly supported?: () => boolean;
  /** As {@link ObjectLife.supported}, for one method. */
  readonly supports?: (method: string) => boolean;
}

/** A life that says what stands behind a descriptor. */
export interface FdObjectLife<S> extends ObjectLife<S> {
  readonly descriptor: (state: S) => DescriptorOperations;
}

/** A descriptor class has to have a life, with `descriptor`; what extends one leaves that to the core. */
export type LifeArguments<C extends AnyObjectClass, S> = C extends { readonly extension: object }
  ? [life?: ObjectLife<S>]
  : C['kind'] extends 'fd'
    ? [life: FdObjectLife<S>]
    : [life?: ObjectLife<S>];
