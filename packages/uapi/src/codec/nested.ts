import { fieldAt } from './field-type.js';
import type { Field, FieldType } from './field-type.js';
import type { AnyStruct, StructInput, StructValue } from './struct-types.js';

/** A field that is itself a struct. */
export interface NestedField<S extends AnyStruct> extends Field<
  StructValue<S>,
  'nested',
  StructInput<S>
> {
  readonly struct: S;
}

/**
 * The field type a struct makes.
 *
 * @throws Error when the struct has a tail, whose end nobody would know
 */
export function structType<S extends AnyStruct>(
  struct: S,
): FieldType<StructValue<S>, StructInput<S>> {
  if (Object.values(struct.fields).some((field) => field.kind === 'tail')) {
    throw new Error(`struct ${struct.name} has a tail and cannot be part of another struct`);
  }
  return {
    name: `struct ${struct.name}`,
    size: struct.size,
    align: struct.align,
    codec: () => ({
      // StructValue is what the decode of S gives; AnyStruct knows it as an object only.
      read: (view, at) => struct.decode(view, at) as StructValue<S>,
      write(view, at, value): void {
        struct.encode(value, new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at);
      },
    }),
  };
}

/** A struct inside another. On a cursor it is a cursor of its own, moved along with the outer. */
export function nested<S extends AnyStruct>(offset: number, struct: S): NestedField<S> {
  return { ...fieldAt(offset, structType(struct), 'nested'), struct };
}
