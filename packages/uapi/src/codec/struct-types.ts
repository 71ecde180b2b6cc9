import type { AnyField, Field, FieldKind } from './field-type.js';
import type { NestedField } from './nested.js';

/** A declaration: C field names, in the order of their offsets. */
export type FieldMap = Readonly<Record<string, AnyField>>;

/** The names of the fields that carry a value: all but the padding. */
type ValueName<F extends FieldMap> = {
  [K in keyof F]: F[K]['kind'] extends 'pad' ? never : K;
}[keyof F];

type NestedName<F extends FieldMap> = {
  [K in keyof F]: F[K]['kind'] extends 'nested' ? K : never;
}[keyof F];

/** What decoding gives. */
export type ValueOf<F extends FieldMap> = {
  -readonly [K in ValueName<F>]: F[K] extends Field<infer T, FieldKind, unknown> ? T : never;
};

/** What encoding takes: any of the fields, the others become 0. */
export type InputOf<F extends FieldMap> = {
  readonly [K in ValueName<F>]?:
    (F[K] extends Field<unknown, FieldKind, infer I> ? I : never) | undefined;
};

/** The properties of a cursor: one for each field, and a cursor for each struct inside. */
export type ViewOf<F extends FieldMap> = {
  -readonly [K in Exclude<ValueName<F>, NestedName<F>>]: F[K] extends Field<
    infer T,
    FieldKind,
    unknown
  >
    ? T
    : never;
} & {
  readonly [K in NestedName<F>]: F[K] extends NestedField<infer S> ? StructView<S> : never;
} & StructCursor;

/** What every cursor can do, whatever its struct. */
export interface StructCursor {
  /**
   * Moves this cursor onto bytes, and gives it back. Nothing is copied.
   *
   * @param base - where in the view the struct starts; no alignment is required
   * @throws RangeError when the struct does not fit there
   */
  at(view: DataView, base?: number): this;
}

/** A row of {@link Struct.document}. */
export interface FieldRow {
  /** bytes from the start of the struct */
  readonly offset: number;
  /** bytes; 0 for a tail */
  readonly size: number;
  readonly name: string;
  readonly type: string;
}

/**
 * A C struct with a fixed layout: reads it, writes it, and says what it looks like. Made by
 * {@link struct}, which gives a {@link Struct}, the same with the types of the fields.
 */
export interface AnyStruct {
  /** the C name, without the keyword */
  readonly name: string;
  /** bytes, as `sizeof` has it: a tail does not count */
  readonly size: number;
  /** bytes; 1 when packed */
  readonly align: number;
  readonly fields: FieldMap;

  /**
   * Makes a cursor, a way to read and write fields in place. It has to be moved onto bytes with
   * `at` before use. One cursor serves any number of places; reading and writing its number
   * fields allocates nothing.
   */
  view(): StructCursor;

  /**
   * Reads a whole struct. A tail takes as many elements as the bytes after the struct hold, so
   * cut the source to its length first.
   *
   * @param base - where in the source the struct starts
   * @throws RangeError when the source is too short, or a value cannot be represented
   */
  decode(source: Uint8Array | DataView, base?: number): object;

  /**
   * Writes a whole struct. Fields without a value and padding become 0; bytes around the struct
   * stay as they are.
   *
   * @param into - where to write; new bytes, just long enough, when left out
   * @param base - where in `into` the struct starts
   * @returns `into`, or the new bytes
   * @throws RangeError when the struct does not fit, or a value does not fit its field; in the
   *   second case the fields before it have been written
   */
  encode(values?: object, into?: Uint8Array, base?: number): Uint8Array;

  /** The layout in rows, padding included, for documentation. */
  document(): FieldRow[];
}

/**
 * A struct with the types of its fields.
 *
 * @typeParam F - the declaration; the types of values, inputs and cursors follow from it
 */
export interface Struct<F extends FieldMap> extends AnyStruct {
  readonly fields: F;
  view(): ViewOf<F>;
  decode(source: Uint8Array | DataView, base?: number): ValueOf<F>;
  encode(values?: InputOf<F>, into?: Uint8Array, base?: number): Uint8Array;
}

/** The plain object a struct decodes to. */
export type StructValue<S extends AnyStruct> = S extends Struct<infer F> ? ValueOf<F> : never;

/** The plain object a struct can be encoded from. */
export type StructInput<S extends AnyStruct> = S extends Struct<infer F> ? InputOf<F> : never;

/** The cursor of a struct. */
export type StructView<S extends AnyStruct> = S extends Struct<infer F> ? ViewOf<F> : never;
