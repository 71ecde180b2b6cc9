import type { HandleAccess, MethodRole, ObjectKind } from '../declare/index.js';

/** What a device offers on its control plane, and what the client who asks has of it. */
export interface ObjectCatalogue {
  readonly driver: string;
  readonly driverId: number;
  readonly classes: readonly CatalogueClass[];
}

export interface CatalogueClass {
  readonly name: string;
  /** As calls carry it. */
  readonly id: number;
  readonly kind: ObjectKind;
  readonly methods: readonly CatalogueMethod[];
  /** The client's objects, oldest first. */
  readonly handles: readonly number[];
}

export interface CatalogueMethod {
  readonly name: string;
  readonly id: number;
  readonly role: MethodRole;
  readonly attributes: readonly CatalogueAttribute[];
}

export interface CatalogueAttribute {
  readonly name: string;
  readonly id: number;
  readonly mandatory: boolean;
  /** As in `AttributeSpec`. */
  readonly kind: string;
  readonly out: boolean;
  /** Bytes, or elements of an array, where they are bounded. */
  readonly min?: number;
  readonly max?: number;
  /** Of handles. */
  readonly access?: HandleAccess;
  readonly target?: string;
  /** Names and numbers of `const` and `flags`, members of `enum`. */
  readonly values?: Readonly<Record<string, number>>;
}
