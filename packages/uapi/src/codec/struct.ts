import { cursorClass } from './cursor.js';
import type { CursorField } from './cursor.js';
import type { AnyField } from './field-type.js';
import { checkLayout } from './layout.js';
import type { StructOptions } from './layout.js';
import type { AnyStruct, FieldMap, FieldRow, InputOf, Struct } from './struct-types.js';
import type { StructCursor, ValueOf, ViewOf } from './struct-types.js';

/** A field with all that its accesses need, worked out once. */
interface BoundField extends CursorField {
  readonly overlay: boolean;
  /** bytes of one element of a tail; 0 for every other field */
  readonly elementSize: number;
}

function dataView(source: Uint8Array | DataView): DataView {
  return source instanceof DataView
    ? source
    : new DataView(source.buffer, source.byteOffset, source.byteLength);
}

function innerStruct(field: AnyField & { struct?: AnyStruct }): (() => StructCursor) | undefined {
  const inner = field.struct;
  return inner === undefined ? undefined : () => inner.view();
}

function elementSize(field: AnyField & { elementSize?: number }): number {
  return field.elementSize ?? 0;
}

class StructDeclaration<F extends FieldMap> implements Struct<F> {
  readonly size: number;
  readonly align: number;
  readonly #bound: readonly BoundField[];
  readonly #cursor: new () => StructCursor;

  constructor(
    readonly name: string,
    readonly fields: F,
    options: StructOptions,
  ) {
    const { size, align } = checkLayout(name, fields, options);
    const littleEndian = options.endian !== 'big';
    this.size = size;
    this.align = align;
    this.#bound = Object.entries(fields)
      .filter(([, { kind }]) => kind !== 'pad')
      .map(([field, declared]) => ({
        name: field,
        offset: declared.offset,
        overlay: declared.overlay,
        codec: declared.type.codec({ struct: name, field, littleEndian }),
        inner: innerStruct(declared),
        elementSize: elementSize(declared),
      }));
    this.#cursor = cursorClass(this.#bound, (byteLength, base) => {
      this.#checkRoom(byteLength, base, size);
    });
  }

  view(): ViewOf<F> {
    // The class has one accessor for each field of F, which is what the type says.
    return new this.#cursor() as ViewOf<F>;
  }

  decode(source: Uint8Array | DataView, base = 0): ValueOf<F> {
    const view = dataView(source);
    this.#checkRoom(view.byteLength, base, this.size);
    const values: Record<string, unknown> = {};
    for (const { name, offset, codec } of this.#bound) {
      values[name] = codec.read(view, base + offset);
    }
    return values as ValueOf<F>;
  }

  encode(values: InputOf<F> = {}, into?: Uint8Array, base = 0): Uint8Array {
    const given = values as Readonly<Record<string, unknown>>;
    const length = this.size + this.#tailBytes(given);
    const target = into ?? new Uint8Array(base + length);
    this.#checkRoom(target.byteLength, base, length);
    target.fill(0, base, base + length);
    const view = dataView(target);
    for (const { name, offset, codec } of this.#bound) {
      const value = given[name];
      if (value !== undefined) {
        codec.write(view, base + offset, value);
      }
    }
    return target;
  }

  document(): FieldRow[] {
    return Object.entries(this.fields).map(([name, { offset, type }]) => ({
      offset,
      size: type.size,
      name,
      type: type.name,
    }));
  }

  #tailBytes(given: Readonly<Record<string, unknown>>): number {
    const last = this.#bound.at(-1);
    const elements = last === undefined ? undefined : given[last.name];
    return Array.isArray(elements) ? elements.length * (last?.elementSize ?? 0) : 0;
  }

  #checkRoom(byteLength: number, base: number, needed: number): void {
    if (!Number.isInteger(base) || base < 0 || base + needed > byteLength) {
      throw new RangeError(
        `struct ${this.name}: ${needed.toString()} bytes at ${base.toString()} ` +
          `do not fit in ${byteLength.toString()}`,
      );
    }
  }
}

/**
 * Declares a C struct. The layout is checked here, once, so a wrong declaration fails when its
 * module is loaded.
 *
 * @param name - the C name, without the keyword
 * @param fields - every field with its offset, padding included, in order
 * @throws Error when the layout is one no C compiler would make; it names struct and field
 *
 * @example
 * ```ts
 * const Point = struct('point', { x: s32(0), y: s32(4) });
 * Point.encode({ x: 1 }); // 8 bytes, y is 0
 * ```
 */
export function struct<F extends FieldMap>(
  name: string,
  fields: F,
  options: StructOptions = {},
): Struct<F> {
  return new StructDeclaration<F>(name, fields, options);
}

/** Whether a value is a struct made by {@link struct}; for going through a module's exports. */
export function isStruct(value: unknown): value is AnyStruct {
  return value instanceof StructDeclaration;
}
