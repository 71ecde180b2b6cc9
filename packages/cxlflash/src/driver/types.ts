import type { MdevTypeSpec } from '@mdevkit/core';
import { failure } from '../errors/index.js';

/** Contexts of the slices that there are by default. */
export const SLICES = [8, 64, 512] as const;

/** Process elements that a slice may have: a power of two. */
const MOST_CONTEXTS = 4096;

/** The mdev types: `8c`, `64c` and `512c`, each as many units of its parent as it has contexts. Throws RangeError. */
export function flashTypes(slices: readonly number[]): readonly MdevTypeSpec[] {
  return slices.map((contexts) => {
    const isPower = Number.isInteger(contexts) && (contexts & (contexts - 1)) === 0;
    if (!isPower || contexts < 1 || contexts > MOST_CONTEXTS) {
      throw new RangeError(`a slice has a power of two of 1 .. 4096 contexts, not ${contexts}`);
    }
    return {
      id: `${contexts}c`,
      name: contexts === 1 ? '1 context' : `${contexts} contexts`,
      description: `A flash AFU with ${contexts === 1 ? 'one context' : `${contexts} contexts`}`,
      units: contexts,
      attributes: { contexts: String(contexts) },
    };
  });
}

/** Contexts of an mdev by the full id of its type. Throws EINVAL `cxlflash.type`. */
export function contextsOfType(type: string): number {
  const contexts = Number(/-(\d+)c$/.exec(type)?.[1]);
  if (!Number.isInteger(contexts)) {
    throw failure('cxlflash.type', { type });
  }
  return contexts;
}
