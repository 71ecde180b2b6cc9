import type { AnyStruct, StructInput, StructValue } from '@mdevkit/uapi';
import type { EnumMember, Integer, ValueType } from './attribute-spec.js';
import {
  attribute,
  type Attribute,
  type AttributeTypes,
  type AttributeIn,
  type AttributeOut,
} from './attribute.js';

/** The same attribute, which a call may leave out. */
export function optional<T extends AttributeTypes>(of: Attribute<T>): Attribute<T, false> {
  return { ...of, mandatory: false };
}

/** An integer from the client. */
export function valueIn<const T extends ValueType>(
  id: number,
  type: T,
): Attribute<AttributeIn<Integer<T>>, true> {
  return attribute(id, { kind: 'value', out: false, type });
}

/** An integer for the client. */
export function valueOut<const T extends ValueType>(
  id: number,
  type: T,
): Attribute<AttributeOut<Integer<T>>, true> {
  return attribute(id, { kind: 'value', out: true, type });
}

/** A struct from the client; fields that it leaves out are 0. */
export function structIn<S extends AnyStruct>(
  id: number,
  layout: S,
  options: { readonly zeroTrailing?: boolean } = {},
): Attribute<AttributeIn<StructInput<S>, StructValue<S>>, true> {
  const { zeroTrailing = false } = options;
  return attribute(id, { kind: 'struct', out: false, layout, zeroTrailing });
}

/** A struct for the client. */
export function structOut<S extends AnyStruct>(
  id: number,
  layout: S,
): Attribute<AttributeOut<StructValue<S>, StructInput<S>>, true> {
  return attribute(id, { kind: 'struct', out: true, layout, zeroTrailing: false });
}

/** Lengths in bytes, or elements of an array. */
export interface Bounds {
  readonly min?: number;
  readonly max: number;
}

/**
 * Bytes from the client, `min` (0 without it) to `max` of them. With `zeroTrailing` there may be more if they are zero.
 * The handler's are its own only until it answers.
 */
export function bytesIn(
  id: number,
  bounds: Bounds & { readonly zeroTrailing?: boolean },
): Attribute<AttributeIn<Uint8Array>, true> {
  const { min = 0, max, zeroTrailing = false } = bounds;
  return attribute(id, { kind: 'bytes', out: false, min, max, zeroTrailing });
}

/** Bytes for the client, at most `max`. */
export function bytesOut(id: number, bounds: Bounds): Attribute<AttributeOut<Uint8Array>, true> {
  const { min = 0, max } = bounds;
  return attribute(id, { kind: 'bytes', out: true, min, max, zeroTrailing: false });
}

type ArrayOf<T extends 'u32' | 'u64'> = readonly Integer<T>[];

export function arrayIn<const T extends 'u32' | 'u64'>(
  id: number,
  type: T,
  bounds: Bounds,
): Attribute<AttributeIn<ArrayOf<T>>, true> {
  const { min = 0, max } = bounds;
  return attribute(id, { kind: 'array', out: false, type, min, max });
}

export function arrayOut<const T extends 'u32' | 'u64'>(
  id: number,
  type: T,
  bounds: Bounds,
): Attribute<AttributeOut<ArrayOf<T>>, true> {
  const { min = 0, max } = bounds;
  return attribute(id, { kind: 'array', out: true, type, min, max });
}

/** One of the names; another number is refused. */
export function constIn<const V extends Readonly<Record<string, number>>>(
  id: number,
  values: V,
): Attribute<AttributeIn<keyof V & string>, true> {
  return attribute(id, { kind: 'const', values });
}

/** Bits or-ed together; a bit that is not declared is refused. 0 if the client says nothing. */
export function flagsIn(
  id: number,
  bits: Readonly<Record<string, number>>,
): Attribute<AttributeIn<number> & { readonly always: true }, false> {
  return { id, mandatory: false, spec: { kind: 'flags', bits } };
}

type EnumArg<M extends Readonly<Record<string, EnumMember>>> = {
  [K in keyof M & string]: { readonly member: K; readonly value: StructInput<M[K]['layout']> };
}[keyof M & string];
type EnumReceived<M extends Readonly<Record<string, EnumMember>>> = {
  [K in keyof M & string]: { readonly member: K; readonly value: StructValue<M[K]['layout']> };
}[keyof M & string];

/** One of several structs (uverbs ENUM_IN). */
export function enumIn<const M extends Readonly<Record<string, EnumMember>>>(
  id: number,
  members: M,
): Attribute<AttributeIn<EnumArg<M>, EnumReceived<M>>, true> {
  return attribute(id, { kind: 'enum', members });
}

/** A descriptor of the client's that the control plane knows nothing about; lent for the time of the call. */
export function fdIn(id: number): Attribute<AttributeIn<number>, true> {
  return attribute(id, { kind: 'fd' });
}
