import type { FieldCodec } from './field-type.js';
import type { StructCursor } from './struct-types.js';

/** A field as a cursor needs it. */
export interface CursorField {
  readonly name: string;
  readonly offset: number;
  readonly codec: FieldCodec<unknown>;
  /** makes the cursor for a struct inside; undefined for every other field */
  readonly inner: (() => StructCursor) | undefined;
}

// Symbols, so that no field name can collide with what a cursor keeps for itself.
const VIEW = Symbol('view');
const BASE = Symbol('base');
const INNER = Symbol('inner');

const NOWHERE = new DataView(new ArrayBuffer(0));

/**
 * Makes the class of a struct's cursors. Accessors sit on its prototype and their closures are
 * made here, once: an access to a number field allocates nothing.
 *
 * @param checkRoom - throws a RangeError when the struct does not fit at a place
 */
export function cursorClass(
  fields: readonly CursorField[],
  checkRoom: (byteLength: number, base: number) => void,
): new () => StructCursor {
  class Cursor implements StructCursor {
    [VIEW]: DataView = NOWHERE;
    [BASE] = 0;
    [INNER] = fields.map(({ inner }) => inner?.());

    at(view: DataView, base = 0): this {
      checkRoom(view.byteLength, base);
      this[VIEW] = view;
      this[BASE] = base;
      return this;
    }
  }

  fields.forEach(({ name, offset, codec, inner }, index) => {
    const accessors: PropertyDescriptor & ThisType<Cursor> =
      inner === undefined
        ? {
            get(): unknown {
              return codec.read(this[VIEW], this[BASE] + offset);
            },
            set(value: unknown): void {
              codec.write(this[VIEW], this[BASE] + offset, value);
            },
          }
        : {
            get(): unknown {
              return this[INNER][index]?.at(this[VIEW], this[BASE] + offset);
            },
          };
    Object.defineProperty(Cursor.prototype, name, { ...accessors, enumerable: true });
  });
  return Cursor;
}
