import { load } from './bits.js';
import type { CompiledRegister } from './compiled-register.js';
import { fieldValue } from './field-value.js';
import type { RegisterAccess } from './register-spec.js';

/** A field with its present value; a bigint when it is wider than 53 bits. */
export interface FieldRow {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly access: RegisterAccess;
  readonly value: number | bigint;
}

/** A register with its present value; values are bigint for a width of 8. */
export interface RegisterRow {
  readonly name: string;
  readonly offset: number;
  readonly width: 1 | 2 | 4 | 8;
  readonly access: RegisterAccess;
  readonly value: number | bigint;
  readonly reset: number | bigint;
  readonly fields: readonly FieldRow[];
  readonly description?: string;
}

/** One row of `RegisterMap.describe`. */
export function describeRegister(state: DataView, register: CompiledRegister): RegisterRow {
  const { name, offset, width, access, description } = register.spec;
  const wide = width === 8;
  return {
    name,
    offset,
    width,
    access,
    value: wide ? state.getBigUint64(register.slot, true) : load(state, register.slot, width),
    reset: wide ? register.reset : Number(register.reset),
    fields: [...register.fields.values()].map((field) => ({
      name: field.name,
      high: field.high,
      low: field.low,
      access: field.access,
      value: fieldValue(state, register, field.name),
    })),
    ...(description === undefined ? {} : { description }),
  };
}
