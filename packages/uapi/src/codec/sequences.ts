import { fieldAt } from './field-type.js';
import type { AnyField, Field, FieldType } from './field-type.js';
import { structType } from './nested.js';
import type { AnyStruct, StructInput, StructValue } from './struct-types.js';

/** What arrays and tails are made of: a field maker such as `u32`, or a struct. */
export type ElementSpec = AnyStruct | ((offset: number) => AnyField);

/** What reading one element gives. */
export type ElementValue<E extends ElementSpec> = E extends AnyStruct
  ? StructValue<E>
  : E extends (offset: number) => Field<infer T>
    ? T
    : never;

/** What may be written to one element: for a struct, fields may be left out. */
export type ElementInput<E extends ElementSpec> = E extends AnyStruct
  ? StructInput<E>
  : ElementValue<E>;

type ElementType<E extends ElementSpec> = FieldType<ElementValue<E>, ElementInput<E>>;

function elementType<E extends ElementSpec>(element: E): ElementType<E> {
  const type = typeof element === 'function' ? element(0).type : structType(element);
  // The two conditional types say this of `element`, which the compiler cannot follow here.
  return type as unknown as ElementType<E>;
}

/** `n` raw bytes. Reading gives a copy; writing takes at most `n` and fills up with zeros. */
export function bytes(offset: number, n: number): Field<Uint8Array> {
  const type: FieldType<Uint8Array> = {
    name: `u8[${n.toString()}]`,
    size: n,
    align: 1,
    codec: ({ struct, field }) => ({
      read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, n).slice(),
      write(view, at, value): void {
        if (value.length > n) {
          throw new RangeError(
            `${struct}.${field}: ${value.length.toString()} bytes do not fit in ${n.toString()}`,
          );
        }
        const target = new Uint8Array(view.buffer, view.byteOffset + at, n);
        target.fill(0, value.length);
        target.set(value);
      },
    }),
  };
  return fieldAt(offset, type, 'value');
}

/**
 * `n` elements of one kind. Reading gives a new array of exactly `n`; writing takes exactly `n`
 * and throws a RangeError for any other number.
 */
export function array<E extends ElementSpec>(
  offset: number,
  element: E,
  n: number,
): Field<ElementValue<E>[], 'value', readonly ElementInput<E>[]> {
  const one = elementType(element);
  const type: FieldType<ElementValue<E>[], readonly ElementInput<E>[]> = {
    name: `${one.name}[${n.toString()}]`,
    size: n * one.size,
    align: one.align,
    codec(place) {
      const codec = one.codec(place);
      return {
        read: (view, at) =>
          Array.from({ length: n }, (_, i) => codec.read(view, at + i * one.size)),
        write(view, at, value): void {
          if (value.length !== n) {
            throw new RangeError(
              `${place.struct}.${place.field}: ${value.length.toString()} elements, not ${n.toString()}`,
            );
          }
          value.forEach((item, i) => {
            codec.write(view, at + i * one.size, item);
          });
        },
      };
    },
  };
  return fieldAt(offset, type, 'value');
}

/** The field a flexible array member makes. */
export interface TailField<E extends ElementSpec> extends Field<
  ElementValue<E>[],
  'tail',
  readonly ElementInput<E>[]
> {
  /** bytes of one element */
  readonly elementSize: number;
}

/**
 * A flexible array member: elements after the struct, which its size does not count. Reading
 * takes every whole element up to the end of the bytes it is given. On a cursor, writing throws a
 * RangeError when the elements do not fit in those bytes.
 */
export function tail<E extends ElementSpec>(offset: number, element: E): TailField<E> {
  const one = elementType(element);
  const type: FieldType<ElementValue<E>[], readonly ElementInput<E>[]> = {
    name: `${one.name}[]`,
    size: 0,
    align: one.align,
    codec(place) {
      const codec = one.codec(place);
      return {
        read: (view, at) =>
          Array.from({ length: Math.floor((view.byteLength - at) / one.size) }, (_, i) =>
            codec.read(view, at + i * one.size),
          ),
        write(view, at, value): void {
          if (at + value.length * one.size > view.byteLength) {
            throw new RangeError(
              `${place.struct}.${place.field}: no room for ${value.length.toString()} elements`,
            );
          }
          value.forEach((item, i) => {
            codec.write(view, at + i * one.size, item);
          });
        },
      };
    },
  };
  return { ...fieldAt(offset, type, 'tail'), elementSize: one.size };
}

/**
 * `n` bytes nobody uses: the padding a C compiler puts in without saying so, spelled out. It has
 * no value: decoding skips it, encoding writes zeros.
 */
export function pad(offset: number, n: number): Field<undefined, 'pad'> {
  const type: FieldType<undefined> = {
    name: 'padding',
    size: n,
    align: 1,
    codec: () => ({ read: () => undefined, write: () => undefined }),
  };
  return fieldAt(offset, type, 'pad');
}
