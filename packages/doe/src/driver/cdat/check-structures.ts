import { ACPI_CDAT_DSIS_MEM_ATTACHED } from '@mdevkit/uapi';
import type { CdatStructure, Dsemts, Dsmas } from '../../abi/cdat/index.js';

/**
 * Whether the structures of a table say something together: ranges do not overlap, handles are unique and name ranges.
 *
 * Source: CDAT 1.04, sections 2.1 to 2.5.
 *
 * @throws RangeError with a sentence that says which structure is wrong
 */
export function checkStructures(structures: readonly CdatStructure[]): void {
  const ranges = rangesOf(structures);
  for (const structure of structures) {
    const named = rangeNamedBy(structure);
    if (named === undefined) {
      continue;
    }
    const range = ranges.get(named);
    if (range === undefined) {
      throw new RangeError(
        `a ${structure.kind.toUpperCase()} names range ${named}, which no DSMAS declares`,
      );
    }
    if (structure.kind === 'dsemts') {
      checkPart(structure, range);
    }
  }
}

function rangesOf(structures: readonly CdatStructure[]): ReadonlyMap<number, Dsmas> {
  const ranges = new Map<number, Dsmas>();
  for (const structure of structures) {
    if (structure.kind !== 'dsmas') {
      continue;
    }
    const { handle, base, length } = structure;
    if (ranges.has(handle)) {
      throw new RangeError(`two DSMAS have handle ${handle}`);
    }
    for (const other of ranges.values()) {
      if (base < other.base + other.length && other.base < base + length) {
        throw new RangeError(`the DSMAS ${other.handle} and ${handle} overlap`);
      }
    }
    ranges.set(handle, structure);
  }
  return ranges;
}

/** The handle by which a structure names a range, if it does. */
function rangeNamedBy(structure: CdatStructure): number | undefined {
  switch (structure.kind) {
    case 'dslbis':
    case 'dsmscis':
    case 'dsemts':
      return structure.handle;
    case 'dsis':
      return (structure.flags & ACPI_CDAT_DSIS_MEM_ATTACHED) === 0 ? undefined : structure.handle;
    case 'dsmas':
    case 'sslbis':
      return undefined;
  }
}

function checkPart({ offset, length }: Dsemts, range: Dsmas): void {
  if (offset + length > range.length) {
    throw new RangeError(
      `a DSEMTS reaches beyond the ${range.length} bytes of DSMAS ${range.handle}`,
    );
  }
}
