import type { AnyObjectClass, AttributeSpec, MethodRole, ObjectKind } from '../declare/index.js';
import type { ErasedHandler, ErasedLife } from '../implement/erased.js';

/** An attribute of a method as calls carry it. */
export interface BoundAttribute {
  readonly name: string;
  /** With the bit of the driver's namespace. */
  readonly wireId: number;
  /** Its place in {@link BoundMethod.attributes}. */
  readonly slot: number;
  readonly mandatory: boolean;
  readonly spec: AttributeSpec;
  /** The class that a handle or handles must be of, also for the method's own class. */
  readonly target: BoundClass | undefined;
}

/** A method that a device has. */
export interface BoundMethod {
  readonly owner: BoundClass;
  readonly name: string;
  readonly wireId: number;
  readonly role: MethodRole;
  /** By slot. */
  readonly attributes: readonly BoundAttribute[];
  /** The slot of an attribute's number in a call, -1 for one that the method does not have. */
  slotOf(wireId: number): number;
  /** The slots that a call must fill. */
  readonly mandatory: readonly number[];
  /** The slot of the handle that is created, destroyed or worked on; -1 for a class method. */
  readonly handleSlot: number;
  /** In order: the core's and then the driver's, if a driver has extended a method of the core. Maybe none for a destroy. */
  readonly handlers: readonly ErasedHandler[];
}

/** A class that a device has. */
export interface BoundClass {
  readonly objectClass: AnyObjectClass;
  readonly name: string;
  readonly wireId: number;
  readonly kind: ObjectKind;
  readonly life: ErasedLife;
  readonly methods: readonly BoundMethod[];
}

/**
 * What one device has of its schema: everything else is not there, and a call of it answers EPROTONOSUPPORT.
 *
 * Source: Linux drivers/infiniband/core/uverbs_uapi.c.
 */
export interface MethodTree {
  readonly classes: readonly BoundClass[];
  method(objectId: number, methodId: number): BoundMethod | undefined;
  classAt(objectId: number): BoundClass | undefined;
}
