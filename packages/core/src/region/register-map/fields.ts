import { bitMask, ones } from './bits.js';
import type { FieldSpec, RegisterAccess, RegisterSpec } from './register-spec.js';

/** A field of a register, checked. */
export interface CompiledField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly access: RegisterAccess;
  /** Whether the field declares its access itself. */
  readonly own: boolean;
  /** Reset value of the field, where declared. */
  readonly reset: bigint | undefined;
}

/** Throws RangeError for a field outside of its register, overlapping fields and resets beyond a field. */
export function compileFields(spec: RegisterSpec, where: string): readonly CompiledField[] {
  let covered = 0n;
  return Object.entries(spec.fields ?? {}).map(([name, field]) => {
    const here = `${where}: field ${name}`;
    const [high, low] = range(field);
    const inside =
      Number.isInteger(high) &&
      Number.isInteger(low) &&
      low >= 0 &&
      low <= high &&
      high < spec.width * 8;
    if (!inside) {
      throw new RangeError(`${here}: bits ${high}..${low} are not inside the register`);
    }
    const mask = bitMask(high, low);
    if ((covered & mask) !== 0n) {
      throw new RangeError(`${here}: bits ${high}..${low} overlap another field`);
    }
    covered |= mask;
    return {
      name,
      high,
      low,
      access: field.access ?? spec.access,
      own: field.access !== undefined,
      reset: checkReset(field, high - low + 1, here),
    };
  });
}

/** The reset value of a register. Throws RangeError where register and field contradict each other. */
export function composeReset(
  fields: readonly CompiledField[],
  reset: bigint | undefined,
  where: string,
): bigint {
  let value = reset ?? 0n;
  for (const field of fields) {
    if (field.reset !== undefined) {
      const held = (value >> BigInt(field.low)) & ones(field.high - field.low + 1);
      if (reset !== undefined && held !== field.reset) {
        throw new RangeError(`${where}: field ${field.name}: reset differs from the register's`);
      }
      value |= field.reset << BigInt(field.low);
    }
  }
  return value;
}

function range(field: FieldSpec): readonly [high: number, low: number] {
  return typeof field.bits === 'number' ? [field.bits, field.bits] : field.bits;
}

function checkReset(field: FieldSpec, width: number, here: string): bigint | undefined {
  if (field.reset === undefined) {
    return undefined;
  }
  if (!Number.isSafeInteger(field.reset) || field.reset < 0 || field.reset >= 2 ** width) {
    throw new RangeError(`${here}: reset ${field.reset} does not fit ${width} bits`);
  }
  return BigInt(field.reset);
}
