import type { AnyStruct } from '@mdevkit/uapi';
import type { AnyObjectClass } from './object-class.js';

/** Integers as C has them; those of 64 bits are bigints. */
export type ValueType = 'u8' | 'u16' | 'u32' | 's32' | 'u64' | 's64';
export type Integer<T extends ValueType> = T extends 'u64' | 's64' ? bigint : number;

/** What a call does with an object that it names. Two may read it at once; whoever writes or destroys it is alone. */
export type HandleAccess = 'read' | 'write' | 'new' | 'destroy';

/**
 * What travels in an attribute, and what is checked before a handler sees it.
 *
 * Source: Linux include/rdma/uverbs_ioctl.h, struct uverbs_attr_spec.
 */
export type AttributeSpec =
  | { readonly kind: 'value'; readonly out: boolean; readonly type: ValueType }
  | {
      readonly kind: 'struct';
      readonly out: boolean;
      readonly layout: AnyStruct;
      /** A longer one is understood if all that is beyond the layout is zero. */
      readonly zeroTrailing: boolean;
    }
  | {
      readonly kind: 'bytes';
      readonly out: boolean;
      readonly min: number;
      readonly max: number;
      readonly zeroTrailing: boolean;
    }
  | {
      readonly kind: 'array';
      readonly out: boolean;
      readonly type: 'u32' | 'u64';
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'const'; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'flags'; readonly bits: Readonly<Record<string, number>> }
  | { readonly kind: 'enum'; readonly members: Readonly<Record<string, EnumMember>> }
  | { readonly kind: 'fd' }
  | {
      readonly kind: 'handle';
      readonly access: HandleAccess;
      /** Undefined stands for the class that the method is declared in. */
      readonly of: AnyObjectClass | undefined;
      /** The object that is created lives on this one, which cannot be destroyed before it. */
      readonly parent: boolean;
    }
  | {
      readonly kind: 'handles';
      readonly access: 'read' | 'write';
      readonly of: AnyObjectClass;
      readonly min: number;
      readonly max: number;
    };

/** One of the payloads that an `enum` attribute may carry; its number is the elem_id: 0 .. 255. */
export interface EnumMember<S extends AnyStruct = AnyStruct> {
  readonly id: number;
  readonly layout: S;
}
