import { isStruct } from '../codec/index.js';
import type { AnyStruct } from '../codec/index.js';

/** A constant as C has it: a bigint is for 64 bits. */
export type Constant = number | bigint | string;

/** What one module declares of a C header. */
export interface Subject {
  /** name in C and here, to value */
  readonly constants: ReadonlyMap<string, Constant>;
  readonly structs: readonly AnyStruct[];
}

/**
 * Takes everything a module exports that has a counterpart in C: upper-case names and structs.
 * A constant or a struct that is added later is found without further work.
 *
 * @param leftOut - names that no installed header has
 */
export function subjectOf(
  module: Readonly<Record<string, unknown>>,
  leftOut: ReadonlySet<string> = new Set(),
): Subject {
  const constants = new Map<string, Constant>();
  const structs: AnyStruct[] = [];
  for (const [name, value] of Object.entries(module)) {
    if (leftOut.has(name)) {
      continue;
    }
    if (isStruct(value)) {
      structs.push(value);
    } else if (
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      typeof value === 'string'
    ) {
      constants.set(name, value);
    }
  }
  return { constants, structs };
}
