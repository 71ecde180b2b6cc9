import type { FieldMap } from './struct-types.js';

/** What may be said about a struct as a whole. */
export interface StructOptions {
  /** bytes, when the compiler pads the end up to the alignment */
  readonly size?: number;
  /** true for `__attribute__((packed))`: no alignment, of the struct or in it */
  readonly packed?: boolean;
  /** byte order of all its integers; little by default */
  readonly endian?: 'little' | 'big';
}

/** Size and alignment of a checked layout, in bytes. */
export interface Layout {
  readonly size: number;
  readonly align: number;
}

function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/**
 * Checks a declaration against the rules a C compiler lays structs out by: natural alignment,
 * ascending offsets, no overlap but a declared one, no gap that is not a field, a tail only at the
 * end, and a size that is a multiple of the alignment.
 *
 * @throws Error which names struct and field and says what is wrong
 */
export function checkLayout(name: string, fields: FieldMap, options: StructOptions): Layout {
  const fail = (why: string): never => {
    throw new Error(`struct ${name}: ${why}`);
  };
  const packed = options.packed ?? false;
  let end = 0;
  let align = 1;
  let before = 0;
  let tailName: string | undefined;

  for (const [field, { offset, type, kind, overlay }] of Object.entries(fields)) {
    const where = `${field} at ${offset.toString()}`;
    if (field === 'at') {
      fail('a field cannot be called at, which is how a cursor is moved');
    }
    if (tailName !== undefined) {
      fail(`${where} comes after the tail ${tailName}`);
    }
    if (!Number.isInteger(offset) || offset < 0) {
      fail(`${where} is not at a whole number of bytes`);
    }
    if (!packed && offset % type.align !== 0) {
      fail(`${where} is not aligned to ${type.align.toString()} (${type.name})`);
    }
    if (offset < before) {
      fail(`${where} is out of order`);
    }
    if (offset < end && !overlay) {
      fail(`${where} overlaps the field before it, which ends at ${end.toString()}`);
    }
    if (offset > end) {
      fail(`there is a gap from ${end.toString()} up to ${where}: declare the padding`);
    }
    if (kind === 'tail') {
      tailName = field;
    }
    before = offset;
    end = Math.max(end, offset + type.size);
    align = packed ? 1 : Math.max(align, type.align);
  }

  const size = options.size ?? end;
  if (size !== roundUp(end, align)) {
    fail(
      `fields end at ${end.toString()} and the alignment is ${align.toString()}, ` +
        `so the size is ${roundUp(end, align).toString()}, not ${size.toString()}`,
    );
  }
  if (tailName !== undefined && size !== end) {
    fail(`the tail ${tailName} would start in the padding at the end`);
  }
  return { size, align };
}
