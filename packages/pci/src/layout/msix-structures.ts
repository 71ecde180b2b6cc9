import { PCI_MSIX_ENTRY_SIZE } from '@mdevkit/uapi';
import type { MsixTraits } from '../capability/index.js';
import { hex, roundUp } from '../check.js';
import type { CompiledBar } from './bars.js';

/** A structure of MSI-X in a BAR. */
export interface MsixStructure {
  readonly kind: 'table' | 'pba';
  readonly bar: number;
  readonly offset: number;
  /** Bytes, whole pages for a table that can be mapped. */
  readonly size: number;
  readonly mappable: boolean;
}

/**
 * Table and pending bits of MSI-X, checked against the BARs.
 *
 * Source: PCI Express Base Specification 6.0, sections 6.1.4.2 and 7.7.2.
 *
 * @throws RangeError if one is not inside a memory BAR, or the two overlap.
 */
export function msixStructures(
  msix: MsixTraits | undefined,
  bars: readonly (CompiledBar | undefined)[],
): readonly MsixStructure[] {
  if (msix === undefined) {
    return [];
  }
  const { vectors, table, pba, mappable } = msix;
  const tableSize = roundUp(vectors * PCI_MSIX_ENTRY_SIZE, mappable ? 4096 : 1);
  const structures: readonly [MsixStructure, MsixStructure] = [
    { kind: 'table', ...table, size: tableSize, mappable },
    { kind: 'pba', ...pba, size: roundUp(vectors, 64) / 8, mappable: false },
  ];
  for (const structure of structures) {
    checkInside(structure, bars[structure.bar]);
  }
  const [first, second] = structures;
  if (first.bar === second.bar && overlaps(first, second)) {
    throw new RangeError(`The MSI-X table and the pending bits overlap in BAR ${first.bar}`);
  }
  return structures;
}

/** Whether two ranges of one BAR share a byte. */
export function overlaps(
  a: { readonly offset: number; readonly size: number },
  b: { readonly offset: number; readonly size: number },
): boolean {
  return a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}

function checkInside(structure: MsixStructure, bar: CompiledBar | undefined): void {
  const { kind, offset, size } = structure;
  const what = `The MSI-X ${kind} (${size} bytes at ${hex(offset)})`;
  if (bar === undefined || bar.kind === 'io') {
    throw new RangeError(`${what} needs a memory BAR ${structure.bar}`);
  }
  if (offset + size > bar.size) {
    throw new RangeError(`${what} must lie inside BAR ${bar.index}, which has ${bar.size} bytes`);
  }
}
