/** Where a field lives, for the messages of its errors. */
export interface FieldPlace {
  /** C name of the struct */
  readonly struct: string;
  /** C name of the field */
  readonly field: string;
  readonly littleEndian: boolean;
}

/** Reads and writes values of one type; made once for each field, so that errors can name it. */
export interface FieldCodec<T, I = T> {
  /** @throws RangeError when the value cannot be represented */
  read(view: DataView, at: number): T;
  /** @throws RangeError when the value does not fit */
  write(view: DataView, at: number, value: I): void;
}

/**
 * The type of a field: how wide it is, and how to read and write it.
 *
 * @typeParam T - what reading gives
 * @typeParam I - what may be written; for structs, values with fields left out
 */
export interface FieldType<T, I = T> {
  /** for documentation: `u32`, `u8[16]`, `struct vfio_bitmap` */
  readonly name: string;
  /** bytes; 0 for a tail, whose elements follow the struct */
  readonly size: number;
  /** bytes; a power of two */
  readonly align: number;
  codec(place: FieldPlace): FieldCodec<T, I>;
}

/** What the struct has to treat differently. */
export type FieldKind = 'value' | 'nested' | 'tail' | 'pad';

/** A field in a declaration: a type at an offset. */
export interface Field<T, K extends FieldKind = 'value', I = T> {
  /** bytes from the start of the struct */
  readonly offset: number;
  readonly type: FieldType<T, I>;
  readonly kind: K;
  /** whether it may lie over fields before it, as a member of a C union does */
  readonly overlay: boolean;
}

/** Any field, for code which treats them all alike. */
export type AnyField = Field<unknown, FieldKind>;

/** Builds a field which holds its place alone. */
export function fieldAt<T, K extends FieldKind, I>(
  offset: number,
  type: FieldType<T, I>,
  kind: K,
): Field<T, K, I> {
  return { offset, type, kind, overlay: false };
}

/**
 * Lets a field lie over the fields before it, as a later member of a C union does. It is read
 * like any other; {@link Struct.encode} writes it only when a value for it is given.
 */
export function overlay<F extends AnyField>(field: F): F {
  return { ...field, overlay: true };
}
