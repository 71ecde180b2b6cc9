import {
  ACPI_CDAT_DSEMTS_TYPE_EFI_CONVENTIONAL_MEMORY_ATTRIBUTE_SP,
  ACPI_CDAT_DSEMTS_TYPE_EFI_RESERVED,
  ACPI_CDAT_DSMAS_NON_VOLATILE,
  ACPI_HMAT_READ_BANDWIDTH,
  ACPI_HMAT_READ_LATENCY,
  ACPI_HMAT_WRITE_BANDWIDTH,
  ACPI_HMAT_WRITE_LATENCY,
} from '@mdevkit/uapi';
import type { CdatStructure, Dslbis } from '../../abi/cdat/index.js';
import type { CdatDeclaration } from './cdat-table.js';

/** Of reads and of writes. */
export interface ReadWrite {
  readonly read: number;
  readonly write: number;
}

/** Memory of one kind. */
export interface DeclaredMemory {
  /** Device physical address of its first byte. */
  readonly dpa: number;
  /** Bytes. */
  readonly length: number;
  /** What it holds is lost without power. */
  readonly volatile: boolean;
  /** Nanoseconds, to the nearest picosecond. */
  readonly latency: ReadWrite;
  /** Megabytes a second, whole ones. */
  readonly bandwidth: ReadWrite;
}

export interface MemoryDeclaration {
  /** At most 256. */
  readonly ranges: readonly DeclaredMemory[];
  readonly sequence?: number;
}

const PS_PER_NS = 1000;

/** Units that are tried, the first that gives a whole entry wins: 10 ns, 1 ns, 1 ps; 1 GB/s, 1 MB/s. */
const latencyUnits = [10_000, 1000, 1] as const;
const bandwidthUnits = [1000, 1] as const;

/** 0xffff stands for what cannot be reached (ACPI 6.5, section 5.2.28.4). */
const MOST_ENTRY = 0xfffe;

/**
 * Describes plain memory: for each range its addresses, its latency and bandwidth for reads and for writes, and its use,
 * which is a special purpose for volatile memory (it is left to whoever asks for it), and none for the other.
 *
 * Source: CDAT 1.04, sections 2.1, 2.2 and 2.5.
 *
 * @throws RangeError if a number is negative, not whole, or there are too many ranges
 */
export function cdatOfMemory({ ranges, sequence = 0 }: MemoryDeclaration): CdatDeclaration {
  return { sequence, structures: ranges.flatMap(structuresOf) };
}

function structuresOf(memory: DeclaredMemory, handle: number): readonly CdatStructure[] {
  const length = BigInt(memory.length);
  const readPs = Math.round(memory.latency.read * PS_PER_NS);
  const writePs = Math.round(memory.latency.write * PS_PER_NS);
  return [
    {
      kind: 'dsmas',
      handle,
      base: BigInt(memory.dpa),
      length,
      flags: memory.volatile ? 0 : ACPI_CDAT_DSMAS_NON_VOLATILE,
    },
    performance(handle, ACPI_HMAT_READ_LATENCY, readPs, latencyUnits),
    performance(handle, ACPI_HMAT_WRITE_LATENCY, writePs, latencyUnits),
    performance(handle, ACPI_HMAT_READ_BANDWIDTH, memory.bandwidth.read, bandwidthUnits),
    performance(handle, ACPI_HMAT_WRITE_BANDWIDTH, memory.bandwidth.write, bandwidthUnits),
    {
      kind: 'dsemts',
      handle,
      memoryType: memory.volatile
        ? ACPI_CDAT_DSEMTS_TYPE_EFI_CONVENTIONAL_MEMORY_ATTRIBUTE_SP
        : ACPI_CDAT_DSEMTS_TYPE_EFI_RESERVED,
      offset: 0n,
      length,
    },
  ];
}

function performance(
  handle: number,
  dataType: number,
  value: number,
  units: readonly number[],
): Dslbis {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`a latency or bandwidth is a whole number, not ${value}`);
  }
  const unit = units.find((unit) => value % unit === 0 && value / unit <= MOST_ENTRY) ?? value;
  return {
    kind: 'dslbis',
    handle,
    flags: 0,
    dataType,
    unit: BigInt(unit),
    entries: [value / unit, 0, 0],
  };
}
