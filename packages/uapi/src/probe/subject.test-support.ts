import { isStruct } from '../codec/index.js';
import type { AnyStruct } from '../codec/index.js';

/** What one module declares of a C header. */
export interface Subject {
  /** name in C and here, to value */
  readonly constants: ReadonlyMap<string, number | string>;
  readonly structs: readonly AnyStruct[];
}

/**
 * Takes everything a module exports that has a counterpart in C: upper-case names and structs.
 * A constant or a struct that is added later is found without further work.
 */
export function subjectOf(module: Readonly<Record<string, unknown>>): Subject {
  const constants = new Map<string, number | string>();
  const structs: AnyStruct[] = [];
  for (const [name, value] of Object.entries(module)) {
    if (isStruct(value)) {
      structs.push(value);
    } else if (typeof value === 'number' || typeof value === 'string') {
      constants.set(name, value);
    }
  }
  return { constants, structs };
}
