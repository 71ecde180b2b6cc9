import { load, ones, store } from './bits.js';
import type { CompiledRegister } from './compiled-register.js';
import type { CompiledField } from './fields.js';

/** Widest field whose every value is an exact number. */
const EXACT_BITS = 53;

/** The value of a field: a number, or a bigint when the field is wider than 53 bits. */
export function fieldValue(
  state: DataView,
  register: CompiledRegister,
  name: string,
): number | bigint {
  const { high, low } = named(register, name);
  const bits = high - low + 1;
  if (register.width !== 8) {
    return ((load(state, register.slot, register.width) >>> low) & mask32(bits)) >>> 0;
  }
  const value = (state.getBigUint64(register.slot, true) >> BigInt(low)) & ones(bits);
  return bits > EXACT_BITS ? value : Number(value);
}

/** Stores a field. Throws RangeError for a value that does not fit it. */
export function storeField(
  state: DataView,
  register: CompiledRegister,
  name: string,
  value: number,
): void {
  const { high, low } = named(register, name);
  const bits = high - low + 1;
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** bits) {
    throw new RangeError(
      `register ${register.spec.name}: ${value} does not fit the ${bits} bits of field ${name}`,
    );
  }
  const { slot, width } = register;
  if (width === 8) {
    const others = state.getBigUint64(slot, true) & ~(ones(bits) << BigInt(low));
    state.setBigUint64(slot, others | (BigInt(value) << BigInt(low)), true);
  } else {
    const others = load(state, slot, width) & ~(mask32(bits) << low);
    store(state, slot, width, others | (value << low));
  }
}

function named(register: CompiledRegister, name: string): CompiledField {
  const field = register.fields.get(name);
  if (field === undefined) {
    throw new RangeError(`register ${register.spec.name} has no field ${name}`);
  }
  return field;
}

function mask32(bits: number): number {
  return bits === 32 ? -1 : (1 << bits) - 1;
}
