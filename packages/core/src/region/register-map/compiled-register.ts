import { ones } from './bits.js';
import { composeReset, compileFields, type CompiledField } from './fields.js';
import { accessMasks, numberMasks, type AccessMasks } from './masks.js';
import type { RegisterSpec } from './register-spec.js';

/** A register as every instance of its layout shares it. */
export interface CompiledRegister {
  readonly spec: RegisterSpec;
  /** Position in the tables of the layout; 0 is the hole. */
  readonly index: number;
  readonly offset: number;
  /** Bytes; 0 for the one that stands for holes. */
  readonly width: number;
  /** Offset of its bytes in the state of an instance. */
  readonly slot: number;
  /** In the order of declaration. */
  readonly fields: ReadonlyMap<string, CompiledField>;
  readonly reset: bigint;
  readonly masks: AccessMasks<bigint>;
  /** The masks for widths of up to 4. */
  readonly narrow: AccessMasks<number>;
}

const widths: readonly number[] = [1, 2, 4, 8];

const writeMaskAccess: readonly string[] = ['rw', 'w1c', 'w1s'];

/** Throws RangeError when the declaration is wrong. `where` names layout and register. */
export function compileRegister(
  spec: RegisterSpec,
  index: number,
  slot: number,
  where: string,
): CompiledRegister {
  if (!widths.includes(spec.width)) {
    throw new RangeError(`${where}: width ${spec.width} is not 1, 2, 4 or 8`);
  }
  if (!Number.isSafeInteger(spec.offset) || spec.offset < 0) {
    throw new RangeError(`${where}: offset ${spec.offset} is not a non-negative integer`);
  }
  if (spec.writeMask !== undefined && !writeMaskAccess.includes(spec.access)) {
    throw new RangeError(`${where}: writeMask has no meaning with access ${spec.access}`);
  }
  const fields = compileFields(spec, where);
  const writeMask = fit(spec.writeMask, spec.width, `${where}: writeMask`);
  const masks = accessMasks(spec, fields, writeMask ?? ones(spec.width * 8));
  const reset = fit(spec.reset, spec.width, `${where}: reset`);
  return {
    spec,
    index,
    offset: spec.offset,
    width: spec.width,
    slot,
    fields: new Map(fields.map((field) => [field.name, field])),
    reset: composeReset(fields, reset, where),
    masks,
    narrow: numberMasks(masks),
  };
}

/** Stands for the bytes that no register holds: no access is as wide as it. */
export const hole: CompiledRegister = {
  ...compileRegister({ name: '', offset: 0, width: 1, access: 'ro' }, 0, 0, 'hole'),
  width: 0,
};

function fit(value: number | bigint | undefined, width: number, what: string): bigint | undefined {
  if (value === undefined) {
    return undefined;
  }
  const exact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (!exact || value < 0 || BigInt(value) > ones(width * 8)) {
    throw new RangeError(`${what} ${value} does not fit ${width} bytes`);
  }
  return BigInt(value);
}
