/** Which mdev a model is part of. Injected. */
export interface MdevIdentity {
  readonly uuid: string;
  /** `<driver>-<id>`. */
  readonly type: string;
  readonly parent: string;
}

/** Which parent a service is part of. Injected into the services of a parent, and seen by its mdevs. */
export interface ParentIdentity {
  readonly name: string;
  /** The memory node it is attached to, if that is known. */
  readonly numaNode: number | undefined;
}

export const ParentIdentity: unique symbol = Symbol.for('@mdevkit/core/ParentIdentity');

export const MdevIdentity: unique symbol = Symbol.for('@mdevkit/core/MdevIdentity');
