import { fieldAt } from './field-type.js';
import type { Field, FieldCodec, FieldPlace, FieldType } from './field-type.js';

/** Throws the error every integer type throws for a value it cannot hold. */
function outOfRange(place: FieldPlace, type: string, value: number | bigint): never {
  throw new RangeError(`${place.struct}.${place.field}: ${value.toString()} is not a ${type}`);
}

function integerType(
  name: string,
  size: number,
  low: number,
  high: number,
  access: (littleEndian: boolean) => FieldCodec<number>,
): FieldType<number> {
  return {
    name,
    size,
    align: size,
    codec(place) {
      const plain = access(place.littleEndian);
      return {
        read: (view, at) => plain.read(view, at),
        write(view, at, value): void {
          // Silent wrapping would turn a mistake in a driver into a wrong number on the wire.
          if (!Number.isInteger(value) || value < low || value > high) {
            outOfRange(place, name, value);
          }
          plain.write(view, at, value);
        },
      };
    },
  };
}

function bigintType(name: string, signed: boolean): FieldType<bigint> {
  return {
    name,
    size: 8,
    align: 8,
    codec(place) {
      const little = place.littleEndian;
      return {
        read: (view, at) => (signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little)),
        write(view, at, value): void {
          const wrapped = signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
          if (wrapped !== value) {
            outOfRange(place, name, value);
          }
          view.setBigUint64(at, value, little);
        },
      };
    },
  };
}

const TYPE_U8 = integerType('u8', 1, 0, 0xff, () => ({
  read: (view, at) => view.getUint8(at),
  write: (view, at, value) => {
    view.setUint8(at, value);
  },
}));
const TYPE_U16 = integerType('u16', 2, 0, 0xffff, (little) => ({
  read: (view, at) => view.getUint16(at, little),
  write: (view, at, value) => {
    view.setUint16(at, value, little);
  },
}));
const TYPE_U32 = integerType('u32', 4, 0, 0xffff_ffff, (little) => ({
  read: (view, at) => view.getUint32(at, little),
  write: (view, at, value) => {
    view.setUint32(at, value, little);
  },
}));
const TYPE_S8 = integerType('s8', 1, -0x80, 0x7f, () => ({
  read: (view, at) => view.getInt8(at),
  write: (view, at, value) => {
    view.setInt8(at, value);
  },
}));
const TYPE_S16 = integerType('s16', 2, -0x8000, 0x7fff, (little) => ({
  read: (view, at) => view.getInt16(at, little),
  write: (view, at, value) => {
    view.setInt16(at, value, little);
  },
}));
const TYPE_S32 = integerType('s32', 4, -0x8000_0000, 0x7fff_ffff, (little) => ({
  read: (view, at) => view.getInt32(at, little),
  write: (view, at, value) => {
    view.setInt32(at, value, little);
  },
}));
const TYPE_U64 = bigintType('u64', false);
const TYPE_S64 = bigintType('s64', true);

/** An unsigned byte, 0 to 2^8 - 1. Writing anything else throws a RangeError. */
export function u8(offset: number): Field<number> {
  return fieldAt(offset, TYPE_U8, 'value');
}

/** 16 bits, 0 to 2^16 - 1. Writing anything else throws a RangeError. */
export function u16(offset: number): Field<number> {
  return fieldAt(offset, TYPE_U16, 'value');
}

/**
 * 32 bits, 0 to 2^32 - 1. Writing anything else throws a RangeError: the result of a bit operator
 * which sets bit 31 is negative in JavaScript and needs `>>> 0` first.
 */
export function u32(offset: number): Field<number> {
  return fieldAt(offset, TYPE_U32, 'value');
}

/** 64 bits as a bigint, 0 to 2^64 - 1. Writing anything else throws a RangeError. */
export function u64(offset: number): Field<bigint> {
  return fieldAt(offset, TYPE_U64, 'value');
}

/** A signed byte, -2^7 to 2^7 - 1. Writing anything else throws a RangeError. */
export function s8(offset: number): Field<number> {
  return fieldAt(offset, TYPE_S8, 'value');
}

/** 16 bits, -2^15 to 2^15 - 1. Writing anything else throws a RangeError. */
export function s16(offset: number): Field<number> {
  return fieldAt(offset, TYPE_S16, 'value');
}

/** 32 bits, -2^31 to 2^31 - 1. Writing anything else throws a RangeError. */
export function s32(offset: number): Field<number> {
  return fieldAt(offset, TYPE_S32, 'value');
}

/** 64 bits as a bigint, -2^63 to 2^63 - 1. Writing anything else throws a RangeError. */
export function s64(offset: number): Field<bigint> {
  return fieldAt(offset, TYPE_S64, 'value');
}
