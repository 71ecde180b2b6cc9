import type { IrqIndexSpec } from '@mdevkit/core';

/** Vectors of an index at the most. Source: PCIe Base Spec 7.7.2. */
const MAX_VECTORS = 2048;

/**
 * The subindex that a client sees when that interrupt fires; undefined if no client could enable it. Without descriptors it
 * may be every one that could stand in some model's.
 */
export function seenSubindex(
  specs: readonly IrqIndexSpec[] | undefined,
  index: number,
  subindex: number,
): number | undefined {
  if (specs === undefined) {
    return isCount(index) && isCount(subindex) && subindex < MAX_VECTORS ? subindex : undefined;
  }
  const spec = specs[index];
  switch (spec?.kind) {
    case 'level':
    case 'signal':
      // There is one, and the core does not look at the subindex.
      return spec.count === 1 ? 0 : undefined;
    case 'message':
      return isCount(subindex) && subindex < spec.count ? subindex : undefined;
    case 'absent':
    case undefined:
      return undefined;
  }
}

/** How an index behaves when its line is asserted; as a level where nobody knows. */
export function kindOf(
  specs: readonly IrqIndexSpec[] | undefined,
  index: number,
): IrqIndexSpec['kind'] {
  return specs === undefined ? 'level' : (specs[index]?.kind ?? 'absent');
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
