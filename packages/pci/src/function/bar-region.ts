import { Region, type RegionRange, type RegionSpec } from '@mdevkit/core';
import { hex } from '../check.js';
import {
  overlaps,
  type CompiledBar,
  type MsixStructure,
  type PciFunctionLayout,
} from '../layout/index.js';
import { MappableStructure } from './mappable-structure.js';
import { msixTable, type SynchronousHandler } from './msix-table.js';

/** What the region of a BAR is made of. */
export interface BarParts {
  readonly layout: PciFunctionLayout;
  /** What the model put into the BAR. */
  readonly ranges: readonly RegionRange[];
  /** The Pending Bit Array. */
  readonly pba: SynchronousHandler | undefined;
  readonly accessible: () => boolean;
}

/**
 * The region of one BAR: the model's ranges and, if they lie here, the table and pending bits of MSI-X.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw.
 *
 * @throws RangeError if the model's ranges overlap those of MSI-X, or an I/O BAR could be mapped.
 */
export function barRegion(bar: CompiledBar, parts: BarParts): Region {
  const { layout, ranges, pba, accessible } = parts;
  const structures = layout.msixStructures.filter((structure) => structure.bar === bar.index);
  checkRanges(bar, ranges, structures);
  const mappable = structures.some((structure) => structure.mappable);
  const spec: RegionSpec = {
    name: bar.name,
    size: bar.size,
    ranges: [...ranges, ...structures.map((structure) => structureRange(structure, pba))],
    accessible,
    ioeventfd: { except: structures.filter(({ kind }) => kind === 'table') },
  };
  return new Region(mappable ? { ...spec, msixMappable: true } : spec);
}

function structureRange(
  structure: MsixStructure,
  pba: SynchronousHandler | undefined,
): RegionRange {
  const { kind, offset, size, mappable } = structure;
  const handler = kind === 'pba' && pba !== undefined ? pba : msixTable;
  if (mappable) {
    return { kind: 'memory', offset, memory: new MappableStructure(size, handler), mmap: true };
  }
  return { kind: 'trapped', offset, size, handler, split: 'none' };
}

function checkRanges(
  bar: CompiledBar,
  ranges: readonly RegionRange[],
  structures: readonly MsixStructure[],
): void {
  for (const range of ranges) {
    const { offset } = range;
    const size = range.kind === 'memory' ? range.memory.size : range.size;
    const structure = structures.find((other) => overlaps(other, { offset, size }));
    if (structure !== undefined) {
      throw new RangeError(
        `BAR ${bar.index}: the range at ${hex(offset)} overlaps the MSI-X ${structure.kind} ` +
          `(${structure.size} bytes at ${hex(structure.offset)})`,
      );
    }
    if (bar.kind === 'io' && range.kind === 'memory' && range.mmap === true) {
      throw new RangeError(`BAR ${bar.index} is an I/O BAR, which a client cannot map`);
    }
  }
}
