import { bitMask, ones } from './bits.js';
import type { CompiledField } from './fields.js';
import type { RegisterAccess, RegisterSpec } from './register-spec.js';

/** What an access does to each bit of a register, as masks over its value. */
export interface AccessMasks<V> {
  /** Reads as it is stored; the others read as zero. */
  readonly readable: V;
  /** Takes what is written. */
  readonly take: V;
  /** Written ones clear. */
  readonly clear: V;
  /** Written ones set. */
  readonly set: V;
  /** Cleared by being read. */
  readonly readClears: V;
}

/** Masks of a register from its declaration; `writeMask` is the checked one. */
export function accessMasks(
  spec: RegisterSpec,
  fields: readonly CompiledField[],
  writeMask: bigint,
): AccessMasks<bigint> {
  const masks = { readable: 0n, take: 0n, clear: 0n, set: 0n, readClears: 0n };
  let remaining = ones(spec.width * 8);
  for (const field of fields) {
    if (field.own) {
      const bits = bitMask(field.high, field.low);
      remaining &= ~bits;
      add(masks, field.access, bits);
    }
  }
  add(masks, spec.access, remaining & writeMask);
  add(masks, 'ro', remaining & ~writeMask);
  return masks;
}

function add(
  masks: { -readonly [K in keyof AccessMasks<bigint>]: bigint },
  access: RegisterAccess,
  bits: bigint,
): void {
  if (access !== 'wo') {
    masks.readable |= bits;
  }
  if (access === 'rw' || access === 'wo') {
    masks.take |= bits;
  } else if (access === 'w1c') {
    masks.clear |= bits;
  } else if (access === 'w1s') {
    masks.set |= bits;
  } else if (access === 'rc') {
    masks.readClears |= bits;
  }
}

/** The low 32 bits of each mask as numbers: 32-bit operators reach registers of up to 4 bytes. */
export function numberMasks(masks: AccessMasks<bigint>): AccessMasks<number> {
  const low = (mask: bigint): number => Number(mask & 0xffff_ffffn) | 0;
  return {
    readable: low(masks.readable),
    take: low(masks.take),
    clear: low(masks.clear),
    set: low(masks.set),
    readClears: low(masks.readClears),
  };
}
